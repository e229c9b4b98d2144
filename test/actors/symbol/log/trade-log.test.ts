import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { migrateLocally } from "../../../../actors/runtime/local-migrations.ts";
import { LOG_BOUNDS } from "../../../../actors/symbol/log/log-bounds.ts";
import {
  LOG_LINES_MAX,
  LOG_MS,
  LOG_SLOT_LINES,
  LogRows,
  TRADE_LOG_TABLES,
} from "../../../../actors/symbol/log/log-rows.ts";
import { TradeLog } from "../../../../actors/symbol/log/trade-log.ts";
import { OpenRows } from "../../../../actors/symbol/open-rows.ts";
import { EVERYTHING } from "../../../../src/quant/trade-conditions.ts";
import { memorySql } from "../../../support/node-sql.ts";
import { HOUR, MINUTE, NOON } from "../bench.ts";

const maxOf = (collection: string): number =>
  LOG_BOUNDS.find((bound) => bound.collection === collection)?.max ?? expect.unreachable();
const FRESH = { watermark: 0, takenAt: 0 };

/** A log over a disk, with turns that are written when told. */
class Room {
  readonly sql = memorySql();
  log!: TradeLog;
  #kept!: LogRows;
  #openRows = new OpenRows(null);
  /** As the row of marks has it. */
  #written: string | null = null;
  arrivals = 0;
  now = NOON;
  watermark = 0;

  constructor(start = FRESH) {
    migrateLocally(this.sql, [{ id: 1, statements: TRADE_LOG_TABLES }]);
    this.#load(start);
  }

  trade(ts: number, over: Partial<Parameters<TradeLog["append"]>[0]> = {}): number {
    this.arrivals += 1;
    this.watermark = Math.max(this.watermark, ts);
    const line = { ts, price: 100, size: 1, ordinal: 0, counts: EVERYTHING, key: undefined, ...over };
    this.log.append(line, this.arrivals, ts - 2_000);
    return this.arrivals;
  }

  amend(kind: "cancel" | "correct", of: number, ts: number, price = 0, size = 0): void {
    this.arrivals += 1;
    const { arrivals: arrival, now } = this;
    this.log.amend({
      kind,
      of,
      ts,
      price,
      size,
      arrival,
      at: now,
      closedUntil: ts - 2_000,
      counts: EVERYTHING,
    });
  }

  end(): void {
    this.log.endTurn({ closedUntil: this.watermark - 2_000, endedAt: 0 }, this.now);
  }

  commit(): void {
    this.end();
    this.write();
  }

  write(): void {
    this.sql.transaction(() => this.log.write(this.watermark));
    this.#written = this.#openRows.text;
  }

  restart(): void {
    this.#load(FRESH);
  }

  #load(start: typeof FRESH): void {
    this.#openRows = new OpenRows(this.#written);
    this.#kept = new LogRows(this.sql, start, this.#openRows);
    this.log = new TradeLog(this.#kept);
  }

  slots(): number {
    return this.#kept.slots.length;
  }

  rows(): number {
    return this.sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM trade_log")[0]?.n ?? 0;
  }
}

describe("what is read is what was taken", () => {
  test("names come back as they were: a venue's numbers and texts, a source's sequence, none", () => {
    const room = new Room();
    const keys = [
      { space: "", name: 7 },
      { space: "", name: 0 },
      { space: "", name: 1 },
      { space: "", name: "x7" },
      { space: "feed", name: 7 },
      undefined,
    ];
    for (const key of keys) room.trade(NOON, { ordinal: 7, key });
    room.commit();
    room.restart();
    expect(room.log.trades(NOON, NOON + 1).map(({ name }) => name)).toEqual(keys);
  });

  test("trades stand in order of time, the venue's count and arrival", () => {
    const room = new Room();
    room.trade(NOON + 5, { price: 3 });
    room.trade(NOON, { price: 2, ordinal: 9 });
    room.trade(NOON, { price: 1, ordinal: 3 });
    room.trade(NOON + 5, { price: 4 });
    room.end();
    expect(room.log.trades(NOON, NOON + MINUTE).map(({ price }) => price)).toEqual([1, 2, 3, 4]);
  });

  test("a cancelled trade is gone, a corrected one has its newest price, and the lines tell how it was", () => {
    const room = new Room();
    const [first, second] = [room.trade(NOON, { price: 10 }), room.trade(NOON + 1, { price: 11 })];
    room.commit();
    room.amend("correct", first, NOON, 12, 3);
    room.amend("cancel", second, NOON + 1);
    room.commit();
    room.restart();
    expect(room.log.trades(NOON, NOON + 2)).toMatchObject([{ price: 12, size: 3, arrival: first }]);
    expect(room.log.entries(NOON, NOON + 2).map(({ kind }) => kind)).toEqual([
      "trade",
      "trade",
      "correct",
      "cancel",
    ]);
  });

  test("a turn without a trade says until when bars are closed", () => {
    const room = new Room();
    room.watermark = NOON;
    room.commit();
    room.restart();
    expect([...room.log.since(0)]).toEqual([
      { kind: "closing", takenAt: NOON, closedUntil: NOON - 2_000, endedAt: 0 },
    ]);
  });

  test("a clock that goes back leaves the order of what was known", () => {
    const room = new Room();
    room.trade(NOON);
    room.commit();
    room.restart();
    room.now -= HOUR;
    room.trade(NOON + 1);
    room.commit();
    expect([...room.log.since(NOON - 1)]).toHaveLength(4);
  });

  test("any turns, written together or apart, with restarts: the log answers as a plain list does", () => {
    const step = fc.record({
      does: fc.constantFrom(
        "trade",
        "trade",
        "trade",
        "trade",
        "cancel",
        "correct",
        "end",
        "write",
        "restart",
      ),
      at: fc.integer({ min: -90, max: 90 }),
    });
    void fc.assert(
      fc.property(fc.array(step, { minLength: 150, maxLength: 400 }), (steps) => {
        const walk = new Walk();
        for (const { does, at } of steps) {
          walk.step(does, at);
          expect(walk.room.log.entries(0, Number.MAX_SAFE_INTEGER)).toMatchObject(walk.taken);
        }
        const [from, to] = [NOON - 30_000, NOON + 30_000];
        const asked = walk.taken.filter(({ ts }) => ts >= from && ts < to);
        expect(walk.room.log.entries(from, to)).toMatchObject(asked);
      }),
      { numRuns: 12, seed: 5 },
    );
  });
});

type Taken = {
  kind: "trade" | "cancel" | "correct";
  ts: number;
  arrival: number;
  price: number;
  size: number;
};

/** A plain list of what was taken; a restart loses what was not written. */
class Walk {
  readonly room = new Room();
  taken: Taken[] = [];
  #written = 0;

  step(does: string, at: number): void {
    const { room, taken } = this;
    if (does === "trade") this.#trade(NOON + at * 1_000, 500 + at);
    else if (does === "cancel" || does === "correct") this.#amend(does, at);
    else if (does === "end") room.end();
    else if (does === "write") {
      room.commit();
      this.#written = taken.length;
    } else {
      room.restart();
      this.taken = taken.slice(0, this.#written);
    }
  }

  #trade(ts: number, price: number): void {
    const size = this.taken.length + 1;
    this.taken.push({ kind: "trade", ts, price, size, arrival: this.room.trade(ts, { price, size }) });
  }

  #amend(kind: "cancel" | "correct", at: number): void {
    const of = this.taken[Math.abs(at) % (this.taken.length || 1)];
    if (of?.kind !== "trade") return;
    const { ts } = of;
    this.room.amend(kind, of.arrival, ts, 7, at);
    this.taken.push({ kind, ts, arrival: this.room.arrivals, price: 7, size: at });
  }
}

describe("how far it reaches", () => {
  test("a symbol that had taken ticks before it kept a log has none of them in it", () => {
    const room = new Room({ watermark: NOON, takenAt: NOON + 7 });
    expect(room.log.reach).toEqual({ ts: NOON + 1, takenAt: NOON + 7 });
    room.trade(NOON + MINUTE);
    room.commit();
    room.restart();
    expect(room.log.reach).toEqual({ ts: NOON + 1, takenAt: NOON + 7 });
  });

  test("trades older than a day and the horizon leave by whole rows, and the reach says so", () => {
    const room = new Room();
    for (let index = 0; index < 3 * LOG_SLOT_LINES; index++) {
      room.trade(NOON + index);
      room.commit();
    }
    room.now += LOG_MS;
    room.trade(NOON + LOG_MS + LOG_SLOT_LINES);
    room.commit();
    expect(room.log.reach).toEqual({ ts: NOON + LOG_SLOT_LINES, takenAt: NOON });
    const left = room.log.trades(0, NOON + LOG_MS);
    expect(left[0]?.ts).toBe(NOON + LOG_SLOT_LINES);
    room.restart();
    expect(room.log.trades(0, NOON + LOG_MS)).toEqual(left);
    expect(room.log.reach).toEqual({ ts: NOON + LOG_SLOT_LINES, takenAt: NOON });
  });

  test("bound symbol/table:trade_log: beyond it the oldest lines leave, and the reach says from when all are there", () => {
    const room = new Room();
    for (let turn = 0; turn * 5_000 <= LOG_LINES_MAX + 10_000; turn++) {
      for (let index = 0; index < 5_000; index++) room.trade(NOON + turn * 10 + (index % 10));
      room.commit();
    }
    expect(room.log.size).toBeLessThanOrEqual(LOG_LINES_MAX);
    expect(room.log.size).toBeGreaterThan(LOG_LINES_MAX - 10_000);
    const { ts } = room.log.reach;
    expect(room.log.trades(ts, ts + 10)).toHaveLength(5_000);
  });

  test("bound symbol/memory:logSlots: as many as rows, and one that has room and is no row yet", () => {
    const room = new Room();
    for (let line = 0; line < LOG_LINES_MAX + 10 * LOG_SLOT_LINES; line += LOG_SLOT_LINES) {
      for (let index = 0; index < LOG_SLOT_LINES; index++) room.trade(NOON + line + index);
      room.end();
      if (line % 200 === 0) room.write();
    }
    room.commit();
    expect(room.rows()).toBeGreaterThan(maxOf("memory:logSlots") - 10);
    expect(room.rows()).toBeLessThanOrEqual(maxOf("table:trade_log"));
    expect(room.slots() - room.rows()).toBeOneOf([0, 1]);
    expect(room.slots()).toBeLessThanOrEqual(maxOf("memory:logSlots"));
  });

  test("bound symbol/table:trade_log_reach: a further write replaces it", () => {
    const room = new Room();
    for (let day = 0; day < 4; day++) {
      for (let index = 0; index < 2 * LOG_SLOT_LINES; index++) room.trade(NOON + day * LOG_MS + index);
      room.commit();
    }
    expect(room.log.reach.ts).toBeGreaterThan(NOON);
    expect(room.sql.exec("SELECT * FROM trade_log_reach")).toHaveLength(maxOf("table:trade_log_reach"));
  });
});
