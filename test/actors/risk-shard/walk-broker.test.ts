/** The walk of the shard beside its model, with a broker: books enter, are compared and set right, strategies pause and go on (README, R1-R7). */
import { expect, test } from "vitest";
import type { ReconciliationObject } from "../../../src/contracts/reconcile.ts";
import { AAPL, type Json, json, MSFT } from "./bench.ts";
import { compare, read, resolve, told } from "./broker.ts";
import type { ModelOrder, Side } from "./model.ts";
import { Walk } from "./walk.ts";
import { text } from "./walk-limits.ts";

type Difference = ReconciliationObject["differences"][number];

const SYMBOLS = [AAPL, MSFT, "XNAS:NVDA"];
const STRATEGIES = ["alpha", "beta"];

class BrokerWalk extends Walk {
  #ids = 0;

  override async step(): Promise<void> {
    const roll = this.random();
    if (roll < 0.03) await this.reconcile();
    else if (roll < 0.06) await this.pause();
    else if (roll < 0.09) await this.enter();
    else await super.step();
  }

  async pause(): Promise<void> {
    const id = this.pick(STRATEGIES);
    const state = this.model.paused.has(id) ? "active" : this.pick(["paused", "active"]);
    await this.bench.desk.account.amendStrategy(this.bench.envelope(), id, JSON.stringify({ state }));
    if (state === "paused") this.model.paused.add(id);
    else this.model.paused.delete(id);
    this.count(`strategy ${state}`);
  }

  /** A line and an order of a strategy that has nothing there; else it is refused, and nothing changes. */
  async enter(): Promise<void> {
    const { bench, model } = this;
    const [symbol, strategy] = [this.pick(SYMBOLS), this.pick(STRATEGIES)];
    const [qty, price] = [this.upTo(9), 900_000 + this.upTo(200_000)];
    const sign = this.pick([1, -1]);
    const id = `b${++this.#ids}`;
    const order = this.#brought(id, {
      symbol,
      side: this.pick<Side>(["buy", "sell"]),
      qty: this.upTo(20),
      strategy,
    });
    const body = {
      id,
      positions: [{ symbol, strategy, qty: String(sign * qty), avgPrice: text(price) }],
      orders: [{ ...asSent(order), strategy, type: "limit", price: text(order.price!) }],
    };
    const isBusy =
      model.position(symbol, strategy) !== 0 ||
      [...model.working].some((one) => one.symbol === symbol && one.strategy === strategy);
    const facts = bench.facts().length;
    const reply = await bench.desk.broker.importBook(bench.envelope(), JSON.stringify(body));
    expect(reply.ok ? "entered" : reply.code).toBe(isBusy ? "import-not-flat" : "entered");
    this.count(isBusy ? "import-not-flat" : "import");
    if (isBusy) return expect(bench.facts().length).toBe(facts);
    this.#trade(symbol, strategy, sign * qty, price);
    model.orders.set(id, order);
    model.working.add(order);
  }

  async reconcile(): Promise<void> {
    const { bench } = this;
    const body = { positions: this.#positions(), orders: this.#orders() };
    const found = await compare(bench, body);
    if (found.differences.length > 0) {
      read(
        await resolve(
          bench,
          found.id,
          found.differences.map(({ n }) => n),
        ),
      );
      for (const difference of found.differences) this.#follow(difference, body.orders);
    }
    expect(told(await compare(bench, body)), "all is as the broker says").toEqual([]);
    for (const { kind } of found.differences) this.count(kind);
  }

  #positions(): Json[] {
    const { model } = this;
    return SYMBOLS.map((symbol) => {
      const off = this.random() < 0.5 ? 0 : this.upTo(21) - 11;
      return { symbol, qty: String(this.random() < 0.1 ? 0 : model.position(symbol) + off) };
    });
  }

  /** Ours but for some, with other numbers here and there; one that is over here, and one that was never here. */
  #orders(): Json[] {
    const { model } = this;
    const kept = [...model.working].filter(() => this.random() < 0.9);
    const changed = kept.map((order) => {
      const isOther = this.random() < 0.1 && order.partner === undefined;
      const qty = isOther ? this.upTo(30) : order.qty;
      return asSent({ ...order, qty, filled: isOther ? Math.min(order.filled, qty) : order.filled });
    });
    const over = [...model.orders.values()].filter(
      ({ status }) => status === "cancelled" || status === "expired",
    );
    const revived = over.length > 0 && this.random() < 0.5 ? [this.pick(over)] : [];
    const fresh = {
      symbol: this.pick(SYMBOLS),
      side: this.pick<Side>(["buy", "sell"]),
      qty: this.upTo(20),
      strategy: "",
    };
    return [
      ...changed,
      ...revived.filter(({ filled, qty }) => filled < qty).map(asSent),
      ...(this.random() < 0.5 ? [{ ...asSent(this.#brought(`b${++this.#ids}`, fresh)), price: "101" }] : []),
    ];
  }

  #follow({ symbol = "", clientOrderId = "", proposal }: Difference, sent: readonly Json[]): void {
    const { model } = this;
    const order = model.orders.get(clientOrderId);
    const theirs = sent.find((one) => one["clientOrderId"] === clientOrderId);
    const numbers = { qty: Number(theirs?.["qty"]), filled: Number(theirs?.["filledQty"]) };
    switch (proposal?.action) {
      case "trade":
        for (const { strategy, qty } of proposal.lines)
          this.#trade(symbol, strategy ?? "", Number(qty), Math.round(Number(proposal.price) * 10_000));
        return;
      case "end-order":
        model.report("cancel", clientOrderId);
        return;
      case "change-order":
        Object.assign(order!, numbers);
        if (numbers.filled < numbers.qty) return;
        order!.status = "filled";
        model.working.delete(order!);
        return;
      case "add-order": {
        const { side } = proposal;
        const added = order ?? this.#brought(clientOrderId, { symbol, side, strategy: "", qty: 0 });
        Object.assign(added, numbers, { status: "working" });
        model.orders.set(clientOrderId, added);
        model.working.add(added);
        return;
      }
      default:
        expect.unreachable(`nothing is proposed for ${clientOrderId || symbol}`);
    }
  }

  #trade(symbol: string, strategy: string, qty: number, price: number): void {
    const { model } = this;
    const key = `${symbol}/${strategy}`;
    model.held.set(key, (model.held.get(key) ?? 0) + qty);
    model.cash -= qty * price;
  }

  #brought(id: string, own: Pick<ModelOrder, "symbol" | "side" | "qty" | "strategy">): ModelOrder {
    const { now } = this.bench;
    return {
      id,
      ...own,
      type: "limit",
      price: 1_010_000,
      reduceOnly: false,
      filled: 0,
      status: "working",
      at: now,
      brought: true,
    };
  }
}

const asSent = ({ id, symbol, side, qty, filled }: ModelOrder): Json => ({
  ...{ clientOrderId: id, symbol, side, qty: String(qty), filledQty: String(filled) },
});

test.each([3, 11])("R1-R7 with a broker: seed %i agrees with the naive model at every step", async (seed) => {
  const walk = new BrokerWalk(seed);
  await walk.begin();
  for (let step = 0; step < 600; step++) {
    await walk.step();
    walk.holdReservations();
    if (step % 20 === 0) await walk.hold();
  }
  await walk.hold();
  const seqs = walk.bench.facts().map(({ seq }) => seq);
  expect(seqs, "R6: facts are gapless").toEqual(seqs.map((_, index) => index + 1));
  const before = json(
    await walk.bench.desk.readPriced(walk.bench.envelope(), (reads, now) => reads.account(now)),
  );
  walk.bench.restart();
  const after = json(
    await walk.bench.desk.readPriced(walk.bench.envelope(), (reads, now) => reads.account(now)),
  );
  expect(after, "R7: state after a reload equals state before").toEqual(before);
  for (const wanted of [
    "import",
    "import-not-flat",
    "position-quantity",
    "order-missing-here",
    "order-missing-there",
    "order-quantity",
    "strategy paused",
    "reject strategy-inactive",
  ])
    expect([...walk.tally.keys()], `the walk met ${wanted}`).toContain(wanted);
});
