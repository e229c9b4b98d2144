/** The account behind a story: it books what happens in its journal, and says what a strategy is told of it. */
import type { HeldLine } from "../../../actors/risk-shard/messages.ts";
import type { Holding, LegInstrument, RateSource, StrategyNews } from "../../../actors/strategy/messages.ts";
import { type Money, moneyText, parseMoney } from "../../../src/domain/money.ts";
import { type Position, signedCost } from "../../../src/domain/position.ts";
import type { Entry, HoldingChange } from "../../../src/quant/money/entry.ts";
import { fold, lotsOf, type Revision, revise } from "../../../src/quant/money/journal.ts";
import type { LotMethod } from "../../../src/quant/money/lots.ts";
import type { OracleBooking, OracleFill } from "../../support/m2m-oracle.ts";
import { leg } from "./bench.ts";
import type { Story } from "./story.ts";

type Kept = Exclude<OracleBooking, { type: "bust" | "correct" }>;

export class StoryAccount {
  readonly #lines = new Map<string, { leg: LegInstrument; entries: readonly Entry[] }>();
  readonly #telling: boolean;

  /** `telling`: its news of fills say what it booked and what it holds since. */
  constructor(legs: readonly LegInstrument[], telling: boolean) {
    for (const leg of legs) this.#lines.set(leg.symbol, { leg, entries: [] });
    this.#telling = telling;
  }

  book(act: OracleBooking, at: number): StrategyNews[] {
    switch (act.type) {
      case "bust":
        return [this.#revised(act.ref, { bust: act.ref }, at, "bust")];
      case "correct": {
        const { qty, price, fee } = act;
        const change = {
          qty: qty === undefined ? undefined : BigInt(qty),
          price: price === undefined ? undefined : cents(price),
          fee: fee === undefined ? undefined : amount(fee),
        };
        return [this.#revised(act.ref, { correct: act.ref, ...change }, at, "correct")];
      }
      case "cash":
      case "split":
        return [this.#added(act, at)];
      default:
        return this.#filled(act, at);
    }
  }

  /** What a split makes of a fill that is booked after it, and is of before it, is told behind the fill. */
  #filled(fill: OracleFill, at: number): StrategyNews[] {
    const line = this.#line(fill.symbol);
    const { leg } = line;
    const before = fold(line.entries, contractOf(leg)).position;
    line.entries = [...line.entries, entryOf(fill)];
    const { position, changes } = fold(line.entries, contractOf(leg));
    const [own, ...since] = changes.filter(({ id }) => id === fill.id);
    if (own === undefined) throw new Error("a fill changes something");
    const told = { change: shown(own), after: shown(sumOf(sumsOf(before), own)) };
    const execId = fill.id ?? "";
    const booked: StrategyNews = {
      type: "fill-booked",
      strategy: "carry",
      execId,
      leg,
      side: fill.side,
      qty: Number(fill.qty),
      price: cents(fill.price),
      fee: fill.fee,
      ts: fill.ts,
      opening: fill.opening ?? false,
      ...(this.#telling ? told : {}),
    };
    if (since.length === 0) return [booked];
    const after = holdingOf(position);
    const restated = since.map(({ id, ts, ...change }) => ({ ts, execId: id, ...shown(change) }));
    const revised = { type: "holding-revised", strategy: "carry", leg, reason: "split", execId } as const;
    return [
      { ...booked, ...told },
      { ...revised, changes: restated, after, at },
    ];
  }

  #added(act: Exclude<Kept, OracleFill>, at: number): StrategyNews {
    const line = this.#line(act.symbol);
    const revision = this.#revision(line, { add: entryOf(act) });
    const ratio = act.type === "split" ? { ratio: { from: act.from, to: act.to, ts: act.ts } } : {};
    return { ...revision, reason: act.type, execId: act.id, ...ratio, at };
  }

  #revised(ref: string, revision: Revision, at: number, reason: "bust" | "correct"): StrategyNews {
    const line = [...this.#lines.values()].find(({ entries }) => entries.some(({ id }) => id === ref));
    if (line === undefined) throw new Error(`no entry ${ref}`);
    const execId = `${reason}-${ref}`;
    return { ...this.#revision(line, revision), reason, execId, refExecId: ref, at };
  }

  #revision(line: { leg: LegInstrument; entries: readonly Entry[] }, revision: Revision) {
    const revised = revise(line.entries, revision, contractOf(line.leg));
    if (revised === undefined) throw new Error("nothing to revise");
    line.entries = revised.entries;
    const changes = revised.differences.map(({ id, ts, ...change }) => ({
      ts,
      execId: id,
      ...shown(change),
    }));
    const after = holdingOf(revised.position);
    return { type: "holding-revised" as const, strategy: "carry", leg: line.leg, changes, after };
  }

  /** What it holds by lots, as it tells it. */
  lines(method: LotMethod): HeldLine[] {
    return [...this.#lines].map(([symbol, { leg, entries }]) => {
      const { fees, funding, qty } = fold(entries, contractOf(leg)).position;
      const lots = lotsOf(entries, method, contractOf(leg));
      if (lots === undefined) throw new Error("no checkpoint was made");
      const cost = lots.lots.reduce((sum, lot) => sum + lot.cost, 0n);
      return {
        ...{ symbol, strategy: "carry", currency: leg.currency ?? "USD", qty: String(qty), unrealised: null },
        ...{ cost: moneyText(cost), realised: moneyText(lots.realised) },
        ...{ fees: moneyText(fees), funding: moneyText(funding) },
      };
    });
  }

  #line(symbol: string) {
    const line = this.#lines.get(symbol);
    if (line === undefined) throw new Error(`no line ${symbol}`);
    return line;
  }
}

function entryOf(act: Kept): Entry {
  switch (act.type) {
    case "cash":
      return { kind: "cash", id: act.id, ts: act.ts, funding: amount(act.funding), fees: amount("0") };
    case "split": {
      const ratio = { from: BigInt(act.from), to: BigInt(act.to), price: cents(act.price) };
      return { kind: "split", id: act.id, ts: act.ts, ...ratio };
    }
    default: {
      const qty = BigInt(act.qty) * (act.side === "buy" ? 1n : -1n);
      const kind = act.opening === true ? "opening" : "fill";
      return { kind, id: act.id ?? "", ts: act.ts, qty, price: cents(act.price), fee: amount(act.fee) };
    }
  }
}

const contractOf = ({ notionalUnit, contract }: LegInstrument) => ({
  notionalUnit: BigInt(notionalUnit),
  ...(contract === undefined ? {} : { contract }),
});

type Sums = Omit<HoldingChange, "id" | "ts">;

const sumsOf = (position: Position): Sums => ({ ...position, cost: signedCost(position) });

const sumOf = (one: Sums, other: Sums): Sums => ({
  qty: one.qty + other.qty,
  cost: one.cost + other.cost,
  realised: one.realised + other.realised,
  fees: one.fees + other.fees,
  funding: one.funding + other.funding,
});

const holdingOf = (position: Position): Holding => shown(sumsOf(position));
const shown = ({ qty, cost, realised, fees, funding }: Sums): Holding => ({
  qty: String(qty),
  cost: moneyText(cost),
  realised: moneyText(realised),
  fees: moneyText(fees),
  funding: moneyText(funding),
});

function amount(text: string): Money {
  const read = parseMoney(text);
  if (!read.ok) throw new Error(`not an amount: ${text}`);
  return read.value;
}

export const cents = (decimal: string): number => Math.round(Number(decimal) * 100);

export const legIn = ({ symbol, currency, inverse }: Story["legs"][number]): LegInstrument => ({
  ...leg(symbol),
  ...(currency === undefined ? {} : { currency }),
  ...(inverse === true ? { contract: "inverse", notionalUnit: String(10n ** 14n) } : {}),
});

export const ratesIn = ({ rates }: Story): RateSource[] =>
  rates.map(({ currency, symbol, direction }) => ({ currency, symbol, direction, priceScale: 2 }));
