/**
 * A random walk of one account that is never split, and of the same account in parts: each order and report goes to both, and symbols move
 * between the parts meanwhile, with crashes, repeats and aborts at every step. What both say is compared each time, what both hold now and then.
 */
import { expect } from "vitest";
import type { ExportPage, PartsMove } from "../../../actors/risk-shard/parts-messages.ts";
import { type LineProfit, linesAtOpen, linesNow } from "../../../actors/risk-shard/profit.ts";
import { totalIn } from "../../../actors/risk-shard/purses.ts";
import type { RiskState } from "../../../actors/risk-shard/state.ts";
import { partOf } from "../../../src/domain/parts-map.ts";
import { DAY_MS } from "../../../src/domain/time.ts";
import { AAPL, type Json, MSFT, RiskBench } from "./bench.ts";
import { PartsBench } from "./parts-bench.ts";
import {
  bare,
  byKey,
  contentsOf,
  dayOf,
  daysOf,
  equityOf,
  grossOf,
  linesOf,
  longOf,
  ordersIn,
  ordersOf,
  positionsOf,
  ratesOf,
  shortOf,
  turnoverIn,
} from "./parts-views.ts";
import { randomFrom } from "./walk.ts";

export const SYMBOLS = [AAPL, MSFT, "XNAS:NVDA", "XNAS:INTC", "XNAS:AMD"];
const LIMITS: readonly Json[] = [
  { kind: "max-order-qty", threshold: "60" },
  { kind: "max-position-qty", threshold: "90", scope: { kind: "symbol" }, action: "reduce" },
  { kind: "max-gross-exposure", threshold: "9500", scope: { kind: "symbol" }, action: "reduce" },
  { kind: "max-order-rate", threshold: "6", windowMs: 4_000, scope: { kind: "symbol" } },
  { kind: "max-working-orders", threshold: "7", scope: { kind: "symbol" } },
  { kind: "max-daily-turnover", threshold: "60000", scope: { kind: "symbol" } },
  { kind: "duplicate-order", threshold: "3000" },
  // Never reached: what counts is that they are counted alike.
  { kind: "max-daily-turnover", threshold: "90000000" },
  { kind: "max-order-rate", threshold: "900000", windowMs: 60_000 },
];

export class PartsWalk {
  readonly whole = new RiskBench();
  readonly split: PartsBench;
  readonly random: () => number;
  readonly tally = new Map<string, number>();
  readonly #orders: Json[] = [];
  readonly #reports: Json[] = [];
  readonly #fills: { execId: string; clientOrderId: string; symbol: string }[] = [];
  #ids = 0;

  constructor(seed: number, parts = 3) {
    this.random = randomFrom(seed);
    this.split = new PartsBench(parts);
  }

  get #all(): readonly RiskBench[] {
    return [this.whole, ...this.split.parts];
  }

  pick<Value>(values: readonly Value[]): Value {
    return values[Math.floor(this.random() * values.length)] as Value;
  }
  upTo(most: number): number {
    return 1 + Math.floor(this.random() * most);
  }
  count(what: string): void {
    this.tally.set(what, (this.tally.get(what) ?? 0) + 1);
  }
  #id(kind: string): string {
    this.#ids += 1;
    return `${kind}${this.#ids}`;
  }

  async begin(): Promise<void> {
    for (const bench of this.#all) for (const symbol of SYMBOLS) bench.instrument(symbol);
    for (const bench of [this.whole, this.split.part(0)]) {
      await bench.account();
      await bench.limits(LIMITS);
    }
    for (const symbol of SYMBOLS) await this.#price(symbol, "100");
    await this.split.adopt();
  }

  async step(): Promise<void> {
    const roll = this.random();
    if (roll < 0.4) await this.#order();
    else if (roll < 0.66) await this.#report();
    else if (roll < 0.72) await this.#repeat();
    else if (roll < 0.8) await this.#price(this.pick(SYMBOLS), `${90 + this.upTo(20)}`);
    else if (roll < 0.9) await this.#pass();
    else if (roll < 0.93) this.#restart(this.pick(this.split.parts));
    else await this.#move();
  }

  async trade(): Promise<void> {
    await (this.random() < 0.6 ? this.#order() : this.#report());
  }

  async #price(symbol: string, last: string): Promise<void> {
    for (const bench of this.#all) await bench.price(symbol, { last });
  }

  async #pass(): Promise<void> {
    const isDay = this.random() < 0.15;
    const ms = isDay ? DAY_MS : this.upTo(3_000);
    if (isDay) this.count("day");
    for (const bench of this.#all) {
      bench.clock.pass(ms);
      await bench.desk.wake(bench.timers.takeDue(bench.clock.now()));
    }
    if (isDay) for (const symbol of SYMBOLS) await this.#price(symbol, `${90 + this.upTo(20)}`);
  }

  #restart(bench: RiskBench): void {
    bench.restart();
    this.count("crash");
  }

  async #order(): Promise<void> {
    const working = [...this.whole.state.orders.values()];
    const original = working.length > 0 && this.random() < 0.2 ? this.pick(working) : undefined;
    const priced =
      this.random() < 0.7 ? { type: "limit", price: String(90 + this.upTo(20)) } : { type: "market" };
    const order: Json = {
      clientOrderId: this.#id("o"),
      symbol: original?.symbol ?? this.pick(SYMBOLS),
      side: original?.side ?? this.pick(["buy", "sell"]),
      qty: String(this.upTo(70)),
      ...priced,
      ...(original === undefined ? {} : { replaces: original.clientOrderId }),
      ...(this.random() < 0.1 ? { reduceOnly: true } : {}),
      ...(this.random() < 0.15 ? { ttlMs: 1_000 * this.upTo(8) } : {}),
    };
    this.#orders.push(order);
    await this.#sendBoth(order);
  }

  async #sendBoth(order: Json): Promise<void> {
    const [[expected], [got]] = await Promise.all([
      this.whole.orders([order]),
      this.split.of(String(order["symbol"])).orders([order]),
    ]);
    expect(bare(got), "both decide alike").toEqual(bare(expected));
    this.count(`${expected?.decision} ${expected?.code ?? ""}`);
  }

  async #report(): Promise<void> {
    const all = [...this.whole.state.orders.values()];
    const roll = this.random();
    if (roll < 0.2 && this.#fills.length > 0) return this.#revise(roll < 0.12);
    if (all.length === 0) return;
    const { clientOrderId, symbol, qty, filled, side } = this.pick(all);
    const named = this.random() < 0.5 ? { symbol, side } : {};
    const execId = this.#id("e");
    const type = this.pick(["fill", "fill", "fill", "fill", "cancel", "acknowledge", "replace", "reject"]);
    const amount = Math.min(qty, Math.max(1, this.upTo(qty - Number(filled) + 1)));
    const fill = { qty: String(amount), price: String(90 + this.upTo(20)), fee: "0.5" };
    const report = {
      type,
      execId,
      clientOrderId,
      ts: this.whole.now,
      ...named,
      ...(type === "fill" ? fill : {}),
    };
    if (type === "fill") this.#fills.push({ execId, clientOrderId, symbol });
    this.#reports.push({ ...report, of: symbol });
    await this.#reportBoth(report, symbol);
  }

  async #revise(isBust: boolean): Promise<void> {
    const { execId: refExecId, clientOrderId, symbol } = this.pick(this.#fills);
    const changed = isBust ? { type: "bust" } : { type: "correct", price: String(90 + this.upTo(20)) };
    const report = { execId: this.#id("r"), refExecId, clientOrderId, ts: this.whole.now, ...changed };
    this.#reports.push({ ...report, of: symbol });
    await this.#reportBoth(report, symbol);
  }

  async #reportBoth(report: Json, symbol: string): Promise<void> {
    const expected = await this.whole.report(report);
    expect(await this.split.of(symbol).report(report), "both book alike").toEqual(expected);
    this.count(`${report["type"]} ${expected["code"] ?? expected["status"]}`);
  }

  /** What was sent before is answered as it was then, wherever its symbol is by now. */
  async #repeat(): Promise<void> {
    if (this.random() < 0.6 && this.#orders.length > 0) await this.#sendBoth(this.pick(this.#orders));
    else if (this.#reports.length > 0) {
      const { of, ...report } = this.pick(this.#reports);
      await this.#reportBoth(report, String(of));
    }
    this.count("repeat");
  }

  async #move(): Promise<void> {
    const { split } = this;
    const from = this.pick(SYMBOLS.map((symbol) => partOf(split.map, symbol)));
    const others = SYMBOLS.filter((symbol) => partOf(split.map, symbol) === from && this.random() < 0.6);
    const symbols =
      others.length > 0 ? others : SYMBOLS.filter((symbol) => partOf(split.map, symbol) === from).slice(0, 1);
    const to = this.pick(split.parts.map((_, part) => part).filter((part) => part !== from));
    const move = split.moveOf(symbols, to);
    await this.#twice(() => split.fence(move), move);
    await this.#refusedWhileFenced(symbols, move);
    if (this.random() < 0.25) return this.#abort(move);
    const pages = await this.#copy(move);
    if (this.random() < 0.15) return this.#abort(move);
    await this.#twice(() => split.tell(to, { type: "activate", move, pages }), move);
    split.map = move.map;
    await this.#twice(() => split.tell(from, { type: "drop", move }), move);
    this.count("moved");
  }

  /** Each step may come twice, and either part may have crashed before or behind it. */
  async #twice(step: () => Promise<unknown>, { from, to }: PartsMove): Promise<void> {
    const crash = (): void => {
      if (this.random() < 0.3) this.#restart(this.split.part(this.pick([from, to])));
    };
    crash();
    await step();
    crash();
    if (this.random() < 0.3) await step();
  }

  async #copy(move: PartsMove): Promise<number> {
    const { split } = this;
    let after: string | undefined;
    for (let number = 0; ; number++) {
      const asked = { type: "export", move: move.id, ...(after === undefined ? {} : { after }) } as const;
      const { page, next } = await split.tell<ExportPage>(move.from, asked);
      await this.#twice(() => split.tell(move.to, { type: "import", move, number, page }), move);
      if (next === undefined) return number + 1;
      after = next;
    }
  }

  async #abort(move: PartsMove): Promise<void> {
    for (const part of [move.from, move.to])
      await this.#twice(() => this.split.tell(part, { type: "abort", move: move.id }), move);
    expect(await this.split.code(move.from, { type: "fence", move })).toBe("move-outdated");
    this.count("aborted");
  }

  async #refusedWhileFenced(symbols: readonly string[], { from, to }: PartsMove): Promise<void> {
    const symbol = this.pick(symbols);
    const order = this.whole.order({ symbol, clientOrderId: this.#id("f") });
    const code = async (part: number): Promise<string | undefined> => {
      const bench = this.split.part(part);
      const body = JSON.stringify({ orders: [order] });
      const reply = await bench.desk.orders.run(bench.envelope(), body, "all", false);
      return reply.ok ? undefined : reply.code;
    };
    expect(await code(from)).toBe("overloaded");
    expect(await code(to)).toBe("account-split");
  }

  /** Together the parts hold what the account holds that is in one. */
  async hold(): Promise<void> {
    const { whole, split } = this;
    for (const bench of this.#all)
      await bench.desk.prices.meet(bench.envelope(), [...bench.state.symbolLines.keys()]);
    const parts = split.parts.map(({ state }) => state);
    for (const { state } of split.parts)
      for (const { symbol } of [...state.positions.values(), ...state.orders.values()])
        expect(partOf(split.map, symbol), "each symbol is in one part").toBe(state.parts?.part ?? 0);
    const union = (of: (state: RiskState) => Iterable<readonly [string, unknown]>) =>
      new Map(parts.flatMap((state) => [...of(state)]).sort(byKey));
    const own = (of: (state: RiskState) => Iterable<readonly [string, unknown]>) =>
      new Map([...of(whole.state)].sort(byKey));
    for (const of of [positionsOf, ordersOf, linesOf, daysOf, ratesOf, contentsOf])
      expect(union(of)).toEqual(own(of));
    for (const of of [turnoverIn, ordersIn])
      expect<bigint | number>(of(parts, whole.now)).toBe(of([whole.state], whole.now));
    const sum = (of: (state: RiskState) => bigint) => parts.reduce((all, state) => all + of(state), 0n);
    for (const of of [equityOf, grossOf, longOf, shortOf]) expect(sum(of)).toBe(of(whole.state));
    for (const [part, { state }] of split.parts.entries())
      expect(dayOf(state), "what each part's lines have made in the day").toBe(this.#madeIn(part));
    for (const line of whole.state.positions.keys()) {
      const bench = split.of(line.slice(0, line.lastIndexOf("/")));
      const journals = ({ desk }: RiskBench) => desk.ledger.store.book.journals.read(line);
      expect(journals(bench), "the journal came along").toEqual(journals(whole));
    }
  }

  #madeIn(part: number): bigint {
    const { state, store } = this.whole.desk.ledger;
    const atOpen = linesAtOpen(store.closing.parts());
    const sum = (lines: readonly LineProfit[]): bigint =>
      lines
        .filter(({ symbol }) => partOf(this.split.map, symbol) === part)
        .reduce((all, { made }) => all + totalIn(made), 0n);
    return sum(linesNow(state)) - sum(atOpen);
  }
}
