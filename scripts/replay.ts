/** `npm run replay -- FILE`: replays a recorded tape to a running Outcry. */
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { stableHash } from "../src/domain/hash.ts";
import { ApiClient } from "./client.ts";
import { feedDisplay, silentDisplay } from "./replay/display.ts";
import { parseSpeed, type Speed } from "./replay/pace.ts";
import { replayTape } from "./replay/replay-tape.ts";
import { TAPE_OPTIONS, TAPE_USAGE, type TapeReading, tapeFlags } from "./replay/tape-flags.ts";
import { TargetUnclear, targetOf } from "./target.ts";

const USAGE = `Usage: npm run replay -- FILE [flags]
  FILE             a recording or a file of history, plain, gzip or zip: frames of Binance or Coinbase, Outcry's NDJSON,
                   CSV of Binance's public data, any other CSV whose columns are told
${TAPE_USAGE}
  --speed SPEED    1 (as recorded, the default), N (N-fold) or max
  --shift          move the tape's times so that its last tick falls on the end of the replay
  --url URL        the platform; default: the one that runs on --data
  --key KEY        an API key with market:write; default: that of --data, or the variable OUTCRY_API_KEY
  --data FOLDER    data folder of npm start, and where progress is kept; default .outcry
  --again          begin anew, whatever was replayed before
  --quiet          print nothing but errors`;

/** Five minutes outlast a restart of the platform; beyond that somebody should look. */
const PATIENCE_MS = 300_000;

class UsageError extends Error {}

type Flags = {
  readonly file: string;
  readonly reading: TapeReading | undefined;
  readonly speed: Speed;
  readonly shift: boolean;
  readonly again: boolean;
  readonly quiet: boolean;
  readonly data: string;
  readonly url?: string | undefined;
  readonly key?: string | undefined;
};

try {
  await replay(flagsFrom(process.argv.slice(2)));
} catch (error) {
  const usage = error instanceof UsageError || error instanceof TargetUnclear;
  process.stderr.write(
    `replay: ${error instanceof Error ? error.message : String(error)}\n${usage ? `${USAGE}\n` : ""}`,
  );
  process.exitCode = usage ? 2 : 1;
}

async function replay(flags: Flags): Promise<void> {
  const target = targetOf(flags);
  const display = flags.quiet ? silentDisplay : feedDisplay(process.stdout);
  const client = new ApiClient(target, {
    patienceMs: PATIENCE_MS,
    onRetry: (reason, waitMs) =>
      display.note(`The platform did not take a request (${reason}); again in ${waitMs} ms.`),
  });
  // Progress belongs to the state that took the ticks: the local data folder, or the server of that address.
  const place = flags.url === undefined ? "local" : stableHash(client.url).toString(16).padStart(8, "0");
  const { file, reading, speed, shift, again, data } = flags;
  await replayTape({
    file,
    reading,
    speed,
    shift,
    again,
    client,
    display,
    progressFolder: join(data, "feeds", place),
  });
}

function flagsFrom(args: readonly string[]): Flags {
  const { values, positionals } = parsed(args);
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError("name one tape.");
  const speed = parseSpeed(values.speed);
  if (speed === undefined) throw new UsageError(`--speed ${values.speed}: a number above 0 or max.`);
  const tape = tapeFlags(values);
  if (!tape.ok) throw new UsageError(tape.why);
  return { ...values, file, reading: tape.reading, speed, data: resolve(values.data) };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...TAPE_OPTIONS,
        speed: { type: "string", default: "1" },
        shift: { type: "boolean", default: false },
        again: { type: "boolean", default: false },
        quiet: { type: "boolean", default: false },
        data: { type: "string", default: ".outcry" },
        url: { type: "string" },
        key: { type: "string" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
