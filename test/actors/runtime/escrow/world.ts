/** A firm, desks and accounts over a network that loses, doubles, delays and reorders, and what has to hold of them at every instant. */
import { amountOf, NOTHING } from "../../../../actors/runtime/escrow/amounts.ts";
import { quotaOf } from "../../../../actors/runtime/escrow/holding.ts";
import type { Amounts } from "../../../../actors/runtime/escrow/messages.ts";
import type { QuotaPolicy } from "../../../../src/domain/firm.ts";
import { Draw } from "./draw.ts";
import { checkHeld, checkSums, must, type Sums, sumsOf } from "./laws.ts";
import { type Disk, type Message, Place } from "./place.ts";

export const FIRM = "firm:f";
export const GROSS = `${FIRM}/gross`;
const ORDER_WAITS_MS = 500;
const SILENCE_MS = 5_000;

export type Shape = {
  readonly seed: number;
  readonly policy: QuotaPolicy;
  /** By desk: its accounts; the firm's own by "". Desks may stand below desks: "desk:a>desk:b". */
  readonly accounts: Readonly<Record<string, readonly string[]>>;
  readonly limit: bigint;
  readonly reserve?: bigint;
  readonly deskLimit?: bigint;
};

type Flight = { readonly message: Message; readonly due: number };
type Order = { readonly account: Place; readonly amount: bigint; readonly until: number };

export class World {
  readonly draw: Draw;
  readonly shape: Shape;
  readonly places = new Map<string, Place>();
  readonly flights: Flight[] = [];
  readonly orders: Order[] = [];
  readonly old = new Map<string, Disk>();
  at = 1_000_000;
  /** When each word of the firm was durable. */
  readonly said: number[] = [0];
  accepted = 0;
  refused = 0;
  asked = 0;
  /** Faults of the network: off when things are to converge. */
  isRough = true;
  /** Used has moved by prices, or a limit was lowered: then sums may stand above it. */
  isMoved = false;
  #drawn = 0;
  readonly #before = new Map<string, Sums>();

  constructor(shape: Shape) {
    this.shape = shape;
    this.draw = new Draw(shape.seed);
    this.#add(FIRM);
    this.place(FIRM).putOwn(new Map([[GROSS, { limit: shape.limit, reserve: shape.reserve ?? 0n }]]));
    this.place(FIRM).flush();
    for (const [chain, accounts] of Object.entries(shape.accounts)) {
      let parent = FIRM;
      for (const desk of chain.split(">").filter((name) => name !== "")) {
        if (!this.places.has(desk)) this.#addDesk(desk, parent);
        parent = desk;
      }
      for (const name of accounts) this.#add(name, parent);
    }
  }

  #addDesk(desk: string, parent: string): void {
    this.#add(desk, parent);
    const limit = this.shape.deskLimit;
    if (limit === undefined) return;
    this.place(desk).putOwn(new Map([[`${desk}/gross`, { limit, reserve: 0n }]]));
    this.place(desk).flush();
  }

  #add(name: string, parent?: string): void {
    const options = {
      ...{ name, policy: this.shape.policy, priority: 1 + this.draw.below(3) },
      ...{ skewMs: this.draw.below(20_000) - 10_000, draw: () => `i${this.#drawn++}` },
      ...(parent === undefined ? {} : { parent }),
    };
    this.places.set(name, new Place(options));
  }

  place(name: string): Place {
    const place = this.places.get(name);
    if (place === undefined) throw new Error(`no ${name}`);
    return place;
  }

  get accounts(): readonly Place[] {
    return Object.values(this.shape.accounts)
      .flat()
      .map((name) => this.place(name));
  }

  /** All budgets above a place. */
  budgetsOf(place: Place): readonly string[] {
    const { parent } = place.options;
    if (parent === undefined) return [];
    return [...this.place(parent).pending.own.keys(), ...this.budgetsOf(this.place(parent))];
  }

  limitOf(budget: string): bigint {
    const node = budget.slice(0, budget.indexOf("/"));
    return this.place(node).pending.own.get(budget)?.limit ?? 0n;
  }

  order(account: Place, amount: bigint): void {
    const order = { account, amount, until: this.at + ORDER_WAITS_MS };
    if (this.#decides(order)) return;
    this.asked++;
    this.orders.push(order);
    this.#want(account);
    if (account.holding?.inFlight === undefined) account.asks(this.at);
  }

  #want(account: Place): void {
    const waiting = this.orders.filter((order) => order.account === account);
    const sum = waiting.reduce((all, { amount }) => all + amount, 0n);
    account.wanted =
      sum === 0n ? NOTHING : Object.fromEntries(this.budgetsOf(account).map((budget) => [budget, sum]));
  }

  #decides({ account, amount }: Order): boolean {
    const { holding } = account;
    if (holding === undefined) return false;
    const budgets = this.budgetsOf(account);
    const fits = budgets.every((budget) => {
      const quota = quotaOf(holding, budget, account.clock(this.at));
      return quota !== null && account.used(budget) + amount <= quota;
    });
    if (!fits) return false;
    account.use(this.#with(account, budgets, amount));
    this.accepted++;
    this.#checkGrowth(account, budgets);
    return true;
  }

  #with(account: Place, budgets: readonly string[], amount: bigint): Amounts {
    return Object.fromEntries(budgets.map((budget) => [budget, account.used(budget) + amount]));
  }

  /** Less used than before, by what closes; or more or less, by prices. */
  moves(account: Place, amount: bigint): void {
    const budgets = this.budgetsOf(account);
    const least = budgets.reduce((low, budget) => {
      const used = account.used(budget);
      return used < low ? used : low;
    }, 1_000_000_000n);
    const change = least + amount < 0n ? -least : amount;
    account.use(this.#with(account, budgets, change));
  }

  /** E3 and E4, and what they are for, when an order that grows has been let through. */
  #checkGrowth(account: Place, budgets: readonly string[]): void {
    for (const budget of budgets) {
      const held = amountOf(account.holding?.held ?? NOTHING, budget);
      must(account.used(budget) <= held, () => `E3: ${account.name} uses within what it holds`);
      if (this.isMoved) continue;
      const all = this.accounts.reduce((sum, each) => sum + each.used(budget), 0n);
      must(all <= this.limitOf(budget), () => `all together stay within ${budget}`);
    }
    const newest = this.said.findLastIndex((at) => at < this.at - SILENCE_MS);
    must(
      account.version >= newest,
      () =>
        `E4: ${account.name} grows at ${this.at} by word ${account.version}, ${newest} was said at ${this.said[newest]}`,
    );
  }

  check(): void {
    for (const place of this.places.values()) {
      const { parent } = place.options;
      this.#before.set(place.name, checkSums(place, this.#before.get(place.name)));
      if (parent !== undefined) checkHeld(place, this.place(parent));
    }
  }

  flush(place: Place): void {
    const version = place.durable.version;
    for (const message of place.flush()) this.#send(message);
    if (place.name === FIRM && place.durable.version > version) {
      while (this.said.length <= place.durable.version) this.said.push(this.at);
    }
  }

  #send(message: Message): void {
    const copies = this.isRough ? (this.draw.chance(0.1) ? 0 : this.draw.chance(0.1) ? 2 : 1) : 1;
    for (let each = 0; each < copies; each++) {
      const late = this.isRough && this.draw.chance(0.1) ? this.draw.below(5_000) : this.draw.below(6);
      this.flights.push({ message, due: this.at + 1 + late });
    }
  }

  /** An instant later: what is due arrives, timers fire, orders that have waited too long are decided by what is there. */
  pass(ms: number): void {
    this.at += ms;
    const due = this.flights.filter((flight) => flight.due <= this.at);
    for (const flight of due) {
      this.flights.splice(this.flights.indexOf(flight), 1);
      const { message } = flight;
      const place = this.place(message.to);
      // A call that was made before its caller died is answered to nobody.
      if ("activation" in message && message.kind !== "ask" && message.activation !== place.activation)
        continue;
      place.hears(message, this.at);
      this.check();
      this.#retry();
    }
    for (const place of this.places.values()) place.wakes(this.at);
    this.#retry();
  }

  #retry(): void {
    for (const order of [...this.orders]) {
      const isDone = this.#decides(order);
      if (!isDone && this.at < order.until) continue;
      if (!isDone) this.refused++;
      this.orders.splice(this.orders.indexOf(order), 1);
      this.#want(order.account);
    }
  }

  flushAll(): void {
    for (const place of this.places.values()) if (place.hasPending) this.flush(place);
  }

  /** Without faults, for so long. */
  settle(ms: number): void {
    this.isRough = false;
    const until = this.at + ms;
    while (this.at < until) {
      this.flushAll();
      this.pass(1);
      this.check();
    }
  }

  crash(place: Place): void {
    place.load();
    // What was pending may have been less.
    this.#before.set(place.name, sumsOf(place));
    for (const order of [...this.orders]) {
      if (order.account === place) this.orders.splice(this.orders.indexOf(order), 1);
    }
  }

  /** A copy of its disk from before is what it goes on with. */
  restoreOld(place: Place): void {
    const disk = this.old.get(place.name);
    if (disk === undefined) return;
    place.durable = disk;
    place.isStale = true;
    this.isMoved = true;
    this.crash(place);
  }

  get fenced(): readonly string[] {
    return [...this.places.values()].flatMap((node) =>
      [...node.grants.children.values()].filter((child) => child.isFenced).map(({ child }) => child),
    );
  }

  admitAll(): void {
    for (const node of this.places.values()) for (const name of this.fenced) node.admit(name);
  }
}
