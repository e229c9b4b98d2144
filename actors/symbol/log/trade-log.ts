/**
 * Everything that has changed bars of trades, in order of arrival: trades, cancels, corrections, and closings that no trade caused. From it a
 * trade is found by its name, a minute is built again, seconds and other series are built, and bars are read as they were known at a moment.
 *
 * On disk many lines share a row, which is written again until it is full: a row per trade would double what a trade costs.
 */
import { assert } from "../../../src/domain/assert.ts";
import { MINUTE_MS } from "../../../src/domain/time.ts";
import type { SymbolState } from "../state.ts";
import { type KnownTrade, nameOf } from "../ticks/request-trades.ts";
import type { TakenKey } from "../ticks/taken-keys.ts";
import {
  type Amendment,
  type LogEntry,
  type LoggedAmendment,
  type LoggedTrade,
  type Standing,
  standingTrades,
} from "./log-entries.ts";
import type { LogRows, Piece, Reach, Slot } from "./log-rows.ts";
import {
  type Chunk,
  chunksFrom,
  entriesOf,
  linesOf,
  pushAmendment,
  pushTrade,
  type TradeLine,
  tradesOf,
} from "./log-text.ts";

/** A turn of more trades makes several chunks: about 600 KB at the most, where a row may have 2 MB. */
const CHUNK_LINES_MAX = 4_096;
/** Names that are looked for one by one; for more of them it costs less to read all lines once. */
const NAMES_SOUGHT_MAX = 8;

export class TradeLog {
  readonly #rows: LogRows;
  /** Turns of the group that is not written yet. */
  #waiting: Piece[] = [];
  /** Of the turn that is under way. */
  #turn: Piece[] = [];
  #piece: Piece | undefined;
  #previous = 0;
  /** The slot that was read last, as it was when it had so many lines. */
  #read: { readonly slot: number; readonly size: number; readonly entries: readonly LogEntry[] } | undefined;

  constructor(rows: LogRows) {
    this.#rows = rows;
  }

  /** It has every line since the symbol's first tick. */
  get isWhole(): boolean {
    return this.#rows.reach.ts <= 1;
  }

  /** How the symbol stood at that moment; undefined where its lines have left, or none was taken by then. */
  standingAt(takenAt: number): Standing | undefined {
    if (takenAt < this.#rows.reach.takenAt) return undefined;
    const inMemory = this.#waiting.findLast(({ chunk }) => chunk.takenAt <= takenAt)?.chunk;
    if (inMemory !== undefined) return standingOf(inMemory);
    // A slot's newest line may be later than one of its lines that is asked for.
    const later = this.#rows.slots.findIndex((slot) => slot.takenAt > takenAt);
    for (let at = later < 0 ? this.#rows.slots.length - 1 : later; at >= 0; at--) {
      const chunks = chunksFrom(this.#rows.textOf(this.#rows.slots[at]?.slot ?? 0));
      const found = chunks.findLast((chunk) => chunk.takenAt <= takenAt);
      if (found !== undefined) return standingOf(found);
    }
    return undefined;
  }

  get reach(): Reach {
    return this.#rows.reach;
  }

  /** The newest time of a trade that a line concerns, 0 before the first. */
  get newestTs(): number {
    return this.#times().newestTs;
  }

  /** Of the trades that its lines concern; far away where it has none. */
  get oldestTs(): number {
    return this.#times().oldestTs;
  }

  /** Lines on disk. */
  get size(): number {
    return this.#rows.size;
  }

  /** One trade of the turn that is under way. */
  append(trade: TradeLine, arrival: number, closedUntil: number): void {
    const piece = this.#pieceFor(trade.ts, arrival);
    pushTrade(piece.chunk, trade, arrival, this.#previous, closedUntil);
    this.#previous = arrival;
  }

  amend(amendment: LoggedAmendment): void {
    pushAmendment(this.#pieceFor(amendment.ts, this.#previous).chunk, amendment);
  }

  /** The turn is over: this is where it has left the bars. A turn without a line leaves one where minutes have closed. */
  endTurn({ closedUntil, endedAt }: Pick<SymbolState, "closedUntil" | "endedAt">, now: number): void {
    if (this.#turn.length === 0) this.#startPiece(closedUntil, this.#previous);
    // A clock that was set back does not turn the order of what was known.
    const takenAt = Math.max(
      now,
      this.#waiting.at(-1)?.chunk.takenAt ?? this.#rows.slots.at(-1)?.takenAt ?? 0,
    );
    for (const { chunk } of this.#turn) Object.assign(chunk, { takenAt, closedUntil, endedAt });
    this.#waiting.push(...this.#turn);
    this.#turn = [];
    this.#piece = undefined;
  }

  /** Whether the turn has lines. */
  get hasTurn(): boolean {
    return this.#turn.length > 0;
  }

  /** Lines of the turn under way, in order of arrival. */
  ofTurn(): LogEntry[] {
    return this.#turn.flatMap(({ chunk }) => entriesOf(chunk));
  }

  /** Lines about trades of [from, to), in order of arrival, the turn under way included. */
  entries(from: number, to: number): LogEntry[] {
    const found: LogEntry[] = [];
    for (const entries of this.#lists((oldestTs, newestTs) => newestTs >= from && oldestTs < to)) {
      for (const entry of entries)
        if (entry.kind !== "closing" && entry.ts >= from && entry.ts < to) found.push(entry);
    }
    return found;
  }

  /** Trades of [from, to) that stand, in order of (ts, ordinal, arrival): none that was cancelled, corrected ones as they are now. */
  trades(from: number, to: number): LoggedTrade[] {
    return standingTrades(this.entries(from, to));
  }

  /** The newest trade that stands and is one of those wanted. */
  newest(isWanted: (trade: LoggedTrade) => boolean): LoggedTrade | undefined {
    const { newestTs, oldestTs } = this.#times();
    for (let widthMs = MINUTE_MS; ; widthMs *= 10) {
      const found = this.trades(newestTs + 1 - widthMs, newestTs + 1).findLast(isWanted);
      if (found !== undefined || newestTs + 1 - widthMs <= oldestTs) return found;
    }
  }

  /** The trades that have one of these names, each as it stands and when it was amended last. */
  find(keys: readonly TakenKey[]): ReadonlyMap<string, KnownTrade> {
    const wanted = new Set(keys.map(nameOf));
    const found = new Map<string, KnownTrade>();
    for (const chunk of this.#newestFirst(keys)) {
      if (found.size === wanted.size) break;
      for (const { name, ts } of tradesOf(chunk)) {
        const key = name === undefined ? "" : nameOf(name);
        if (wanted.has(key) && !found.has(key)) found.set(key, this.#asKnown(key, ts));
      }
    }
    return found;
  }

  /** Everything that was taken after that moment, in order of arrival, closings included. */
  *since(takenAt: number): Generator<LogEntry> {
    for (const entries of this.#lists((_oldest, _newest, newestTaken) => newestTaken > takenAt))
      for (const entry of entries) if (entry.takenAt > takenAt) yield entry;
  }

  /** The trades that were taken last and stand, in order of arrival. */
  lastTaken(count: number): LoggedTrade[] {
    let entries = [...this.#waiting, ...this.#turn].flatMap(({ chunk }) => entriesOf(chunk));
    let taken = takenOf(entries);
    for (let at = this.#rows.slots.length - 1; at >= 0 && taken.length < count; at--) {
      const slot = this.#rows.slots[at]?.slot ?? 0;
      entries = [...chunksFrom(this.#rows.textOf(slot)).flatMap(entriesOf), ...entries];
      taken = takenOf(entries);
    }
    return taken.slice(-count);
  }

  /** Called inside the group's transaction. Trades older than `LOG_MS` before the watermark may leave. */
  write(watermark: number): void {
    this.#rows.write(this.#waiting, watermark);
    this.#waiting = [];
  }

  #pieceFor(ts: number, arrival: number): Piece {
    const piece = this.#piece;
    if (piece === undefined || linesOf(piece.chunk) >= CHUNK_LINES_MAX) return this.#startPiece(ts, arrival);
    if (ts < piece.oldestTs) piece.oldestTs = ts;
    else if (ts > piece.newestTs) piece.newestTs = ts;
    return piece;
  }

  #startPiece(ts: number, arrival: number): Piece {
    const chunk: Chunk = {
      ...{ takenAt: Number.MAX_SAFE_INTEGER, closedUntil: 0, endedAt: 0, source: "" },
      ...{ ts, arrival, rows: [], amendments: [] },
    };
    this.#previous = arrival;
    this.#piece = { chunk, oldestTs: ts, newestTs: ts };
    this.#turn.push(this.#piece);
    return this.#piece;
  }

  /** In order of arrival, those whose times are asked for; a slot at a time, since all of them are more than memory should hold. */
  *#lists(
    isAsked: (oldestTs: number, newestTs: number, takenAt: number) => boolean,
  ): Generator<readonly LogEntry[]> {
    for (const slot of this.#rows.slots)
      if (isAsked(slot.oldestTs, slot.newestTs, slot.takenAt)) yield this.#entriesIn(slot);
    for (const { chunk, oldestTs, newestTs } of [...this.#waiting, ...this.#turn])
      if (isAsked(oldestTs, newestTs, chunk.takenAt)) yield entriesOf(chunk);
  }

  /** Who asks for one minute, or one name, after another mostly asks for the slot that was read last. */
  #entriesIn({ slot, size }: Slot): readonly LogEntry[] {
    if (this.#read?.slot !== slot || this.#read.size !== size)
      this.#read = { slot, size, entries: chunksFrom(this.#rows.textOf(slot)).flatMap(entriesOf) };
    return this.#read.entries;
  }

  #asKnown(key: string, ts: number): KnownTrade {
    const entries = this.entries(ts, ts + 1);
    const taken = entries.find(
      (one) => one.kind === "trade" && one.name !== undefined && nameOf(one.name) === key,
    );
    assert(taken?.kind === "trade", "the trade was read from the same lines");
    const notices = entries.filter((one): one is Amendment => "of" in one && one.of === taken.arrival);
    const trade = standingTrades([taken, ...notices.filter(({ kind }) => kind === "correct")])[0] ?? taken;
    return {
      trade,
      cancelled: notices.some(({ kind }) => kind === "cancel"),
      amendedAt: notices.at(-1)?.at ?? 0,
    };
  }

  /** Chunks that may hold a trade of one of these names. The text of a name stands in its line as it is. */
  *#newestFirst(keys: readonly TakenKey[]): Generator<Chunk> {
    yield* [...this.#waiting, ...this.#turn].map(({ chunk }) => chunk).reverse();
    const slots =
      keys.length > NAMES_SOUGHT_MAX ? this.#rows.slots.map(({ slot }) => slot) : this.#rows.slotsWith(keys);
    for (const slot of slots.reverse()) yield* chunksFrom(this.#rows.textOf(slot));
  }

  #times(): { oldestTs: number; newestTs: number } {
    let oldestTs = Number.MAX_SAFE_INTEGER;
    let newestTs = 0;
    for (const piece of [...this.#rows.slots, ...this.#waiting, ...this.#turn]) {
      oldestTs = Math.min(oldestTs, piece.oldestTs);
      newestTs = Math.max(newestTs, piece.newestTs);
    }
    return { oldestTs, newestTs };
  }
}

const takenOf = (entries: readonly LogEntry[]): LoggedTrade[] =>
  standingTrades(entries).sort((one, other) => one.arrival - other.arrival);

const standingOf = ({ takenAt, closedUntil, endedAt }: Chunk): Standing => ({
  ...{ takenAt, closedUntil, endedAt },
});
