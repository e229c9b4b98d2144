/** An account that is split and merged while it trades: clients and a venue at edges of their own, and somebody who splits. */
import type { ActorReply } from "../../../actors/runtime/reply.ts";
import type { Json } from "../checks/ledger.ts";
import type { OneAccount } from "../checks/one-account.ts";
import type { World } from "../world/world.ts";
import { Edge } from "./edge.ts";
import { Outside } from "./trader.ts";

export const ACCOUNT = "a";
const EDGES = 3;
const CLIENTS = 4;
const THINK_MS = 600;
const VENUE_MS = 2_500;
const RETRY_MS = 400;
const LOOK_MS = 250;
const CHANGE_MS = 2_000;
const LEAST_GROSS = 1_000;
const STEPS = [2, 3, 1];
/** Of the request they say nothing: it is sent again under the same id. */
const PASSING = new Set([
  ...["overloaded", "deadline-passed", "actor-fenced", "dependency-unavailable", "warming"],
  ...["outcome-unknown", "account-split", "split-running", "parent-away"],
]);

const limitsOf = (gross: number): object => ({
  limits: [
    { id: "size", kind: "max-order-qty", threshold: "1000", action: "reject" },
    { id: "gross", kind: "max-gross-exposure", threshold: String(gross), action: "reject" },
  ],
});

type Placed = { readonly id: string; readonly symbol: string };

/** Which account it is, and of which firm it is a child, if of any; one that is `whole` is never split. */
export type Standing = { readonly account?: string; readonly parent?: string; readonly isWhole?: boolean };

export class Splitting {
  readonly outside: Outside;
  readonly edges: readonly Edge[];
  readonly waiting = new Set<string>();
  readonly acknowledged: Placed[] = [];
  readonly ends: Record<string, number> = { done: 0, aborted: 0 };
  readonly #world: World;
  readonly #one: OneAccount;
  readonly #gross: number;
  #isOpen = true;
  isReady = false;
  #busy = 0;
  hasSplit = false;
  readonly #account: string;
  readonly #standing: Standing;

  constructor(world: World, one: OneAccount, gross: number, standing: Standing = {}) {
    this.#account = standing.account ?? ACCOUNT;
    this.#standing = standing;
    this.#world = world;
    this.#one = one;
    this.#gross = gross;
    this.outside = new Outside(world);
    this.edges = Array.from(
      { length: EDGES },
      () => new Edge(world.env, (key) => this.outside.envelope(key)),
    );
  }

  get isQuiet(): boolean {
    return this.#busy === 0;
  }

  get edge(): Edge {
    return this.#world.random.pick(this.edges);
  }

  close(): void {
    this.#isOpen = false;
  }

  begin(): void {
    this.go(async () => {
      const { parent, isWhole = false } = this.#standing;
      const above = parent === undefined ? {} : { parent };
      await this.#put("account", { currency: "USD", equity: "1000000", ...above });
      await this.#put("limits", limitsOf(this.#gross));
      this.isReady = true;
      for (let client = 0; client < CLIENTS; client++) this.go(() => this.#trade());
      if (isWhole) this.hasSplit = true;
      else this.go(() => this.#splits());
      this.go(() => this.#changes());
    });
  }

  /** One after the other: from when each was acknowledged until the next one is sent it alone is in force. In the end nothing is halted. */
  async #changes(): Promise<void> {
    const { random } = this.#world;
    let isStopped = false;
    while (this.#isOpen || isStopped) {
      await this.#world.pause(this.#isOpen ? random.between(200, CHANGE_MS) : 0);
      const isOfState = isStopped || random.chance(0.5);
      const key = this.outside.nextId("k");
      if (isOfState) {
        const state = isStopped ? "active" : random.pick(["reducing", "halted"]);
        isStopped = !isStopped;
        this.#one.stating();
        const body = { scope: { kind: "account" }, state, reason: key, by: "s" };
        await this.#insisted(`state ${key}`, () => this.edge.state(this.#account, key, body));
        this.#one.stated(state);
      } else if (this.#isOpen) {
        const gross = random.between(LEAST_GROSS, 2 * this.#gross);
        this.#one.limiting(gross);
        await this.#insisted(`limits ${key}`, () => this.edge.limits(this.#account, key, limitsOf(gross)));
        this.#one.limited(gross);
      }
    }
  }

  go(work: () => Promise<void>): void {
    this.#busy += 1;
    work().then(
      () => {
        this.#busy -= 1;
      },
      (error: unknown) => this.#world.violate("R13 everything answers", String(error)),
    );
  }

  /** Until it has ended. Answers how. */
  async splitInto(shards: number): Promise<string> {
    await this.#insisted(this.outside.nextId(`split ${shards} `), () =>
      this.edge.split(this.#account, shards),
    );
    for (;;) {
      const told = await this.edge.standing(this.#account);
      const { phase, to } = (told.ok ? JSON.parse(told.value) : {}) as { phase?: string; to?: number };
      if (to === shards && (phase === "done" || phase === "aborted")) {
        this.ends[phase] = (this.ends[phase] ?? 0) + 1;
        return phase;
      }
      await this.#world.pause(LOOK_MS);
    }
  }

  /** Answers the decision, whatever it is. */
  async order(order: Json & { readonly symbol: string }): Promise<Json> {
    const id = String(order["clientOrderId"]);
    const decidedIn = (text: string): Json => (JSON.parse(text) as { decisions: Json[] }).decisions[0] ?? {};
    const text = await this.#insisted(
      id,
      () => this.edge.orders(this.#account, [order]),
      (told) => this.#one.ordered(id, decidedIn(told)),
    );
    this.acknowledged.push({ id, symbol: order.symbol });
    return decidedIn(text);
  }

  async #splits(): Promise<void> {
    const { random } = this.#world;
    for (const shards of STEPS) {
      await this.#world.pause(random.between(200, 2_500));
      await this.splitInto(shards);
    }
    this.hasSplit = true;
  }

  async #trade(): Promise<void> {
    const { random, market } = this.#world;
    while (this.#isOpen) {
      await this.#world.pause(random.between(1, THINK_MS));
      if (!this.#isOpen) return;
      const symbol = random.pick([...market.listed.keys()]);
      const id = this.outside.nextId("o");
      const [side, qty] = [random.pick(["buy", "sell"]), String(random.between(1, 30))];
      const price = market.priceOf(symbol).toFixed(2);
      const decision = await this.order({ clientOrderId: id, symbol, side, type: "limit", price, qty });
      const isSilent = random.chance(0.15);
      if (decision["decision"] !== "reject" && !isSilent)
        this.go(() => this.#venue({ id, symbol }, Number(decision["allowedQty"])));
    }
  }

  /** Reports come in order, each until it was heard; half of them name no symbol. */
  async #venue({ id, symbol }: Placed, allowed: number): Promise<void> {
    const { random, market } = this.#world;
    for (let left = allowed; left > 0; ) {
      await this.#world.pause(random.between(1, VENUE_MS));
      const cancels = random.chance(0.25);
      const qty = random.between(1, left);
      const price = market.priceOf(symbol).toFixed(2);
      left = cancels ? 0 : left - qty;
      const execId = this.outside.nextId("x");
      const report = {
        ...{ execId, clientOrderId: id, ts: this.#world.schedule.now - 60_000 },
        ...(cancels ? { type: "cancel" } : { type: "fill", qty: String(qty), price }),
        ...(random.chance(0.3) ? { symbol } : {}),
      };
      const resultIn = (text: string): Json => (JSON.parse(text) as { results: Json[] }).results[0] ?? {};
      await this.#insisted(
        execId,
        () => this.edge.executions(this.#account, [report]),
        (told) => this.#one.reported(execId, report, resultIn(told)),
      );
    }
  }

  async #put(type: "account" | "limits", value: object): Promise<void> {
    const key = this.outside.nextId("k");
    await this.#insisted(`${type} ${key}`, () => this.edge.put(this.#account, key, type, value));
  }

  /** Asks until it is answered, now and then twice at once; every answer is heard. */
  async #insisted(
    label: string,
    ask: () => Promise<ActorReply<string>>,
    heard: (told: string) => void = () => {},
  ): Promise<string> {
    const world = this.#world;
    this.waiting.add(label);
    const once = async (): Promise<ActorReply<string>> => {
      const told = await ask();
      if (told.ok) heard(told.value);
      return told;
    };
    for (;;) {
      if (world.faults.strikes("retry-in-flight")) void once();
      const told = await once();
      if (told.ok) {
        this.waiting.delete(label);
        return told.value;
      }
      if (!PASSING.has(told.code)) {
        world.violate("R13 what is right is taken", `${label}: ${JSON.stringify(told)}`);
        return "{}";
      }
      await world.pause(world.random.between(1, RETRY_MS));
    }
  }
}
