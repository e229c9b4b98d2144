/** Limits that are put, scheduled, overridden and taken back at random: at every moment the one holds that a plain list of intervals says. */
import { expect, test } from "vitest";
import { limitsReply } from "../../../src/contracts/limits.ts";
import { AAPL, type Json, json, MSFT } from "./bench.ts";
import { HOUR, idOf, LimitBench } from "./limit-bench.ts";
import { randomFrom } from "./walk.ts";

const STEPS = 60;
/** So that prices of long ago will do. */
const ANY_AGE = { id: "age", kind: "max-price-age", threshold: "999999999999" };

type Interval = {
  readonly id: string;
  readonly member: string | undefined;
  readonly threshold: number;
  readonly from: number;
  to: number;
};

/** What was said, as intervals of time. */
class Oracle {
  readonly bases: { readonly id: string; readonly threshold: number; from: number }[] = [];
  readonly overrides: Interval[] = [];

  /** A later one of the same moment stands. */
  thresholdAt(at: number, member: string): number {
    const base = this.bases
      .filter(({ from }) => from <= at)
      .sort((one, other) => one.from - other.from)
      .at(-1);
    const standing = this.overrides.filter(({ from, to }) => from <= at && at < to);
    const own = standing.filter((one) => one.member === member).at(-1);
    return (own ?? standing.filter((one) => one.member === undefined).at(-1) ?? base)?.threshold ?? 0;
  }

  override(interval: Interval, at: number): void {
    for (const one of this.overrides)
      if (one.member === interval.member && one.from <= at && at < one.to) one.to = at;
    this.overrides.push(interval);
  }
}

class Walk {
  readonly bench = new LimitBench();
  readonly oracle = new Oracle();
  readonly start: number;
  readonly #random: (below: number) => number;

  constructor(seed: number) {
    const random = randomFrom(seed);
    this.#random = (below) => Math.floor(random() * below);
    this.start = this.bench.now;
  }

  async run(): Promise<void> {
    await this.bench.account();
    await this.#put();
    for (const symbol of [AAPL, MSFT]) await this.bench.price(symbol, { last: "100" });
    const steps = [
      this.#put,
      this.#later,
      this.#override,
      this.#override,
      this.#takeBack,
      this.#pass,
      this.#pass,
      this.#restart,
    ];
    for (let step = 0; step < STEPS; step++) {
      await steps[this.#random(steps.length)]?.call(this);
      await this.#compare();
    }
  }

  #set(threshold: number): Json[] {
    return [
      { id: "clip", kind: "max-order-qty", threshold: String(threshold), scope: { kind: "symbol" } },
      ANY_AGE,
    ];
  }

  async #put(): Promise<void> {
    const threshold = 1 + this.#random(9);
    json(await this.bench.put(this.#set(threshold)));
    this.oracle.bases.push({ id: "", threshold, from: this.bench.now });
  }

  async #later(): Promise<void> {
    const [threshold, from] = [1 + this.#random(9), this.bench.now + 1 + this.#random(3 * HOUR)];
    const reply = await this.bench.put(this.#set(threshold), { effectiveAt: from });
    if (reply.ok) this.oracle.bases.push({ id: idOf(reply), threshold, from });
    else expect(reply.code).toBe("too-many");
  }

  async #override(): Promise<void> {
    const member = [undefined, AAPL, MSFT][this.#random(3)];
    const [threshold, from] = [1 + this.#random(20), this.bench.now];
    const to = from + 1 + this.#random(3 * HOUR);
    const reply = await this.bench.override({
      threshold: String(threshold),
      until: to,
      ...(member === undefined ? {} : { member }),
    });
    this.oracle.override({ id: idOf(reply), member, threshold, from, to }, from);
  }

  async #takeBack(): Promise<void> {
    const pending = await this.bench.pending();
    const found = pending[this.#random(Math.max(1, pending.length))];
    if (found === undefined) return;
    json(await this.bench.say("cancel", found.id, "s"));
    const override = this.oracle.overrides.find(({ id }) => id === found.id);
    if (override !== undefined) override.to = this.bench.now;
    const base = this.oracle.bases.find(({ id }) => id === found.id);
    if (base !== undefined) base.from = Number.POSITIVE_INFINITY;
  }

  async #pass(): Promise<void> {
    this.bench.clock.pass(this.#random(2 * HOUR));
    // The alarm comes, or an order is first.
    if (this.#random(2) === 0) await this.bench.desk.wake(this.bench.timers.takeDue(this.bench.clock.now()));
  }

  async #restart(): Promise<void> {
    this.bench.restart();
  }

  async #compare(): Promise<void> {
    const now = this.bench.now;
    for (const symbol of [AAPL, MSFT]) {
      const most = this.oracle.thresholdAt(now, symbol);
      const decisions = [
        await this.bench.check({ symbol, qty: String(most) }),
        await this.bench.check({ symbol, qty: String(most + 1) }),
      ];
      expect([now, ...decisions.map(({ decision, code }) => code ?? decision)]).toEqual([
        now,
        "accept",
        "max-order-qty",
      ]);
      const then = this.start + this.#random(now - this.start + 1);
      expect([then, await this.#asOf(then, symbol)]).toEqual([then, this.oracle.thresholdAt(then, symbol)]);
    }
  }

  async #asOf(at: number, symbol: string): Promise<number> {
    const { limits } = limitsReply.parse(json(await this.bench.work({ type: "as-of", at })));
    const clips = limits.filter(({ id }) => id === "clip");
    const found =
      clips.find(({ scope }) => scope?.id === symbol) ?? clips.find(({ scope }) => scope?.id === undefined);
    return Number(found?.threshold);
  }
}

test.each([1, 2, 3, 4, 5])("seed %i", async (seed) => {
  const walk = new Walk(seed);
  await walk.run();
  const versions = (await walk.bench.versions()).map(({ version, since }) => [version, since] as const);
  const ascending = [...versions].reverse();
  expect(ascending.map(([version]) => version)).toEqual(ascending.map((_, index) => index + 1));
  expect(ascending.map(([, since]) => since)).toEqual(
    ascending.map(([, since]) => since).sort((one, other) => one - other),
  );
});
