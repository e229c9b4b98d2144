import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { worth } from "../../../../actors/symbol/bars/bars.ts";
import { RESOLUTIONS } from "../../../../src/domain/bar.ts";
import { fewOrAll } from "../../../support/few-or-all.ts";
import { HOUR, MINUTE, NOON, quote, SYMBOL, SymbolBench, trade } from "../bench.ts";
import { BarOracle, type OracleNotice, type OracleTrade } from "../oracle.ts";

type Terms = { readonly timezone: string; readonly session: string };
const ALWAYS: Terms = { timezone: "UTC", session: "24x7" };
const SHARES: Terms = { timezone: "America/New_York", session: "0930-1600:23456" };
const MUMBAI: Terms = { timezone: "Asia/Kolkata", session: "0915-1530:23456" };
const TOKYO: Terms = { timezone: "Asia/Tokyo", session: "0900-1130,1230-1530:23456" };
const CURRENCIES: Terms = { timezone: "America/New_York", session: "1700-1700:23456" };
const FUTURES: Terms = { timezone: "America/Chicago", session: "1700-1600:23456" };
type Step = {
  /** Event time relative to the newest one so far; below zero is late. */
  readonly ahead: number;
  readonly price: number;
  readonly size: number;
  readonly named: "id" | "text-id" | "seq" | "none";
  readonly source: "one" | "two";
  readonly kind: "trade" | "quote" | "repeat" | "cancel" | "correct";
  /** A place among our words for what a trade counts for; mostly none of them. */
  readonly flag: number;
  /** What happens after this tick. */
  readonly next: "same-request" | "next-request" | "reload" | "clock" | "end";
};

const sentNotice = ({ kind, ts, id, price, size }: OracleNotice) => ({
  ...{ type: kind, symbol: SYMBOL, ts, id },
  ...(price === undefined ? {} : { price: decimal(price, 2) }),
  ...(size === undefined ? {} : { size: decimal(size, 3) }),
});

const step: fc.Arbitrary<Step> = fc.record({
  ahead: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: -1_000, max: 9_000 }) },
    { weight: 3, arbitrary: fc.integer({ min: -15 * MINUTE, max: 0 }) },
    { weight: 1, arbitrary: fc.integer({ min: -20 * MINUTE, max: -14 * MINUTE }) },
    { weight: 1, arbitrary: fc.integer({ min: MINUTE, max: 20 * HOUR }) },
    { weight: 1, arbitrary: fc.constantFrom(0, -15 * MINUTE, -15 * MINUTE - 1, MINUTE) },
  ),
  price: fc.integer({ min: 1, max: 30_000 }),
  size: fc.oneof(fc.integer({ min: 1, max: 9_000 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
  named: fc.constantFrom("id", "text-id", "seq", "none"),
  source: fc.constantFrom("one", "two"),
  kind: fc.oneof(
    { weight: 8, arbitrary: fc.constant("trade" as const) },
    { weight: 1, arbitrary: fc.constant("quote" as const) },
    { weight: 1, arbitrary: fc.constant("repeat" as const) },
    { weight: 2, arbitrary: fc.constantFrom("cancel" as const, "correct" as const) },
  ),
  flag: fc.nat(20),
  next: fc.oneof(
    { weight: 8, arbitrary: fc.constant("same-request" as const) },
    { weight: 6, arbitrary: fc.constant("next-request" as const) },
    { weight: 1, arbitrary: fc.constant("reload" as const) },
    { weight: 1, arbitrary: fc.constant("clock" as const) },
    { weight: 1, arbitrary: fc.constant("end" as const) },
  ),
});

const decimal = (value: number, scale: number): string => {
  const digits = String(value).padStart(scale + 1, "0");
  return `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
};
const plain = (value: number, scale: number): string => decimal(value, scale).replace(/\.?0+$/, "");
const FLAGS = ["odd-lot", "out-of-sequence", "corrected-close", "official-close", "closing-auction", "word"];
const sent = ({ ts, price, size, id, seq, flag }: OracleTrade) =>
  trade(ts, decimal(price, 2), {
    ...(flag === undefined ? {} : { conditions: [flag] }),
    size: decimal(size, 3),
    ...(id === undefined ? {} : { id }),
    ...(seq === undefined ? {} : { seq }),
  });

class Walk {
  readonly bench: SymbolBench;
  readonly oracle: BarOracle;
  readonly #past: OracleTrade[] = [];
  #request:
    | { source: string; ticks: ReturnType<typeof trade>[]; expected: Record<string, number> }
    | undefined;
  #serial = 0;
  /** No trade stood: the next one is a change, whatever its price. */
  #emptied = false;

  constructor(terms: Terms, start: number) {
    this.bench = new SymbolBench(terms);
    this.oracle = new BarOracle(terms);
    // Far behind every tick of the walk: the clock's own closing is a step of its own.
    this.bench.clock.time = (start + 3_000 * HOUR) as typeof this.bench.clock.time;
    this.#first = start;
  }
  readonly #first: number;

  step(one: Step): void {
    const newest = Math.max(this.oracle.watermark, this.#first);
    const ts = newest + one.ahead;
    if (this.#request !== undefined && this.#request.source !== one.source) this.send();
    this.#request ??= { source: one.source, ticks: [], expected: {} };
    const { ticks, expected } = this.#request;
    if (one.kind === "quote") {
      ticks.push(quote(ts, "1", "2"));
      count(expected, this.oracle.quote({ ts }));
    } else if (one.kind === "cancel" || one.kind === "correct") {
      const notice = this.#notice(one.kind, one, newest);
      ticks.push(sentNotice(notice));
      count(expected, this.oracle.notice(notice));
    } else {
      const made = one.kind === "repeat" ? this.#past[one.price % Math.max(1, this.#past.length)] : undefined;
      const next: OracleTrade =
        made === undefined ? this.#newTrade(one, ts) : { ...made, source: one.source };
      ticks.push(sent(next));
      count(expected, this.oracle.trade(next));
    }
    if (one.next !== "same-request") this.send();
    if (one.next === "reload") this.bench.reload();
    if (one.next === "clock") this.#closeByClock();
    if (one.next === "end") this.#end();
  }

  send(): void {
    if (this.#request === undefined) return;
    const { source, ticks, expected } = this.#request;
    this.#request = undefined;
    const { accepted, duplicates, late, rejected } = this.bench.takeFrom(source, ...ticks);
    expect({ accepted, duplicates, late, rejected: rejected.length }).toEqual({
      accepted: expected["accepted"] ?? 0,
      duplicates: expected["duplicates"] ?? 0,
      late: expected["late"] ?? 0,
      rejected: expected["rejected"] ?? 0,
    });
    expect(rejected.filter(({ code }) => code !== "trade-unknown")).toEqual([]);
    if (accepted + late > 0) this.oracle.fold();
    this.#emptied ||= this.oracle.last() === undefined;
  }

  /** Of a trade that was sent and is in the log until its day closes, mostly one of the newest; now and then of one that nobody knows. */
  #notice(kind: "cancel" | "correct", { price, size, ahead }: Step, newest: number): OracleNotice {
    const named = this.#past.filter(({ id, ts }) => id !== undefined && ts > newest - 5 * HOUR);
    const id = named.at(-1 - (price % 5))?.id ?? named[price % Math.max(1, named.length)]?.id ?? "nobody";
    const ts = ahead < 0 ? newest - 1_000 : newest;
    if (kind === "cancel") return { kind, ts, id };
    return { kind, ts, id, ...(price % 3 === 0 ? {} : { price }), ...(price % 2 === 0 ? {} : { size }) };
  }

  #newTrade(one: Step, ts: number): OracleTrade {
    this.#serial += 1;
    const serial = this.#serial;
    const names = {
      id: { id: String(100_000 - serial) },
      "text-id": { id: `t-${serial}` },
      seq: { seq: (serial * 7) % 100 },
      none: {},
    }[one.named];
    const flag = FLAGS[one.flag];
    const flags = flag === undefined ? {} : { flag };
    const made = { ts, price: one.price, size: one.size, source: one.source, ...names, ...flags };
    this.#past.push(made);
    return made;
  }

  /** A feed ends, twice: the second time is no news. */
  #end(): void {
    this.bench.end();
    const told = this.bench.facts.length;
    this.bench.end();
    expect(this.bench.facts).toHaveLength(told);
    this.oracle.end();
    this.oracle.fold();
  }

  /** The clock comes by just behind the watermark, closes what is due, and goes far away again. */
  #closeByClock(): void {
    const { bench, oracle } = this;
    if (oracle.watermark < 0) return;
    const away = bench.clock.time;
    bench.clock.time = (oracle.watermark + 30_000) as typeof away;
    // Its feed has been quiet for as long as it must be.
    bench.state.takenAt = bench.clock.time - 2_000;
    const due = Math.floor(oracle.closedUntil / MINUTE) < Math.floor((oracle.watermark + 28_000) / MINUTE);
    const before = bench.state.closedUntil;
    bench.wake();
    // Whether something was due depends on there being a bar: the clock may only close to its own time, or not at all.
    expect([before, oracle.watermark + 28_000]).toContain(bench.state.closedUntil);
    if (!due) expect(bench.state.closedUntil).toBe(before);
    oracle.closeByClock(bench.state.closedUntil);
    oracle.fold();
    bench.clock.time = away;
  }

  check(): void {
    this.send();
    for (const resolution of RESOLUTIONS)
      expect(this.bench.bars(resolution)).toEqual(this.oracle.bars(resolution));
    this.#checkFacts();
    if (this.oracle.watermark > 0) this.#checkPrices();
    expect(this.bench.state.lateTicks).toBe(this.oracle.late);
    expect(this.bench.lateTicks()).toHaveLength(this.oracle.late);
  }

  /** The newest trade is the last price; its changes are numbered without a gap, and each is a change. */
  #checkPrices(): void {
    const { bench, oracle } = this;
    const last = oracle.last();
    const shown = bench.quote();
    expect(shown.last).toEqual(
      last === undefined ? null : { price: plain(last.price, 2), size: plain(last.size, 3), ts: last.ts },
    );
    expect(bench.changes.map(([n]) => n)).toEqual(bench.changes.map((_, index) => index + 1));
    for (const [index, [, , price]] of this.#emptied ? [] : bench.changes.entries())
      expect(price).not.toBe(bench.changes[index - 1]?.[2]);
    if (last !== undefined) expect(bench.changes.at(-1)?.[2]).toBe(last.price);
    expect(bench.mark().lastChanges).toBe(bench.changes.length);
    const { bar, volume, previousClose } = oracle.day();
    expect([shown.dayOpen, shown.dayHigh, shown.dayLow, shown.dayVolume, shown.prevClose]).toEqual([
      bar?.o ?? null,
      bar?.h ?? null,
      bar?.l ?? null,
      volume,
      previousClose,
    ]);
  }

  /** Closed bars and told bars are the same ones; each (width, start, revision) is told at most once, revisions rise. */
  #checkFacts(): void {
    for (const resolution of RESOLUTIONS) {
      const told = Map.groupBy(this.bench.barFacts(resolution), ({ t }) => t);
      const closed = this.oracle.bars(resolution).filter(({ state }) => state !== "forming");
      const bars = [...told].filter(([, facts]) => facts.at(-1)?.withdrawn !== true).map(([t]) => t);
      expect(bars.sort((one, other) => one - other)).toEqual(closed.map(({ t }) => t));
      for (const bar of closed) {
        const facts = told.get(bar.t) ?? [];
        const revs = facts.map(({ rev }) => rev);
        expect(revs).toEqual([...new Set(revs)].sort((one, other) => one - other));
        const { symbol, resolution: _resolution, pv, partial, ...newest } = facts.at(-1)!;
        expect(symbol).toBe(SYMBOL);
        expect(pv).toBe(this.oracle.priceVolume(resolution, bar.t));
        expect({ ...newest, ...(partial ? { partial } : {}) }).toEqual(bar);
      }
    }
  }
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

describe("all bars of all widths equal a recomputation from the accepted trades", () => {
  test.each([
    ["around the clock", ALWAYS, NOON],
    // The nights before clocks change, so that days of 23 and 25 hours come up.
    ["New York", SHARES, Date.parse("2024-03-08T20:00:00Z")],
    ["New York", SHARES, Date.parse("2024-11-01T19:00:00Z")],
    ["Mumbai", MUMBAI, NOON],
    ["Tokyo", TOKYO, Date.parse("2024-07-31T02:20:00Z")],
    ["foreign exchange", CURRENCIES, Date.parse("2024-03-08T20:00:00Z")],
    ["futures", FUTURES, Date.parse("2024-10-31T20:30:00Z")],
  ])(
    "%s, %o from %s: any order, lateness, repeats, requests, reloads, closings by the clock, ends of the feed",
    (_, terms, start) => {
      void fc.assert(
        fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
          const walk = new Walk(terms, start);
          for (const one of steps) walk.step(one);
          walk.check();
          walk.bench.reload();
          walk.check();
        }),
        { numRuns: fewOrAll(15, 40), seed: 20_240_808 },
      );
    },
  );
});

test("a seeded walk of thousands of ticks over days keeps every bar equal to its recomputation", () => {
  const walk = new Walk(SHARES, Date.parse("2024-03-08T20:00:00Z"));
  const steps = fc.sample(step, { numRuns: fewOrAll(2_000, 4_000), seed: 7 });
  steps.forEach((one, index) => {
    // The long jumps would leave nothing to be late for.
    walk.step(one.ahead > HOUR && index % 40 !== 0 ? { ...one, ahead: 2_000 } : one);
    if (index % 1_000 === 999) walk.check();
  });
  expect(walk.oracle.folded).toBeGreaterThan(10);
  expect(walk.bench.counts()["outcry_late_ticks_folded_total"]).toBe(walk.oracle.folded);
});

/** Small ones, those whose squares are about 2^53, and any. */
const factor = fc.oneof(
  fc.nat(100_000),
  fc.integer({ min: -3, max: 3 }).map((off) => Math.round(Math.sqrt(Number.MAX_SAFE_INTEGER)) + off),
  fc.maxSafeNat(),
);

test("price × size is exact at any size", () => {
  const pairs = fc.sample(fc.tuple(factor, factor), { numRuns: 5_000, seed: 7 });
  for (const [price, size] of pairs) expect(worth(price, size)).toBe(BigInt(price) * BigInt(size));
});
