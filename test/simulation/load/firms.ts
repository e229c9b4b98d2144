/** A firm, a desk in it, their limits and states, and somebody who changes them. */
import type { World } from "../world/world.ts";
import type { Outside } from "./trader.ts";

const TENANT = "t";
export const FIRM = "fund";
export const DESK = "desk";
const POLICIES = ["equal", "by-use", "priority"];

/** Longer than a message is on its way. */
const LATE_MS = 6_000;

export class Firms {
  readonly #world: World;
  readonly #outside: Outside;
  #isOpen = true;
  #begun: Promise<void> | undefined;
  #ruling: Promise<void> | undefined;
  /** Some firms never change, so that their limits can be held to the last cent. */
  readonly #changes: boolean;
  readonly #reserve: string;
  readonly #thresholds: Readonly<Record<string, number>>;
  isActive = true;
  isBusy = true;

  constructor(world: World, outside: Outside) {
    const { random } = world;
    this.#world = world;
    this.#outside = outside;
    this.#changes = random.chance(0.5);
    this.#reserve = random.pick(["0", "0", "10", "20"]);
    this.#thresholds = {
      "max-gross-exposure": random.between(5_000, 20_000),
      "max-long-notional": random.between(4_000, 15_000),
      "max-short-notional": random.between(4_000, 15_000),
      "max-net-exposure": random.between(4_000, 15_000),
      "max-order-rate": random.between(10, 60),
    };
  }

  begin(): Promise<void> {
    this.#begun ??= this.#setUp();
    return this.#begun;
  }

  async #setUp(): Promise<void> {
    const { random } = this.#world;
    const terms = () => ({ currency: "USD", policy: random.pick(POLICIES), reserve: this.#reserve });
    await this.#ask(FIRM, "put", "firm", terms());
    await this.#limits(FIRM, "firm", 1);
    await this.#ask(DESK, "put", "desk", { ...terms(), parent: FIRM, priority: random.between(1, 200) });
    if (random.chance(0.5)) await this.#limits(DESK, "desk", 0.7);
    this.#ruling = this.#rule().finally(() => {
      this.isBusy = false;
    });
  }

  /** In the end the firm lets grow again. What faults have kept from being set up until now is set up first. */
  async close(): Promise<void> {
    this.#isOpen = false;
    await this.#begun;
    await this.#ruling;
    // A state that was sent twice may come late, and would be the newest then.
    await this.#world.pause(LATE_MS);
    await this.#state(FIRM, "firm", "active");
    await this.#state(DESK, "desk", "active");
  }

  async #rule(): Promise<void> {
    const { random } = this.#world;
    while (this.#isOpen) {
      await this.#world.pause(random.between(500, 5_000));
      if (!this.#isOpen || !this.#changes) continue;
      const [id, kind] = random.pick([
        [FIRM, "firm"],
        [DESK, "desk"],
      ] as const);
      if (random.chance(0.5)) await this.#limits(id, kind, 0.3 + random.next());
      else await this.#state(id, kind, random.pick(["active", "active", "reducing", "halted"]));
    }
  }

  #limits(id: string, kind: string, share: number): Promise<void> {
    const limits = Object.entries(this.#thresholds).map(([name, threshold]) => ({
      ...{ id: name.slice(4), kind: name, threshold: String(Math.floor(threshold * share)) },
      ...(name === "max-order-rate" ? { windowMs: 2_000 } : {}),
    }));
    return this.#ask(id, "putLimits", kind, { limits });
  }

  async #state(id: string, kind: string, state: string): Promise<void> {
    await this.#ask(id, "setState", kind, { state, reason: "a test", by: "s" });
  }

  async #ask(id: string, method: string, kind: string, body: object): Promise<void> {
    const label = this.#outside.nextId(`${method} ${id} `);
    const given = [kind, JSON.stringify(body)];
    const { reply } = await this.#outside.ask({
      ...{ kind: "firm", name: `${TENANT}/${id}`, method, given, label },
    });
    if (!reply.ok)
      this.#world.violate("R13 a firm takes what is right", `${label}: ${JSON.stringify(reply)}`);
  }
}
