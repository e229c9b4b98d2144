/** The flags of `npm start`. What is not known, or not possible yet, is refused with a sentence. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { tickersFrom } from "../../src/feeds/binance-symbols.ts";
import { parseSpeed, type Speed } from "../replay/pace.ts";
import {
  TAPE_OPTIONS,
  TAPE_USAGE,
  type TapeReading,
  type TapeValues,
  tapeFlags,
} from "../replay/tape-flags.ts";

export type FeedChoice =
  | { readonly kind: "none" }
  | { readonly kind: "sim" }
  /** The exchange's own symbols, followed live. */
  | { readonly kind: "binance"; readonly tickers: readonly string[] }
  | {
      readonly kind: "tape";
      readonly file: string;
      readonly reading?: TapeReading;
      readonly speed: Speed;
      readonly shift: boolean;
    };

export type StartFlags = {
  readonly port: number;
  /** Absolute. */
  readonly data: string;
  readonly feed: FeedChoice;
  readonly objects: number;
  readonly quiet: boolean;
  readonly help: boolean;
};

export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const USAGE = `Usage: npm start -- [flags]
  --port PORT      address of the platform, 8787
  --data FOLDER    everything that it remembers, .outcry
  --feed FEED      sim (a generated market, the default), none, tape:FILE (a recording),
                   or binance:BTCUSDT,ETHUSDT (the exchange's public streams, live)
  --speed SPEED    of a tape: 1 (as recorded, the default), N (N-fold) or max
${TAPE_USAGE}
  --shift          move a tape's times so that its last tick falls on the end of the replay
  --objects COUNT  how many symbols, accounts and strategies are to live at once, 256
  --quiet          print one line when it is ready, and errors`;

/** The generator, a few accounts and strategies, hubs, archivers and directories, several times over. */
const OBJECTS_DEFAULT = "256";

const OPTIONS = {
  port: { type: "string", default: "8787" },
  data: { type: "string", default: ".outcry" },
  feed: { type: "string", default: "sim" },
  speed: { type: "string" },
  shift: { type: "boolean", default: false },
  ...TAPE_OPTIONS,
  objects: { type: "string", default: OBJECTS_DEFAULT },
  quiet: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

export function startFlags(args: readonly string[]): StartFlags {
  const values = parsed(args);
  const { feed, speed, shift, quiet, help } = values;
  if (values.data === "") throw new UsageError("--data names no folder.");
  return {
    ...{
      quiet,
      help,
      data: resolve(values.data),
      feed: feedFrom(feed, speed, shift, readingFrom(feed, values)),
    },
    port: wholeNumber("--port", values.port, 65_535),
    objects: wholeNumber("--objects", values.objects, 1_000_000),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(flag: string, text: string, max: number): number {
  const value = /^[1-9]\d{0,6}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > max) throw new UsageError(`${flag} ${text}: a whole number from 1 to ${max}.`);
  return value;
}

function readingFrom(feed: string, values: TapeValues): TapeReading | undefined {
  const tape = tapeFlags(values);
  if (!tape.ok) throw new UsageError(tape.why);
  if (tape.reading !== undefined && !feed.startsWith("tape:"))
    throw new UsageError(`how a tape is read belongs to --feed tape:FILE, not to --feed ${feed}.`);
  return tape.reading;
}

function feedFrom(
  feed: string,
  speedText: string | undefined,
  shift: boolean,
  reading: TapeReading | undefined,
): FeedChoice {
  const [kind, ...rest] = feed.split(":");
  const argument = rest.join(":");
  if (kind === "tape") {
    const speed = parseSpeed(speedText ?? "1");
    if (argument === "") throw new UsageError("--feed tape:FILE names no file.");
    if (speed === undefined) throw new UsageError(`--speed ${speedText}: a number above 0, or max.`);
    return { kind, file: resolve(argument), ...(reading === undefined ? {} : { reading }), speed, shift };
  }
  if (shift || (speedText !== undefined && speedText !== "1")) {
    throw new UsageError(`--speed and --shift belong to a tape; --feed ${feed} follows the clock.`);
  }
  if (kind === "binance") return liveFrom(feed, argument);
  if (feed !== "sim" && feed !== "none")
    throw new UsageError(`--feed ${feed}: sim, none, tape:FILE or binance:BTCUSDT,ETHUSDT.`);
  return { kind: feed };
}

function liveFrom(feed: string, symbols: string): FeedChoice {
  const asked = tickersFrom(symbols);
  if (!asked.ok) throw new UsageError(`--feed ${feed}: ${asked.why}.`);
  return { kind: "binance", tickers: asked.tickers };
}
