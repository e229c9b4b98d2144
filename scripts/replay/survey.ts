/** The first pass over a tape: what it is, what it needs and how far it may be moved. */
import { createHash } from "node:crypto";
import { TapeInstruments } from "../../src/feeds/instruments.ts";
import type { FeedInstrument } from "../../src/feeds/tick.ts";
import { isSent, ShiftBound, type Speed, TapeClock } from "./pace.ts";
import { tapeEntries } from "./tape-file.ts";
import type { TapeReading } from "./tape-flags.ts";

export type Survey = {
  /** Of the content, so that a tape is known again under another name and a changed one is not. */
  readonly tape: string;
  readonly lines: number;
  /** Ticks that a replay sends. */
  readonly ticks: number;
  readonly bars: number;
  readonly instruments: readonly FeedInstrument[];
  /** Symbols of the ticks that a replay sends, as the tape names them. */
  readonly symbols: readonly string[];
  readonly barSymbols: readonly string[];
  readonly shift: ShiftBound;
};

export async function surveyTape(path: string, speed: Speed, reading?: TapeReading): Promise<Survey> {
  const hash = createHash("sha256");
  // Read in another way it is another tape.
  if (reading !== undefined) hash.update(`${JSON.stringify(reading)}\n`);
  const instruments = new TapeInstruments();
  const clock = new TapeClock();
  const shift = new ShiftBound(speed);
  const symbols = new Set<string>();
  const barSymbols = new Set<string>();
  let lines = 0;
  let ticks = 0;
  let bars = 0;
  const hear = (text: string) => hash.update(text).update("\n");
  for await (const { line, entry } of tapeEntries(path, reading, hear)) {
    instruments.hear(entry);
    const place = clock.of(entry);
    lines = line;
    if (entry.kind === "bar") {
      bars++;
      barSymbols.add(entry.bar.symbol);
    }
    if (!isSent(entry)) continue;
    ticks++;
    symbols.add(entry.tick.symbol);
    shift.hear(place, entry.tick.ts);
  }
  const tape = hash.digest("hex").slice(0, 16);
  const named = { symbols: [...symbols], barSymbols: [...barSymbols] };
  return { tape, lines, ticks, bars, instruments: instruments.list(), ...named, shift };
}
