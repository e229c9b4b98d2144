/** A seeded random walk of an account of four currencies, one of them the coin of an inverse contract, beside the oracle. */
import { expect } from "vitest";
import { evaluate } from "../../../actors/risk-shard/evaluate.ts";
import type { OrderDecidedFact } from "../../../actors/risk-shard/facts.ts";
import { decodeInputs } from "../../../actors/risk-shard/inputs-codec.ts";
import { decimalText } from "../../../src/domain/decimal.ts";
import { moneyText } from "../../../src/domain/money.ts";
import { checkIn, type Decision, type Json, json, RiskBench } from "./bench.ts";
import { CurrencyOracle, halfEven, type Mark, type Worked } from "./currency-oracle.ts";
import { FX, INSTRUMENTS, LIMITS, PERPETUAL, START, TRADED } from "./currency-walk-market.ts";
import { randomFrom } from "./walk.ts";

const AGE_MS_MAX = 60_000;

type Working = Worked & { readonly id: string };

export class CurrencyWalk {
  readonly bench = new RiskBench();
  readonly oracle = new CurrencyOracle("USD", START, FX);
  readonly tally = new Map<string, number>();
  readonly #random: () => number;
  #working: Working[] = [];
  /** When the mark of each symbol is from. */
  readonly #markedAt = new Map<string, number>();
  #ids = 0;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  async begin(): Promise<void> {
    const { bench, oracle } = this;
    for (const [symbol, changes] of INSTRUMENTS) {
      const instrument = bench.instrument(symbol, changes);
      const { currency, contract, notionalUnit: unit, priceScale } = instrument;
      oracle.contracts.set(symbol, { currency, unit, priceScale, inverse: contract === "inverse" });
      await this.price(symbol);
    }
    await bench.account({ fx: FX });
    await bench.limits(LIMITS);
    await bench.strategy(
      "alpha",
      TRADED.map((symbol) => ({ symbol })),
    );
  }

  async step(): Promise<void> {
    const roll = this.#random();
    if (roll < 0.3) await this.order();
    else if (roll < 0.55) await this.fill();
    else if (roll < 0.62) await this.cancel();
    else if (roll < 0.9) await this.price(this.#pick(INSTRUMENTS)[0]);
    else if (roll < 0.94) await this.cash();
    else if (roll < 0.97) this.bench.clock.pass(this.#upTo(this.#random() < 0.7 ? 70_000 : 3_000));
    else await this.restart();
  }

  async order(): Promise<void> {
    const { bench } = this;
    const [symbol, , around] = this.#pick(INSTRUMENTS.filter(([one]) => TRADED.includes(one)));
    const { priceScale, sizeScale } = bench.platform.instruments.get(symbol)!;
    const side = this.#pick([1, -1] as const);
    const strategy = this.#pick(["", "alpha"]);
    const isMarket = this.#random() < 0.3;
    const price = around + around / 100n;
    const id = `w${++this.#ids}`;
    const qty = BigInt(this.#upTo(symbol === PERPETUAL ? 40_000 : 60));
    const sent = {
      ...{ clientOrderId: id, symbol, side: side > 0 ? "buy" : "sell", qty: decimalText(qty, sizeScale) },
      ...(isMarket ? { type: "market", price: undefined } : { price: decimalText(price, priceScale) }),
      ...(strategy === "" ? {} : { strategy }),
    };
    const before = bench.outbox.lastSeq;
    const expected = this.#fxFails(symbol, side, qty);
    const decision = await bench.send(JSON.parse(JSON.stringify(sent)) as Json);
    expect(decision.code === "fx-missing", `${symbol} ${decision.code}`).toBe(expected);
    this.#holdChecks(decision, symbol, { side, qty, strategy }, isMarket ? undefined : price);
    this.#holdReplay(before);
    this.#count(decision.code ?? "accept");
    const allowed = this.#scaled(decision.allowedQty, sizeScale);
    if (allowed > 0n) this.#working.push({ id, symbol, strategy, side, qty: allowed });
  }

  /** Of one that works, of all or of a part; now and then of an order that nobody sent. */
  async fill(): Promise<void> {
    const { bench, oracle } = this;
    const order = this.#random() < 0.8 && this.#working.length > 0 ? this.#pick(this.#working) : undefined;
    const symbol = order?.symbol ?? this.#pick(TRADED);
    const [, , around] = INSTRUMENTS.find(([one]) => one === symbol)!;
    const { priceScale, sizeScale } = bench.platform.instruments.get(symbol)!;
    const side = order?.side ?? this.#pick([1, -1] as const);
    const most = order?.qty ?? (symbol === PERPETUAL ? 5_000n : 9n);
    const qty = this.#random() < 0.4 ? most : BigInt(this.#upTo(Number(most)));
    const price = around + BigInt(this.#upTo(Number(around / 50n)));
    const fee = BigInt(this.#upTo(5_000) - 1_500) * 10n ** 8n;
    const named = order === undefined ? { symbol, side: side > 0 ? "buy" : "sell" } : {};
    const result = await bench.fill(
      order?.id ?? `ghost${++this.#ids}`,
      decimalText(qty, sizeScale),
      decimalText(price, priceScale),
      { ...named, fee: moneyText(fee) },
    );
    expect(result["status"]).toBe("applied");
    const strategy = order?.strategy ?? "";
    oracle.fills.push({ symbol, strategy, qty: qty * BigInt(side), price, fee });
    if (order === undefined) return this.#count("unsolicited");
    this.#count("fill");
    this.#working = this.#working.flatMap((one) =>
      one.id !== order.id ? [one] : one.qty > qty ? [{ ...one, qty: one.qty - qty }] : [],
    );
  }

  async cancel(): Promise<void> {
    if (this.#working.length === 0) return;
    const { id } = this.#pick(this.#working);
    await this.bench.report({ type: "cancel", clientOrderId: id });
    this.#working = this.#working.filter((one) => one.id !== id);
  }

  /** A trade, a quote whose middle may lie between two prices, or a crossed one, which prices nothing. */
  async price(symbol: string): Promise<void> {
    const { bench, oracle } = this;
    const [, , around] = INSTRUMENTS.find(([one]) => one === symbol)!;
    const { priceScale } = bench.platform.instruments.get(symbol)!;
    const text = (price: bigint): string => decimalText(price, priceScale);
    const price = around + BigInt(this.#upTo(Number(around / 40n)));
    const roll = oracle.marks.has(symbol) ? this.#random() : 0;
    const mark: Mark =
      roll < 0.6
        ? { last: price }
        : roll < 0.88
          ? { bid: price - BigInt(this.#upTo(5)), ask: price + BigInt(this.#upTo(5)) }
          : { bid: price + 1n, ask: price };
    oracle.marks.set(symbol, mark);
    this.#markedAt.set(symbol, bench.now);
    const { last, bid, ask } = mark;
    const quoted = bid === undefined || ask === undefined ? {} : { bid: text(bid), ask: text(ask) };
    await bench.price(symbol, last === undefined ? quoted : { last: text(last) });
  }

  async restart(): Promise<void> {
    this.bench.restart();
    await this.bench.shown();
    this.#count("restart");
  }

  /** Paid in or out, in any of the currencies. */
  async cash(): Promise<void> {
    const { bench, oracle } = this;
    const currency = this.#pick(oracle.currencies());
    const amount = BigInt(this.#upTo(4_000) - 2_001) * 10n ** 11n;
    if (amount === 0n) return;
    const type = amount > 0n ? "deposit" : "withdrawal";
    const id = `cash${++this.#ids}`;
    const [result] = await bench.cash([{ id, type, currency, amount: moneyText(amount), ts: bench.now }]);
    expect(result).toEqual({ id, status: "applied" });
    oracle.cash.push({ currency, amount });
    this.#count("cash");
  }

  /** At every step: what is kept by differences is what a recomputation says. */
  holdFunds(): void {
    const { bench, oracle } = this;
    const { totals, funds } = bench.state;
    const { high, low, long, short, gross } = oracle.totals(this.#working);
    expect({ ...totals, unpriced: 0, working: 0 }, "R4: sums of the account").toEqual({
      high,
      low,
      long,
      short,
      gross,
      unpriced: 0,
      working: 0,
    });
    expect(funds.equity, "R4: equity").toBe(oracle.equity());
    expect(funds.unconverted, "R4: purses without a rate").toBe(oracle.unconverted());
    const own = bench.state.strategyTotals.get("alpha");
    expect(own?.gross ?? 0n, "R4: gross of a strategy").toBe(oracle.totals(this.#working, "alpha").gross);
  }

  /** What is shown. */
  async hold(): Promise<void> {
    const { bench, oracle } = this;
    const shown = json(await bench.desk.readPriced(bench.envelope(), (reads, now) => reads.balances(now)));
    const sum = { cash: 0n, realised: 0n, unrealised: 0n, fees: 0n, funding: 0n };
    const currencies = shown["currencies"] as Json[];
    for (const currency of oracle.currencies()) {
      const line = currencies.find((one) => one["currency"] === currency)!;
      expect(line).toMatchObject(textsOf(oracle.figures(currency)));
      const rate = oracle.rate(currency);
      const twelve =
        rate === undefined ? null : moneyText(halfEven({ num: rate.num * 10n ** 12n, den: rate.den }));
      expect(line["fxRate"]).toBe(twelve);
      const figures = oracle.converted(currency);
      for (const key of PARTS) sum[key] += figures?.[key] ?? 0n;
    }
    expect(shown).toMatchObject({ ...textsOf(sum), equity: moneyText(oracle.equity()) });
    const total = sum.realised + sum.unrealised - sum.fees + sum.funding;
    expect(shown["total"], "the identity of money").toBe(moneyText(total));
    expect(oracle.equity()).toBe(START + sum.cash + total);
    expect((await bench.shown())["equity"]).toBe(shown["equity"]);
  }

  #fxFails(symbol: string, side: 1 | -1, qty: bigint): boolean {
    const { currency } = this.oracle.contract(symbol);
    if (currency === "USD") return false;
    if (this.oracle.rate(currency) === undefined) return true;
    const age = this.bench.now - this.#markedAt.get(FX[currency as keyof typeof FX])!;
    const closes = qty <= this.#closable(symbol, side);
    if (age > AGE_MS_MAX && closes) this.#count("closing at an old rate");
    return age > AGE_MS_MAX && !closes;
  }

  #closable(symbol: string, side: 1 | -1): bigint {
    const sum = this.#working
      .filter((one) => one.symbol === symbol && one.side === side)
      .reduce((all, one) => all + one.qty, 0n);
    const open = -BigInt(side) * this.oracle.held(symbol) - sum;
    return open > 0n ? open : 0n;
  }

  /** What limits saw of the book before and with the order. */
  #holdChecks(
    decision: Decision,
    symbol: string,
    order: { side: 1 | -1; qty: bigint; strategy: string },
    price: bigint | undefined,
  ): void {
    const { oracle } = this;
    if (oracle.value(symbol, 1n) === undefined) return;
    const [, percent] = decision.checks.filter(({ code }) => code === "max-gross-exposure");
    const equity = oracle.equity();
    expect(percent!.limit).toBe(moneyText(equity <= 0n ? 0n : (equity * 150n) / 100n));
    const row = checkIn(decision, "max-gross-exposure");
    expect(row.observed).toBe(moneyText(oracle.totals(this.#working).gross));
    expect(row.projected).toBe(moneyText(oracle.totals([...this.#working, { symbol, ...order }]).gross));
    if (price === undefined || order.side < 0) return;
    const { inverse, unit, currency } = oracle.contract(symbol);
    const rate = oracle.rate(currency)!;
    const { bid, ask } = oracle.marks.get(symbol)!;
    const isFilledLower = bid !== undefined && ask !== undefined && bid <= ask && ask < price;
    const worth = inverse ? { num: unit, den: isFilledLower ? ask : price } : { num: unit * price, den: 1n };
    const notional = halfEven({ num: order.qty * worth.num * rate.num, den: worth.den * rate.den });
    expect(checkIn(decision, "max-order-notional").projected).toBe(moneyText(notional));
  }

  #holdReplay(after: number): void {
    const set = this.bench.state.limits;
    for (const { payload } of this.bench.facts(after).filter(({ kind }) => kind === "order-decided")) {
      const fact = payload as unknown as OrderDecidedFact;
      const subject = { symbol: fact.symbol, strategy: fact.strategy ?? "" };
      const { decision, code, verdicts, rows } = evaluate(decodeInputs(fact.inputs!), subject, set);
      expect(JSON.stringify({ decision, code: code ?? null, verdicts, checks: rows }), "R6").toBe(
        JSON.stringify({
          decision: fact.decision,
          code: fact.code,
          verdicts: fact.verdicts,
          checks: fact.checks,
        }),
      );
      expect(JSON.stringify(fact.inputs).length).toBeLessThanOrEqual(1_024);
    }
  }

  #scaled(text: string, scale: number): bigint {
    const [whole = "0", fraction = ""] = text.split(".");
    return BigInt(whole + fraction.padEnd(scale, "0"));
  }
  #pick<Value>(values: readonly Value[]): Value {
    return values[Math.floor(this.#random() * values.length)]!;
  }
  #upTo(most: number): number {
    return 1 + Math.floor(this.#random() * most);
  }
  #count(what: string): void {
    this.tally.set(what, (this.tally.get(what) ?? 0) + 1);
  }
}

const PARTS = ["cash", "realised", "unrealised", "fees", "funding"] as const;
const textsOf = (figures: Record<(typeof PARTS)[number], bigint>): Json =>
  Object.fromEntries(PARTS.map((key) => [key, moneyText(figures[key])]));
