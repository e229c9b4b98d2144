/** What must hold of an account and its strategies at each step of their walk, and of their candles at its end. */
import { expect } from "vitest";
import { moneyText } from "../../../src/domain/money.ts";
import { type Position, signedCost } from "../../../src/domain/position.ts";
import { abs, scaled, sum, text, UNIT } from "../../support/exact.ts";
import { bookedBy } from "../../support/line-oracle.ts";
import { m2mByBruteForce, type OracleCandle, type OracleLeg } from "../../support/m2m-oracle.ts";
import { AAPL, json } from "../risk-shard/bench.ts";
import { EQUITY, LEGS, RATES, SPLIT_AT, STRATEGIES, type Strategy } from "./market.ts";
import type { WholeWalk } from "./whole-walk.ts";

const HOUR_MS = 3_600_000;
/** Converted currency by currency, in an account as in a strategy: each conversion may be half of 10⁻¹² off. */
const CONVERSIONS_OFF_MAX = 20n;
/** Until a share of after the split has traded, an account's mark is the price of before, to the nearest 10⁻⁴ of new shares. */
const OLD_MARK_OFF = 10n ** 8n;

export class Checks {
  readonly #walk: WholeWalk;

  constructor(walk: WholeWalk) {
    this.#walk = walk;
  }

  /** Each strategy holds what its account says, each line what the entries come to, and all of them together what the account has. */
  async hold(): Promise<void> {
    for (const name of STRATEGIES) {
      for (const leg of LEGS) expect(this.#lineOf(name, leg.symbol)).toEqual(this.#bruteLine(name, leg));
      expect(this.#shownBy(name)).toEqual(this.#shownByAccount(name));
    }
    this.#holdPurses();
    await this.#holdTotals();
  }

  /** Of both: what was shown, and the brute-force program's. */
  candles(name: Strategy): { shown: (OracleCandle & { sampled: boolean })[]; truth: OracleCandle[] } {
    const desk = this.#walk.deskOf(name);
    desk.clock.pass(HOUR_MS);
    const shown = desk.candles().map(({ rev: _rev, state: _state, funding = "", ...saying }) => ({
      ...saying,
      funding,
    }));
    const legs = LEGS.map((leg) => ({ ...leg, startPrice: this.#walk.startOf(leg.symbol) }));
    const rates = RATES.map((rate) => ({ ...rate, startPrice: this.#walk.startOf(rate.symbol) }));
    return { shown, truth: m2mByBruteForce(legs, this.#walk.changes, this.#walk.bookingsOf(name), rates) };
  }

  #bruteLine(name: Strategy, leg: OracleLeg): Sums {
    const booked = bookedBy(leg, this.#walk.bookingsOf(name)).map(({ delta }) => delta);
    return {
      qty: text(sum(booked.map(({ qty }) => qty))),
      cost: text(sum(booked.map(({ cost }) => cost))),
      realised: text(sum(booked.map(({ realised }) => realised))),
      fees: text(sum(booked.map(({ fee }) => fee))),
      funding: text(sum(booked.map(({ funding }) => funding))),
    };
  }

  #lineOf(name: Strategy, symbol: string): Sums {
    const position = this.#walk.bench.state.positions.get(`${symbol}/${name}` as never)?.position;
    return position === undefined ? NOTHING : sumsOf(position);
  }

  #shownByAccount(name: Strategy): Shown[] {
    return LEGS.map(({ symbol }) => ({ symbol, ...this.#lineOf(name, symbol) }))
      .filter(({ symbol: _symbol, ...sums }) => Object.values(sums).some((one) => one !== "0"))
      .map(({ symbol, qty, realised, fees, funding }) => ({ symbol, qty, realised, fees, funding }))
      .sort((one, other) => (one.symbol < other.symbol ? -1 : 1));
  }

  #shownBy(name: Strategy): Shown[] {
    const reply = this.#walk.deskOf(name).desk.positions();
    if (!reply.ok) throw new Error(reply.code);
    const { items } = JSON.parse(reply.value) as { items: Shown[] };
    return items.map(({ symbol, qty, realised, fees, funding }) => ({
      symbol,
      qty,
      realised,
      fees,
      funding,
    }));
  }

  /** What the account keeps by currency is what its lines come to. */
  #holdPurses(): void {
    const { positions, purses } = this.#walk.bench.state;
    for (const [currency, own] of Map.groupBy(LEGS, ({ currency = "USD" }) => currency)) {
      const lines = own.flatMap(({ symbol }) => STRATEGIES.map((name) => `${symbol}/${name}`));
      const held = lines.flatMap((line) => positions.get(line as never)?.position ?? []);
      const total = (of: (position: Position) => bigint) => sum(held.map(of));
      const { realised = 0n, fees = 0n, funding = 0n } = purses.get(currency) ?? {};
      expect({ realised, fees, funding }).toEqual({
        realised: total((one) => one.realised),
        fees: total((one) => one.fees),
        funding: total((one) => one.funding),
      });
    }
  }

  /** Total = realised + unrealised − fees + funding, of each strategy; and the account's equity is what it began with and all of them. */
  async #holdTotals(): Promise<void> {
    let made = 0n;
    for (const name of STRATEGIES) {
      const profit = json(
        await this.#walk.deskOf(name).desk.pnl(this.#walk.bench.envelope(), "average"),
      ) as Record<string, string>;
      const of = (field: string) => scaled(profit[field] ?? "");
      expect(of("total")).toBe(of("realised") + of("unrealised") - of("fees") + of("funding"));
      made += of("total");
    }
    const equity = scaled(String((await this.#walk.bench.shown())["equity"]));
    const off = equity - EQUITY - made;
    const most = CONVERSIONS_OFF_MAX + this.#markOff();
    expect(off < most && -off < most, `the account is ${off} off`).toBe(true);
  }

  #markOff(): bigint {
    const { marks, symbolLines } = this.#walk.bench.state;
    if (!this.#walk.isSplit || (marks.get(AAPL as never)?.lastTs ?? 0) >= SPLIT_AT) return 0n;
    const held = STRATEGIES.map((name) => abs(scaled(this.#lineOf(name, AAPL).qty)) / UNIT);
    return symbolLines.has(AAPL as never) ? OLD_MARK_OFF * sum(held) : 0n;
  }
}

type Sums = { qty: string; cost: string; realised: string; fees: string; funding: string };
type Shown = Omit<Sums, "cost"> & { readonly symbol: string };

const NOTHING: Sums = { qty: "0", cost: "0", realised: "0", fees: "0", funding: "0" };

const sumsOf = (position: Position): Sums => ({
  qty: String(position.qty),
  cost: moneyText(signedCost(position) as never),
  realised: moneyText(position.realised),
  fees: moneyText(position.fees),
  funding: moneyText(position.funding),
});
