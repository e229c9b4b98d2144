/** The one place that writes logs: a line of JSON for each thing that happened. Never bodies, never secrets. */
import { LOG_LEVELS, type LogLevel } from "../env.ts";
import type { Log } from "../ports.ts";

/** Lines below `lowest` are not written. */
export function logFrom(lowest: LogLevel, write: (line: string) => void): Log {
  const threshold = LOG_LEVELS.indexOf(lowest);
  return (level, event, fields) => {
    if (LOG_LEVELS.indexOf(level) >= threshold) write(JSON.stringify({ level, event, ...fields }));
  };
}

// biome-ignore lint/suspicious/noConsole: what a Worker prints is its log, on every host.
export const consoleLog = (lowest: LogLevel): Log => logFrom(lowest, (line) => console.log(line));
