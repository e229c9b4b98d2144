/**
 * R4 for sums by class, group and factor: after each step of a walk of fills, orders, prices, reference data, limits and trials they
 * are what adding up every line says.
 */
import { describe, expect, test } from "vitest";
import { apply } from "../../../actors/risk-shard/apply.ts";
import { demandOf, learnInstrument, sumsCovering, sumsFor } from "../../../actors/risk-shard/book-sums.ts";
import { retrace, type Trail, walkAgain } from "../../../actors/risk-shard/changes.ts";
import { changeLine } from "../../../actors/risk-shard/exposure.ts";
import { remark } from "../../../actors/risk-shard/marking.ts";
import { initialState, type Limit, type RiskState } from "../../../actors/risk-shard/state.ts";
import { NO_DEMAND, NO_SUM, type Sum } from "../../../actors/risk-shard/sum-records.ts";
import type { Symbol } from "../../../src/domain/ids.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import { ZERO } from "../../../src/domain/money.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import { instrumentOf } from "../../support/instruments.ts";
import { randomFrom } from "./walk.ts";

const SYMBOLS = ["X:A", "X:B", "X:C", "X:D", "X:E", "X:F"] as Symbol[];
const GROUP = new Set(["X:A", "X:C", "X:F"]);
/** Prices are whole; a whole one is worth so much money. */
const ONE = 10n ** 12n;

const limitOf = (kind: Limit["kind"], more: Partial<Limit> = {}): Limit => ({
  id: kind,
  kind,
  scope: { kind: "account" },
  threshold: 0n,
  action: "reject",
  unit: "money",
  ...more,
});
type Limits = readonly Limit[];
const OTHER_GROUP = { symbols: new Set(["X:B"]) };
const SETS: readonly Limits[] = [
  [limitOf("max-order-qty")],
  [
    limitOf("max-gross-exposure", { scope: { kind: "sector" } }),
    limitOf("max-long-notional", { scope: { kind: "issuer", id: "Acme" } }),
    limitOf("max-concentration"),
  ],
  [
    limitOf("max-net-exposure", { scope: { kind: "country" } }),
    limitOf("max-short-notional", { scope: { kind: "currency" } }),
    limitOf("max-leverage", { scope: { kind: "group", id: "g" }, symbols: GROUP }),
    limitOf("max-factor-exposure", { factor: "value" }),
    limitOf("max-beta-exposure"),
    limitOf("max-margin-use"),
    limitOf("max-top-weight", { n: 2 }),
  ],
];

type Held = { pos: bigint; buys: bigint; sells: bigint };

class SumsWalk {
  readonly state: RiskState = initialState();
  /** By symbol and strategy. */
  readonly held = new Map<string, Held>();
  readonly prices = new Map<string, bigint>();
  readonly facts = new Map<string, Instrument>();
  readonly random: () => number;
  limits: readonly Limit[] = [];

  constructor(seed: number) {
    this.random = randomFrom(seed);
    this.state.account = { account: "main", currency: "USD", equity: ZERO };
    for (const symbol of SYMBOLS) this.learn(symbol);
    this.put();
  }

  pick<Value>(values: readonly Value[]): Value {
    return values[Math.floor(this.random() * values.length)]!;
  }
  upTo(most: number): bigint {
    return BigInt(Math.floor(this.random() * (most + 1)));
  }

  learn(symbol: Symbol): void {
    const version = (this.facts.get(symbol)?.version ?? 0) + 1;
    const some = (field: string, values: readonly unknown[]) =>
      this.random() < 0.25 ? {} : { [field]: this.pick(values) };
    const factors = { ...some("beta", ["1.5", "0.7", "-0.25"]), ...some("value", ["0.333333", "-2"]) };
    const instrument = instrumentOf({
      symbol,
      ...some("sector", ["tech", "energy"]),
      ...some("country", ["US", "DE"]),
      ...some("issuer", ["Acme", "Other"]),
      ...some("marginInitial", ["0.5", "0.333"]),
      factors,
    });
    const learned = { ...instrument, version };
    this.facts.set(symbol, learned);
    learnInstrument(this.state, learned);
    remark(this.state, symbol);
  }

  put(limits = this.pick(SETS)): void {
    this.limits = limits;
    apply(this.state, {
      kind: "limits-put",
      at: 0,
      by: "s",
      set: { version: 1, limits: this.limits, text: "" },
    });
  }

  price(symbol: Symbol): void {
    const price = 1n + this.upTo(200);
    this.prices.set(symbol, price);
    const at = 0 as EpochMs;
    this.state.marks.set(symbol, { last: Number(price) * 10_000, lastTs: at, lastChanges: 1 });
    remark(this.state, symbol);
  }

  /** Orders and fills, some of them only tried. */
  change(): void {
    const trail: Trail = [];
    const steps = Array.from({ length: Number(1n + this.upTo(3)) }, () => this.move(trail));
    const roll = this.random();
    if (roll < 0.5) retrace(trail);
    if (roll < 0.25) walkAgain(trail);
    if (roll >= 0.25 && roll < 0.5) return;
    for (const { key, after } of steps) this.held.set(key, after);
  }

  move(trail: Trail): { key: string; after: Held } {
    const [symbol, strategy] = [this.pick(SYMBOLS), this.pick(["", "alpha"])];
    const { pos, buys, sells } = this.state.strategyLines.get(`${symbol}/${strategy}`) ?? {
      pos: 0n,
      buys: 0n,
      sells: 0n,
    };
    const after =
      this.random() < 0.15
        ? { pos: 0n, buys: 0n, sells: 0n }
        : { pos: this.upTo(40) - 20n, buys: this.upTo(9), sells: this.upTo(9) };
    changeLine(
      this.state,
      symbol,
      strategy,
      { pos: after.pos - pos, buys: after.buys - buys, sells: after.sells - sells, working: 0 },
      trail,
    );
    return { key: `${symbol}/${strategy}`, after };
  }

  step(): void {
    const roll = this.random();
    if (roll < 0.6) this.change();
    else if (roll < 0.8) this.price(this.pick(SYMBOLS));
    else if (roll < 0.95) this.learn(this.pick(SYMBOLS));
    else this.put();
  }

  extremes(symbol: string): { high: bigint; low: bigint } {
    let [high, low] = [0n, 0n];
    for (const [key, { pos, buys, sells }] of this.held) {
      if (!key.startsWith(`${symbol}/`)) continue;
      high += pos + buys;
      low += pos - sells;
    }
    const price = (this.prices.get(symbol) ?? 0n) * ONE;
    return { high: high * price, low: low * price };
  }

  /** All that could be summed, from every symbol. */
  naive(key: (instrument: Instrument) => boolean): Sum {
    let sum = NO_SUM;
    for (const symbol of SYMBOLS) {
      if (!key(this.facts.get(symbol)!)) continue;
      const { high, low } = this.extremes(symbol);
      sum = {
        long: sum.long + (high > 0n ? high : 0n),
        short: sum.short + (low < 0n ? -low : 0n),
        gross: sum.gross + grossIn(high, low),
        high: sum.high + high,
        low: sum.low + low,
        missing: 0,
      };
    }
    return sum;
  }

  factor(name: string): Pick<Sum, "high" | "low" | "missing"> {
    let [high, low, missing] = [0n, 0n, 0];
    for (const symbol of SYMBOLS) {
      const line = this.extremes(symbol);
      const loading = this.facts.get(symbol)!.factors?.[name];
      if (loading === undefined) missing += Number(line.high !== 0n || line.low !== 0n);
      else {
        const both = [line.high, line.low].map((value) => value * BigInt(Math.round(loading * 1e6)));
        high += both[0]! > both[1]! ? both[0]! : both[1]!;
        low += both[0]! > both[1]! ? both[1]! : both[0]!;
      }
    }
    return { high, low, missing };
  }

  hold(): void {
    const { demand, byKey, ranking } = this.state.sums;
    const at = (key: string): Sum => byKey.get(key) ?? NO_SUM;
    expect(demand).toBe(demandOf(this.limits));
    for (const [kind, members] of Object.entries(MEMBERS)) {
      const isAsked = demand.classes.includes(kind as "sector");
      for (const member of members)
        expect(at(`${kind}:${member}`), `${kind} ${member}`).toEqual(
          isAsked ? this.naive((instrument) => instrument[kind as "sector"] === member) : NO_SUM,
        );
    }
    const isGrouped = demand.groups.length > 0;
    expect(at("group:g")).toEqual(isGrouped ? this.naive(({ symbol }) => GROUP.has(symbol)) : NO_SUM);
    for (const name of ["beta", "value"]) {
      const expected = demand.factors.includes(name) ? this.factor(name) : {};
      expect(at(`factor:${name}`), name).toEqual({ ...NO_SUM, ...expected });
    }
    const grosses = SYMBOLS.map((symbol) => this.extremes(symbol)).map(({ high, low }) => grossIn(high, low));
    const squares = grosses.reduce((sum, gross) => sum + gross * gross, 0n);
    expect(at("squares").gross).toBe(demand.squares ? squares : 0n);
    expect(at("margin").gross).toBe(demand.margin ? this.margin() : 0n);
    const largest = grosses.filter((gross) => gross > 0n).sort((one, other) => (one > other ? -1 : 1));
    if (demand.ranked) expect(ranking?.top(9)).toEqual(largest);
    else expect(ranking).toBeUndefined();
  }

  margin(): bigint {
    return SYMBOLS.reduce((sum, symbol) => {
      const { high, low } = this.extremes(symbol);
      const rate = this.facts.get(symbol)!.marginInitial ?? "1";
      // Exact: prices are whole, and no rate here has more than three decimals.
      return sum + (grossIn(high, low) * BigInt(Math.round(Number(rate) * 1_000))) / 1_000n;
    }, 0n);
  }
}

const MEMBERS = {
  sector: ["tech", "energy"],
  country: ["US", "DE"],
  currency: ["USD"],
  issuer: ["Acme", "Other"],
};

function grossIn(high: bigint, low: bigint): bigint {
  const [one, other] = [high < 0n ? -high : high, low < 0n ? -low : low];
  return one > other ? one : other;
}

describe("sums of the book", () => {
  test.each([3, 11, 2_026])("R4: seed %i: every sum is that of all lines, at every step", (seed) => {
    const walk = new SumsWalk(seed);
    for (let step = 0; step < 600; step++) {
      walk.step();
      walk.hold();
    }
  });

  test("are not kept for a set that asks for none, and are those that stand for the set in force", () => {
    const state = initialState();
    expect(sumsFor(state, [limitOf("max-order-qty")])).toMatchObject({ demand: NO_DEMAND });
    expect(sumsFor(state, [limitOf("max-gross-exposure")]).demand).toBe(NO_DEMAND);
    const walk = new SumsWalk(5);
    expect(sumsFor(walk.state, walk.limits)).toBe(walk.state.sums);
  });

  test("that stand are enough for a part of the set, and for no set that asks for more", () => {
    const walk = new SumsWalk(5);
    const [none, classes, others] = SETS as [Limits, Limits, Limits];
    walk.put(others);
    for (const some of [none, others.slice(2), others.slice(0, 3)])
      expect(sumsCovering(walk.state, some)).toBe(walk.state.sums);
    for (const more of [
      classes,
      [...others, ...classes],
      others.map((limit) => ({ ...limit, ...OTHER_GROUP })),
    ])
      expect(sumsCovering(walk.state, more)).not.toBe(walk.state.sums);
  });
});
