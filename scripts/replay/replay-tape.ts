/** Replays one tape to the platform: registers its instruments, then sends its ticks when they are due, once. */
import type { FeedTick, TapeEntry } from "../../src/feeds/tick.ts";
import { type ApiClient, pause } from "../client.ts";
import { BarPoster } from "./bar-poster.ts";
import type { FeedDisplay } from "./display.ts";
import { dueAfter, isSent, type Speed, TapeClock } from "./pace.ts";
import { type Progress, ProgressFile } from "./progress-file.ts";
import { type Survey, surveyTape } from "./survey.ts";
import { endTape } from "./tape-end.ts";
import { tapeEntries } from "./tape-file.ts";
import type { TapeReading } from "./tape-flags.ts";
import { TickBatch, TickPoster } from "./tick-poster.ts";
import { TokenNames } from "./token-names.ts";
import {
  barsText,
  countIn,
  emptyTotals,
  number,
  rateText,
  skippedText,
  type Totals,
  totalsText,
} from "./totals.ts";

export type TapeReplay = {
  readonly file: string;
  /** How it is read, where it does not tell itself. */
  readonly reading?: TapeReading | undefined;
  readonly speed: Speed;
  readonly shift: boolean;
  readonly client: ApiClient;
  /** Where progress is kept for this target; the tape's own id is added to the name. */
  readonly progressFolder: string;
  /** Forget earlier progress and begin anew. */
  readonly again?: boolean;
  readonly display: FeedDisplay;
  readonly signal?: AbortSignal;
  /** Called when the platform knows the tape's instruments. */
  readonly onRegistered?: () => void;
};
export type ReplayOutcome = {
  readonly totals: Totals;
  readonly milliseconds: number;
  readonly resumedAt: number;
};

export class ReplayRefused extends Error {
  override readonly name = "ReplayRefused";
}

/** Twenty requests a second follow a market closely enough, and cost little while it is quiet. */
const SLICE_MS = 50;
/** Far above any venue's own numbers, and a line's number added to it is still a safe integer. */
export const LINE_SEQ_BASE = 2 ** 52;

export async function replayTape(replay: TapeReplay): Promise<ReplayOutcome> {
  const { display, file } = replay;
  const survey = await surveyTape(file, replay.speed, replay.reading);
  if (replay.shift && survey.bars > 0)
    throw new ReplayRefused(`${file} holds bars: they are history, and --shift moves ticks alone.`);
  const saved = new ProgressFile(`${replay.progressFolder}/tape-${survey.tape}.json`);
  if (replay.again) saved.forget();
  const earlier = agreed(saved.load(survey.tape), replay);
  if (earlier?.finished) {
    display.note(`${file} has been replayed already: ${totalsText(earlier.totals)}.`);
    return { totals: earlier.totals, milliseconds: 0, resumedAt: earlier.line };
  }
  await register(survey, replay);
  if (earlier !== undefined) display.note(goingOn(earlier, survey));
  const names = await tokenNames(replay, survey);
  const run = new TapeRun(replay, survey, names, saved, earlier);
  const outcome = await run.toEnd();
  display.end();
  summarise(replay, outcome);
  return outcome;
}

async function register(
  { instruments }: Survey,
  { client, display, onRegistered }: TapeReplay,
): Promise<void> {
  for (const instrument of instruments) {
    const made = (await client.registerInstrument(instrument)) === "made";
    display.note(`${instrument.symbol}: ${made ? "registered" : "known already, left as it is"}.`);
  }
  onRegistered?.();
}

async function tokenNames(
  { client, display, reading }: TapeReplay,
  { symbols, barSymbols }: Survey,
): Promise<TokenNames | undefined> {
  if (reading?.broker === undefined) return undefined;
  const names = await TokenNames.ask(client, reading.broker, [...symbols, ...barSymbols]);
  if (names.unknown.length > 0)
    display.note(
      `No instrument has these tokens of ${reading.broker}: ${names.unknown.slice(0, 20).join(", ")}.`,
    );
  return names;
}

const goingOn = ({ line }: Progress, { lines }: Survey): string =>
  `Going on after line ${number(line)} of ${number(lines)}.`;

function agreed(earlier: Progress | undefined, { file, shift }: TapeReplay): Progress | undefined {
  if (earlier === undefined || (earlier.shift !== null) === shift) return earlier;
  const flag = shift ? "without --shift" : "with --shift";
  throw new ReplayRefused(`${file} was begun ${flag}: go on in the same way, or with another data folder.`);
}

class TapeRun {
  readonly #replay: TapeReplay;
  readonly #survey: Survey;
  readonly #names: TokenNames | undefined;
  readonly #saved: ProgressFile;
  readonly #totals: Totals;
  readonly #poster: TickPoster;
  readonly #batch = new TickBatch();
  readonly #bars: BarPoster;
  readonly #startedAt = Date.now();
  readonly #shift: number | null;
  readonly #resumedAt: number;
  /** Where the tape's clock stood at the first tick that this run sends. */
  #firstPlace: number | undefined;

  constructor(
    replay: TapeReplay,
    survey: Survey,
    names: TokenNames | undefined,
    saved: ProgressFile,
    earlier: Progress | undefined,
  ) {
    this.#replay = replay;
    this.#survey = survey;
    this.#names = names;
    this.#saved = saved;
    this.#totals = { ...emptyTotals(), ...earlier?.totals };
    this.#resumedAt = earlier?.line ?? 0;
    this.#shift = earlier === undefined ? this.#newShift() : earlier.shift;
    const { client, display, signal } = replay;
    const source = `tape-${survey.tape}`;
    this.#bars = new BarPoster(client, source, this.#totals);
    this.#poster = new TickPoster({
      ...{ client, source, totals: this.#totals },
      ...(signal === undefined ? {} : { signal }),
      onOverload: (ticks, waitMs) =>
        display.note(`Overloaded: ${number(ticks)} ticks go again in ${waitMs} ms.`),
    });
  }

  async toEnd(): Promise<ReplayOutcome> {
    const sentBefore = this.#totals.sent;
    const clock = new TapeClock();
    let done = this.#resumedAt;
    // The shift must be on disk before the first tick is: a second run with another one would double what has no id.
    this.#save(done, false);
    // Lines of an earlier run are read again, not sent: an adapter may need what they said.
    for await (const { line, entry: read } of tapeEntries(this.#replay.file, this.#replay.reading)) {
      const entry = this.#names?.named(read) ?? read;
      const place = clock.of(entry);
      if (line <= this.#resumedAt) continue;
      if (isSent(entry)) {
        const tick = this.#timed(entry.tick, line);
        await this.#untilDue(place, tick.ts, done);
        this.#batch.add(tick);
      } else if (entry.kind === "bar") {
        this.#bars.add(entry.bar);
      } else if (entry.kind !== "instrument") {
        countIn(this.#totals.skipped, wordOf(entry));
      }
      done = line;
      if (this.#batch.full || this.#bars.full) await this.#flush(done);
    }
    await this.#flush(done);
    // Only then is the tape finished: a replay that dies before it ends it again.
    const symbols = this.#names?.symbolsOf(this.#survey.symbols) ?? this.#survey.symbols;
    await endTape(this.#replay, `tape-${this.#survey.tape}`, symbols);
    this.#save(Math.max(done, this.#survey.lines), true);
    const totals = this.#totals;
    const milliseconds = Date.now() - this.#startedAt;
    return {
      totals: { ...totals, sent: totals.sent - sentBefore },
      milliseconds,
      resumedAt: this.#resumedAt,
    };
  }

  #newShift(): number | null {
    return this.#replay.shift ? this.#survey.shift.shiftAt(this.#startedAt) : null;
  }

  // What is due already is sent before the wait, and the wait is long enough to gather more than one tick.
  async #untilDue(place: number, ts: number, done: number): Promise<void> {
    this.#firstPlace ??= place;
    const paced = this.#startedAt + dueAfter(place, this.#firstPlace, this.#replay.speed);
    // A run that goes on inside a silence of the tape would come early: a moved tick never leaves before its time.
    const dueAt = this.#shift === null ? paced : Math.max(paced, ts);
    if (dueAt <= Date.now()) return;
    await this.#flush(done);
    for (let waitMs = dueAt - Date.now(); waitMs > 0; waitMs = dueAt - Date.now()) {
      await pause(Math.max(Math.ceil(waitMs), SLICE_MS), this.#replay.signal);
    }
  }

  // A tick that names itself in no way takes its line's number, so that a repeat of it is known as one.
  #timed(tick: FeedTick, line: number): FeedTick {
    const moved = this.#shift === null ? tick : movedBy(tick, this.#shift);
    const named = ("id" in tick && tick.id !== undefined) || ("seq" in tick && tick.seq !== undefined);
    return named || (moved.type !== "trade" && moved.type !== "quote")
      ? moved
      : { ...moved, seq: LINE_SEQ_BASE + line };
  }

  async #flush(done: number): Promise<void> {
    if (this.#batch.size === 0 && this.#bars.waiting === 0) return;
    if (this.#batch.size > 0) await this.#poster.post(this.#batch.take());
    await this.#bars.flush();
    this.#save(done, false);
    this.#replay.display.progress(done, this.#survey.lines);
  }

  #save(line: number, finished: boolean): void {
    const { tape } = this.#survey;
    this.#saved.save({ tape, line, shift: this.#shift, finished, totals: this.#totals });
  }
}

function movedBy(tick: FeedTick, shift: number): FeedTick {
  const moved = { ...tick, ts: tick.ts + shift };
  return moved.type === "gap" ? { ...moved, from: moved.from + shift, to: moved.to + shift } : moved;
}

const wordOf = (entry: TapeEntry): string =>
  entry.kind === "tick" ? entry.tick.type : "why" in entry ? entry.why : entry.kind;

function summarise({ display, file }: TapeReplay, { totals, milliseconds }: ReplayOutcome): void {
  const bars = barsText(totals);
  if (totals.sent > 0 || bars === undefined) {
    display.note(`Replayed ${file}: ${number(totals.sent)} ticks · ${rateText(totals.sent, milliseconds)}.`);
    display.note(`${totalsText(totals)}.`);
  }
  if (bars !== undefined) display.note(`Imported from ${file}: ${bars}.`);
  const skipped = skippedText(totals);
  if (skipped !== undefined) display.note(skipped);
}
