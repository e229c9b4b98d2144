/** Accounts that trade: clients who send orders, a venue that reports, somebody who changes limits and states. */
import type { Json } from "../checks/ledger.ts";
import type { World } from "../world/world.ts";
import { Outside, type Told } from "./trader.ts";

export type TradingHears = {
  readonly ordered: (account: string, id: string, decision: Json, told: Told) => void;
  readonly reported: (account: string, execId: string, result: Json, told: Told) => void;
  readonly answered: (account: string, key: string, told: Told) => void;
  /** Whether that copy of an account is one of before it was put. */
  readonly isBefore: (told: Told) => boolean;
};

export type TradingPlan = {
  readonly accounts: readonly string[];
  /** Beside what each account is put with; asked now and then, since it may change. */
  readonly terms: (account: string) => object;
  /** Whether accounts' own limits and states change. */
  readonly ruled: boolean;
  /** Their own limits never bind. */
  readonly loose: boolean;
};

const TENANT = "t";
const CLIENTS = 3;
const THINK_MS = 900;
const VENUE_MS = 3_000;
const LARGE = 30;
/** Below a firm there is seldom room for large ones. */
const SMALL = 3;

export class Trading {
  readonly accounts: readonly string[];
  readonly strategies = new Map<string, readonly string[]>();
  readonly outside: Outside;
  readonly #world: World;
  readonly #hears: TradingHears;
  readonly #terms: TradingPlan["terms"];
  readonly #isRuled: boolean;
  readonly #isLoose: boolean;
  /** Accepted orders of which the venue never says a word, and whether they have a time of their own. */
  readonly silent: { readonly account: string; readonly id: string; readonly ends: boolean }[] = [];
  #isOpen = true;
  #busy = 0;

  constructor(world: World, { accounts, terms, ruled, loose }: TradingPlan, hears: TradingHears) {
    this.#world = world;
    this.#terms = terms;
    this.#isRuled = ruled;
    this.#isLoose = loose;
    this.accounts = accounts;
    this.#hears = hears;
    this.outside = new Outside(world);
    for (const account of accounts) this.strategies.set(account, [`${account}-one`, `${account}-two`]);
  }

  /** Nobody waits for an answer any more. */
  get isQuiet(): boolean {
    return this.#busy === 0;
  }

  begin(): void {
    for (const account of this.accounts) this.#go(() => this.#account(account));
  }

  close(): void {
    this.#isOpen = false;
  }

  #go(work: () => Promise<void>): void {
    this.#busy += 1;
    void work().finally(() => {
      this.#busy -= 1;
    });
  }

  async #account(account: string): Promise<void> {
    await this.putAccount(account);
    await this.#limits(account);
    for (const strategy of this.strategies.get(account) ?? []) {
      const body = { name: strategy, account, instruments: [], tags: [] };
      await this.#keyed(account, "openStrategy", strategy, JSON.stringify(body));
    }
    for (let client = 0; client < CLIENTS; client++) this.#go(() => this.#trade(account));
    if (this.#isRuled) this.#go(() => this.#rule(account));
  }

  putAccount(account: string): Promise<void> {
    return this.#put(account, "putAccount", { currency: "USD", equity: "1000000", ...this.#terms(account) });
  }

  async #trade(account: string): Promise<void> {
    const { random } = this.#world;
    while (this.#isOpen) {
      await this.#world.pause(random.between(1, THINK_MS));
      if (this.#isOpen) await this.#order(account);
    }
  }

  async #rule(account: string): Promise<void> {
    const { random } = this.#world;
    while (this.#isOpen) {
      await this.#world.pause(random.between(500, 6_000));
      if (!this.#isOpen) return;
      if (random.chance(0.6)) await this.#limits(account);
      else await this.#state(account, random.pick(["active", "active", "reducing", "halted"]));
    }
  }

  #limits(account: string): Promise<void> {
    const { random } = this.#world;
    const loose = [{ id: "size", kind: "max-order-qty", threshold: "1000", action: "reject" }];
    const tight = [
      {
        id: "pos",
        kind: "max-position-qty",
        threshold: String(random.between(20, 120)),
        action: random.pick(["reject", "reduce"]),
      },
      { id: "size", kind: "max-order-qty", threshold: String(random.between(10, 40)), action: "reject" },
      ...(random.chance(0.3)
        ? [
            {
              id: "rate",
              kind: "max-order-rate",
              threshold: String(random.between(2, 8)),
              windowMs: 2_000,
              action: "reject",
            },
          ]
        : []),
    ];
    return this.#put(account, "putLimits", { limits: this.#isLoose ? loose : tight });
  }

  #state(account: string, state: string): Promise<void> {
    return this.#put(account, "setState", { scope: { kind: "account" }, state, reason: "a test", by: "s" });
  }

  #put(account: string, method: string, body: object): Promise<void> {
    return this.#keyed(account, method, JSON.stringify(body));
  }

  async #keyed(account: string, method: string, ...given: readonly unknown[]): Promise<void> {
    const key = this.outside.nextId("k");
    const what = {
      kind: "risk-shard",
      name: `${TENANT}/${account}`,
      method,
      given,
      key,
      label: `${method} ${key}`,
    };
    for (;;) {
      const told = await this.outside.ask(what, (one) => this.#hears.answered(account, key, one));
      if (told.reply.ok) return;
      // A copy of a disk from before the account was put knows of none: who asks again comes to the other one, too.
      const isTooOld = told.reply.code === "account-unknown" && this.#hears.isBefore(told);
      if (!isTooOld) {
        const detail = `${method} of ${account}: ${JSON.stringify(told.reply)}`;
        this.#world.violate("R13 what is right is taken", detail);
        return;
      }
      await this.#world.pause(this.#world.random.between(1, THINK_MS));
    }
  }

  async #order(account: string): Promise<void> {
    const { random, market } = this.#world;
    const symbol = random.pick([...market.listed.keys()]);
    const id = this.outside.nextId("o");
    const type = random.pick(["market", "limit"]);
    const order = {
      ...{
        clientOrderId: id,
        symbol,
        side: random.pick(["buy", "sell"]),
        type,
        qty: String(random.between(1, this.#isLoose && random.chance(0.5) ? SMALL : LARGE)),
      },
      ...(type === "limit" ? { price: market.priceOf(symbol).toFixed(2) } : {}),
      ...(random.chance(0.5) ? { strategy: random.pick(this.strategies.get(account) ?? []) } : {}),
      ...(random.chance(0.25) ? { ttlMs: random.between(1_000, 5_000) } : {}),
    };
    const decided = (told: Told): Json | undefined =>
      told.reply.ok ? (JSON.parse(told.reply.value) as { decisions: Json[] }).decisions[0] : undefined;
    const given = [JSON.stringify({ orders: [order] }), "all"];
    const what = { kind: "risk-shard", name: `${TENANT}/${account}`, method: "orders", given, label: id };
    const told = await this.outside.ask(what, (one) => {
      const decision = decided(one);
      if (decision !== undefined) this.#hears.ordered(account, id, decision, one);
    });
    const decision = decided(told);
    if (decision === undefined || decision["decision"] === "reject") return;
    if (random.chance(0.15)) this.silent.push({ account, id, ends: "ttlMs" in order });
    else this.#go(() => this.#venue(account, order, Number(decision["allowedQty"])));
  }

  /** Reports come in order, each until it was heard. */
  async #venue(account: string, order: Json, allowed: number): Promise<void> {
    const { random, market } = this.#world;
    let left = allowed;
    const clientOrderId = order["clientOrderId"];
    while (left > 0) {
      await this.#world.pause(random.between(1, VENUE_MS));
      const cancels = random.chance(0.25);
      const qty = random.between(1, left);
      const price = market.priceOf(String(order["symbol"])).toFixed(2);
      const report = cancels
        ? { type: random.pick(["cancel", "expire"]), clientOrderId }
        : { type: "fill", clientOrderId, qty: String(qty), price };
      left = cancels ? 0 : left - qty;
      const result = await this.#report(account, report);
      if (result?.["status"] === "refused") return;
    }
  }

  async #report(account: string, report: Json): Promise<Json | undefined> {
    const execId = this.outside.nextId("x");
    const ts = this.#world.schedule.now - 60_000;
    const given = [JSON.stringify({ executions: [{ execId, ts, ...report }] })];
    const what = {
      kind: "risk-shard",
      name: `${TENANT}/${account}`,
      method: "executions",
      given,
      label: execId,
    };
    const resultOf = (told: Told): Json | undefined =>
      told.reply.ok ? (JSON.parse(told.reply.value) as { results: Json[] }).results[0] : undefined;
    const told = await this.outside.ask(what, (one) => {
      const result = resultOf(one);
      if (result !== undefined) this.#hears.reported(account, execId, result, one);
    });
    return resultOf(told);
  }
}
