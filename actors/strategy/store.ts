/**
 * All SQL of a strategy. A batch of prices writes one row, the chunk of its moments: what is folded from them is folded again on waking.
 * What is folded for good moves into the legs' rows once a minute, when its moments leave.
 */
import { bucketStart, MINUTE_MS } from "../../src/domain/time.ts";
import { INBOX_TABLE } from "../runtime/inbox.ts";
import type { LocalMigration } from "../runtime/local-migrations.ts";
import { OUTBOX_CHUNKS, OUTBOX_TABLES } from "../runtime/outbox-tables.ts";
import { LINK_TABLES, SOCKET_TABLES } from "../runtime/sockets.ts";
import { type Sql, writeRows } from "../runtime/sql.ts";
import { TIMERS_TABLE } from "../runtime/timers.ts";
import { firstMinute } from "./apply.ts";
import { type Candle, candleFromText, candleText } from "./candle.ts";
import { decodeTimeline, encodeTimeline, type TimelineRow } from "./codec.ts";
import type { StrategyEvent } from "./events.ts";
import { CANDLES_MAX, CANDLES_SLACK } from "./limits.ts";
import { type LegRow, legRow, loadState } from "./load.ts";
import type { HeardMoment } from "./moment.ts";
import { decodeMoments, encodeMoments } from "./moment-text.ts";
import type { Profile, StrategyState } from "./state.ts";
import { LEGS_OF_CURRENCIES, STATISTICS, TABLES } from "./tables.ts";

export const MIGRATIONS: readonly LocalMigration[] = [
  {
    id: 1,
    statements: [...OUTBOX_TABLES, TIMERS_TABLE, INBOX_TABLE, ...TABLES],
  },
  { id: 2, statements: ["ALTER TABLE leg ADD COLUMN over_bound INTEGER NOT NULL DEFAULT 0"] },
  { id: 3, statements: SOCKET_TABLES },
  { id: 4, statements: OUTBOX_CHUNKS },
  { id: 5, statements: LINK_TABLES },
  { id: 6, statements: LEGS_OF_CURRENCIES },
  { id: 7, statements: STATISTICS },
];

/** A chunk that is written again holds no more than this, far below the bound of a value. */
const CHUNK_MOMENTS_MAX = 2_000;

export type CandleRange = { readonly from?: number; readonly to?: number; readonly limit: number };
export type CandleRows = {
  readonly texts: readonly string[];
  readonly oldest: number | undefined;
  readonly trimmed: boolean;
};

export class StrategyStore {
  readonly #sql: Sql;
  readonly #archivedSeq: () => number;
  readonly #state: StrategyState;
  readonly #legs = new Set<string>();
  readonly #gone = new Set<string>();
  readonly #candles = new Map<number, { readonly candle: Candle; readonly seq: number }>();
  #moments: HeardMoment[] = [];
  #profile = false;
  #timeline = false;
  #retired = false;

  /** `archivedSeq` is the newest fact that Postgres has. */
  constructor(sql: Sql, archivedSeq: () => number) {
    this.#sql = sql;
    this.#archivedSeq = archivedSeq;
    this.#state = this.#load();
  }

  get state(): StrategyState {
    return this.#state;
  }

  /** Marks the rows that this event will have changed. Called before it is applied: a leg that leaves is still known. */
  note(event: StrategyEvent): void {
    switch (event.type) {
      case "profile-set":
        this.#profile = true;
        for (const symbol of this.#state.legs.keys()) this.#legs.add(symbol);
        return;
      case "leg-met":
      case "rate-traded":
        this.#noteLeg(event.leg.symbol);
        return;
      case "rate-met":
      case "line-agreed":
        this.#noteLeg(event.symbol);
        return;
      case "leg-left":
        this.#legs.delete(event.symbol);
        this.#gone.add(event.symbol);
        this.#timeline = true;
        return;
      case "start-held":
      case "start-priced":
        this.#legs.add(event.symbol);
        this.#timeline = true;
        return;
      case "moments-heard":
        this.#moments.push(...event.moments);
        for (const moment of event.moments) this.#noteNumber(moment);
        if (event.spans.length > 0 || event.late > 0) this.#timeline = true;
        return;
      case "news-skipped":
        this.#timeline = true;
        return;
      case "minutes-closed":
        if (event.through !== this.#state.finalThrough) this.#timeline = true;
        return;
      case "moments-retired":
        this.#retired = true;
        this.#timeline = true;
        for (const { symbol } of this.#state.timeline.moments().slice(0, event.count)) this.#legs.add(symbol);
        return;
      case "candle-closed":
      case "position-drifted":
      case "line-booked":
        return;
    }
  }

  #noteLeg(symbol: string): void {
    this.#gone.delete(symbol);
    this.#legs.add(symbol);
  }

  putCandle(candle: Candle, seq: number): void {
    this.#candles.set(candle.start, { candle, seq });
  }

  /** Final candles that start in [from, to], ascending, as the present group will leave them. */
  candlesBetween(from: number, to: number): Candle[] {
    if (to < from) return [];
    const rows = this.#sql.exec<{ body: string }>(
      "SELECT body FROM candle WHERE start BETWEEN ?1 AND ?2",
      from,
      to,
    );
    const found = new Map(
      rows.map(({ body }) => candleFromText(body)).map((candle) => [candle.start, candle]),
    );
    for (const { candle } of this.#candles.values())
      if (from <= candle.start && candle.start <= to) found.set(candle.start, candle);
    return [...found.values()].sort((one, other) => one.start - other.start);
  }

  /** The newest of the range, ascending. Only what is committed. */
  candleRows({ from, to, limit }: CandleRange): CandleRows {
    const rows = this.#sql.exec<{ body: string }>(
      "SELECT body FROM candle WHERE start >= ?1 AND start < ?2 ORDER BY start DESC LIMIT ?3",
      from ?? 0,
      to ?? Number.MAX_SAFE_INTEGER,
      limit,
    );
    const [kept] = this.#sql.exec<{ oldest: number | null; trimmed: number }>(
      "SELECT (SELECT MIN(start) FROM candle) AS oldest, trimmed FROM timeline",
    );
    const texts = rows.map((row) => row.body).reverse();
    return { texts, oldest: kept?.oldest ?? undefined, trimmed: kept?.trimmed === 1 };
  }

  /** Called inside the group's transaction. */
  write(): void {
    const { profile } = this.#state;
    if (this.#profile && profile !== undefined) {
      this.#sql.exec("INSERT OR REPLACE INTO strategy (id, profile) VALUES (1, ?1)", JSON.stringify(profile));
      this.#profile = false;
    }
    this.#writeLegs();
    if (this.#retired) this.#forgetRetired();
    this.#writeMoments();
    if (this.#timeline) this.#sql.exec("UPDATE timeline SET body = ?1", encodeTimeline(this.#timelineRow()));
    this.#timeline = false;
    this.#writeCandles();
  }

  /** Whether its number is known at all is in the leg's row; the number itself is in the moments. */
  #noteNumber({ symbol, kind }: HeardMoment): void {
    const known = this.#state.legs.get(symbol)?.n !== undefined;
    const books = kind === "fill" || kind === "split" || kind === "revised";
    if (!known || books) this.#legs.add(symbol);
  }

  #writeLegs(): void {
    if (this.#gone.size > 0) {
      const gone = JSON.stringify([...this.#gone]);
      this.#sql.exec("DELETE FROM leg WHERE symbol IN (SELECT value FROM json_each(?1))", gone);
    }
    const rows = [...this.#legs].flatMap((symbol) => legRow(this.#state, symbol));
    this.#gone.clear();
    this.#legs.clear();
    writeRows(
      this.#sql,
      `INSERT OR REPLACE INTO leg
       SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8,
              value ->> 9, value ->> 10, value ->> 11, value ->> 12, value ->> 13, value ->> 14, value ->> 15, value ->> 16,
              value ->> 17, value ->> 18, value ->> 19, value ->> 20, value ->> 21, value ->> 22
       FROM json_each(?1)`,
      rows,
    );
  }

  /** Chunks below the floor go; the minute that the floor cuts is written again from what is kept. */
  #forgetRetired(): void {
    this.#retired = false;
    const minute = bucketStart(this.#state.timeline.floor?.ts ?? 0, MINUTE_MS);
    this.#sql.exec("DELETE FROM moment_chunk WHERE minute <= ?1", minute);
    const cut = this.#state.timeline.moments().filter((moment) => moment.ts < minute + MINUTE_MS);
    this.#moments = [...cut, ...this.#moments.filter((moment) => moment.ts >= minute + MINUTE_MS)];
  }

  #writeMoments(): void {
    const chunks = Map.groupBy(this.#moments, (moment) => bucketStart(moment.ts, MINUTE_MS));
    this.#moments = [];
    writeRows(
      this.#sql,
      "INSERT INTO moment_chunk (minute, chunk, moments) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1)",
      [...chunks].flatMap(([minute, moments]) => chunkRows(minute, moments)),
    );
  }

  #writeCandles(): void {
    if (this.#candles.size === 0) return;
    const rows = [...this.#candles.values()].map(
      ({ candle, seq }) => [candle.start, seq, candleText(candle)] as const,
    );
    this.#candles.clear();
    writeRows(
      this.#sql,
      "INSERT OR REPLACE INTO candle (start, seq, body) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1)",
      rows,
    );
    const count = this.#sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM candle")[0]?.n ?? 0;
    if (count > CANDLES_MAX + CANDLES_SLACK) this.#trim(count - CANDLES_MAX);
  }

  /** The oldest leave, in order, as far as Postgres has them. */
  #trim(over: number): void {
    const gone = this.#sql.exec(
      `DELETE FROM candle WHERE start IN (SELECT start FROM candle ORDER BY start LIMIT ?1)
         AND start < (SELECT COALESCE(MIN(start), 9007199254740991) FROM candle WHERE seq > ?2) RETURNING start`,
      over,
      this.#archivedSeq(),
    );
    if (gone.length > 0) this.#sql.exec("UPDATE timeline SET trimmed = 1 WHERE trimmed = 0");
  }

  #timelineRow(): TimelineRow {
    const { timeline, finalThrough, spans, priceTime, nextOrder, lateMoments, skippedNews, departed } =
      this.#state;
    const { currencies, minutes } = timeline.base;
    const made = Object.fromEntries([...currencies].map(([currency, { own }]) => [currency, own]));
    const marks = { finalThrough, spans, priceTime, nextOrder, lateMoments, skippedNews, departed };
    return { made, minute: minutes.at(-1), floor: timeline.floor, ...marks };
  }

  #load(): StrategyState {
    const [strategy] = this.#sql.exec<{ profile: string }>("SELECT profile FROM strategy");
    const [timeline] = this.#sql.exec<{ body: string }>("SELECT body FROM timeline");
    const chunks = this.#sql.exec<{ moments: string }>(
      "SELECT moments FROM moment_chunk ORDER BY minute, chunk",
    );
    const state = loadState({
      // SAFETY: only `write` fills this column.
      profile: strategy === undefined ? undefined : (JSON.parse(strategy.profile) as Profile),
      timeline: timeline === undefined || timeline.body === "" ? undefined : decodeTimeline(timeline.body),
      legs: this.#sql.exec<LegRow>("SELECT * FROM leg ORDER BY symbol"),
      moments: chunks.flatMap((chunk) => decodeMoments(chunk.moments)),
    });
    for (const candle of this.candlesBetween(firstMinute(state), Number.MAX_SAFE_INTEGER))
      state.closed.set(candle.start, candle);
    // Its table says what was said, its moments what is: what was owed shows with the next turn, for which a timer stands.
    state.changedFrom = 0;
    return state;
  }
}

/** Named by the order of their first moment: no two chunks begin with the same. */
function chunkRows(minute: number, moments: readonly HeardMoment[]): (readonly [number, number, string])[] {
  const rows: (readonly [number, number, string])[] = [];
  for (let at = 0; at < moments.length; at += CHUNK_MOMENTS_MAX) {
    const chunk = moments.slice(at, at + CHUNK_MOMENTS_MAX);
    rows.push([minute, chunk[0]?.order ?? 0, encodeMoments(chunk)]);
  }
  return rows;
}
