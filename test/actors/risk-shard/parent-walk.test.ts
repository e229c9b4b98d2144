/**
 * Two accounts of one firm over a long time, with orders side by side, loads, and a firm that is away: at one price they never use more
 * together than the firm's limits, and none of them holds more than it was granted.
 */
import { expect, test } from "vitest";
import type { Amounts, QuotaAsk } from "../../../actors/runtime/escrow/messages.ts";
import { budgetNames } from "../../../actors/runtime/escrow/nodes.ts";
import type { Symbol } from "../../../src/domain/ids.ts";
import { AAPL, type Decision, MSFT, RiskBench, WIDE } from "./bench.ts";
import { amount, FakeFirm, type FirmLimit } from "./fake-firm.ts";
import { randomFrom } from "./walk.ts";

const LIMITS: readonly FirmLimit[] = [
  { id: "gross", kind: "max-gross-exposure", threshold: "12000" },
  { id: "net", kind: "max-net-exposure", threshold: "9000" },
  { id: "short", kind: "max-short-notional", threshold: "7000" },
];
const PRICE = 100n * 10n ** 12n;

class World {
  readonly benches = [new RiskBench(), new RiskBench()];
  readonly firm: FakeFirm;
  readonly tally = new Map<string, number>();
  readonly random: () => number;
  #ids = 0;

  constructor(seed: number) {
    this.random = randomFrom(seed);
    const [first] = this.benches as [RiskBench];
    this.firm = new FakeFirm(first.clock);
    this.firm.limits(LIMITS);
  }

  async begin(): Promise<void> {
    for (const [place, bench] of this.benches.entries()) {
      Object.assign(bench, { clock: this.benches[0]!.clock });
      bench.restart();
      const child = `account:${place}`;
      const named = { node: this.firm.node, currency: "USD", api: this.#apiOf(child) };
      bench.platform.firms.set("acme", named as unknown as FakeFirm);
      this.firm.children.set(child, () => bench.desk.parent.called());
      this.firm.before = () => this.benches[0]!.clock.pass(100);
      expect((await bench.account({ parent: "acme" })).ok).toBe(true);
      await bench.limits([WIDE]);
      for (const symbol of [AAPL, MSFT]) await bench.price(symbol, { last: "100" });
    }
  }

  /** Both objects are of one account's name: to the firm each has its own. */
  #apiOf(child: string) {
    const { api } = this.firm;
    const ask = (envelope: unknown, asked: QuotaAsk) => api.ask(envelope, { ...asked, child });
    const leave = (envelope: unknown, _child: string, incarnation: string, committed: Amounts) =>
      api.leave(envelope, child, incarnation, committed);
    return { ...api, ask, leave };
  }

  pick<Value>(values: readonly Value[]): Value {
    return values[Math.floor(this.random() * values.length)]!;
  }

  async step(): Promise<void> {
    const bench = this.pick(this.benches);
    const what = this.random();
    this.benches[0]!.clock.pass(Math.floor(this.random() * 200));
    for (const each of this.benches)
      for (const symbol of [AAPL, MSFT]) await each.price(symbol, { last: "100" });
    if (what < 0.6) await this.#orders();
    else if (what < 0.75) await this.#end(bench, "cancel");
    else if (what < 0.9) await this.#end(bench, "fill");
    else if (what < 0.95) await this.#reload(bench);
    else this.firm.isAway = !this.firm.isAway && this.random() < 0.3;
  }

  async #orders(): Promise<void> {
    const sent = Array.from({ length: 1 + Math.floor(this.random() * 3) }, async () => {
      const order = {
        clientOrderId: `w${this.#ids++}`,
        symbol: this.pick([AAPL, MSFT]),
        side: this.pick(["buy", "sell"]),
        qty: String(1 + Math.floor(this.random() * 40)),
      };
      this.#count(await this.pick(this.benches).send(order));
    });
    await Promise.all(sent);
  }

  #count({ decision, code = "" }: Decision): void {
    for (const key of [decision, code]) this.tally.set(key, (this.tally.get(key) ?? 0) + 1);
  }

  async #end(bench: RiskBench, type: "cancel" | "fill"): Promise<void> {
    const orders = [...bench.state.orders.values()];
    if (orders.length === 0) return;
    const { clientOrderId, qty } = this.pick(orders);
    const filled = type === "fill" ? { qty: String(qty), price: "100" } : {};
    await bench.report({ type, clientOrderId, ...filled });
  }

  async #reload(bench: RiskBench): Promise<void> {
    await bench.desk.parent.called();
    // What an object that is gone would do later, it does no more.
    Object.assign(bench.desk.parent, { look: () => {}, called: async () => {} });
    bench.restart();
    for (const symbol of [AAPL, MSFT]) await bench.price(symbol, { last: "100" });
    await bench.check();
  }

  /** Worked out anew from positions and orders. */
  used(bench: RiskBench): Record<string, bigint> {
    let [gross, high, low, short] = [0n, 0n, 0n, 0n];
    for (const symbol of [AAPL, MSFT] as Symbol[]) {
      const held = [...bench.state.positions.values()].find((one) => one.symbol === symbol);
      const works = [...bench.state.orders.values()].filter((order) => order.symbol === symbol);
      const sum = (side: string) =>
        works.filter((order) => order.side === side).reduce((all, order) => all + BigInt(order.qty), 0n);
      const pos = held?.position.qty ?? 0n;
      const [up, down] = [(pos + sum("buy")) * PRICE, (pos - sum("sell")) * PRICE];
      const [long, below] = [up > 0n ? up : -up, down > 0n ? down : -down];
      gross += long > below ? long : below;
      high += up;
      low += down;
      short += down < 0n ? -down : 0n;
    }
    const above = (value: bigint) => (value > 0n ? value : 0n);
    return {
      "firm:acme/gross": gross,
      "firm:acme/net/long": above(high),
      "firm:acme/net/short": above(-low),
      "firm:acme/short": short,
    };
  }

  check(): void {
    for (const { id, kind, threshold } of LIMITS)
      for (const budget of budgetNames(this.firm.node, id, kind)) {
        const limit = amount(kind, threshold);
        const uses = this.benches.map((bench) => this.used(bench)[budget]!);
        expect(uses[0]! + uses[1]!).toBeLessThanOrEqual(limit);
        expect(this.firm.grants.granted.get(budget) ?? 0n).toBeLessThanOrEqual(limit);
        for (const [place, bench] of this.benches.entries()) {
          const held = bench.state.above?.held[budget] ?? 0n;
          expect(held).toBeLessThanOrEqual(this.firm.granted(`account:${place}`)[budget] ?? 0n);
        }
      }
  }
}

test.each([1])("what two accounts use together stays within the firm's limits (seed %i)", async (seed) => {
  const world = new World(seed);
  await world.begin();
  for (let step = 0; step < 70; step++) {
    await world.step();
    world.check();
  }
  for (const kind of ["accept", "max-gross-exposure", "max-net-exposure"])
    expect(world.tally.get(kind) ?? 0).toBeGreaterThan(0);
});
