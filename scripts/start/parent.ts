/** Notices that whoever started us is gone without a word, as after kill -9 of npm. */
import { readFileSync } from "node:fs";

/** Soon enough that a new start by the same hand finds the port free. */
const POLL_MS = 1_000;

/**
 * Under npm there stand npm and our launcher above us, and either can vanish. A start by hand may be meant to outlive
 * its shell, so nothing is watched then.
 */
export function whenParentGone(act: () => void): { stop(): void } {
  if (process.env["npm_lifecycle_event"] === undefined) return { stop: () => {} };
  const above = ancestors();
  const timer = setInterval(() => {
    if (ancestors().join() !== above.join()) act();
  }, POLL_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

const ancestors = (): (number | undefined)[] => [process.ppid, parentOf(process.ppid)];

/** Only Linux tells it in a file; elsewhere the launcher alone is watched. */
function parentOf(pid: number): number | undefined {
  try {
    // The name in parentheses may hold spaces; what follows it is the state, then the parent.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined;
  }
}
