/** What stops an account is shown with it: states that stand and limits that are tripped, and no more of either once they are lifted. */
import { describe, expect, test } from "vitest";
import { type Reached, tripEvents } from "../../../actors/risk-shard/trips.ts";
import { accountReply, STATES_SHOWN_MAX, TRIPS_SHOWN_MAX } from "../../../src/contracts/accounts.ts";
import { TRADING_STATES } from "../../../src/domain/order.ts";
import { BY, type Json, MSFT, RiskBench } from "./bench.ts";
import { connect, heard, say } from "./socket-bench.ts";
import { randomFrom } from "./walk.ts";

const STRATEGIES = ["alpha", "beta"];
const PER_SYMBOL = {
  id: "each",
  kind: "max-gross-exposure",
  threshold: "50000",
  scope: { kind: "symbol" },
};
const WHOLE = { id: "all", kind: "max-gross-exposure", threshold: "500000" };

async function ready(): Promise<RiskBench> {
  const bench = await new RiskBench().ready([WHOLE, PER_SYMBOL]);
  for (const strategy of STRATEGIES) await bench.strategy(strategy);
  return bench;
}

const shown = async (bench: RiskBench) => accountReply.parse(await bench.shown());

/** As a watcher records it. */
function trip(bench: RiskBench, id: string, member: string): void {
  const limit = bench.state.limits.limits.find((one) => one.id === id)!;
  const reached: Reached = { limit, member, observed: 7n, bound: 5n, scale: 0 };
  bench.desk.ledger.record(tripEvents(bench.state, reached, bench.now));
  bench.flush();
}

const release = (bench: RiskBench, limitId: string, member?: string) =>
  bench.desk.watch.answer(bench.envelope(), {
    type: "release",
    limitId,
    body: JSON.stringify({ reason: "looked at", by: BY, ...(member === undefined ? {} : { member }) }),
  });

describe("what stops an account", () => {
  test("is nothing of one that nobody stopped", async () => {
    const nothing = { total: 0, items: [] };
    expect(await shown(await ready())).toMatchObject({ state: "active", states: nothing, tripped: nothing });
  });

  test("shows a limit that is tripped while the state is active, until it is released", async () => {
    const bench = await ready();
    const ts = bench.now;
    trip(bench, "all", "");
    bench.clock.pass(1);
    trip(bench, "each", MSFT);
    const texts = { kind: "max-gross-exposure", observed: "7", limit: "5" };
    const each = { limitId: "each", ...texts, member: MSFT, ts: ts + 1 };
    const { state, tripped } = await shown(bench);
    expect(state).toBe("active");
    expect(tripped).toEqual({ total: 2, items: [{ limitId: "all", ...texts, member: null, ts }, each] });
    expect(await bench.send({ qty: "1" })).toMatchObject({ decision: "reject" });
    await release(bench, "all");
    expect((await shown(bench)).tripped).toEqual({ total: 1, items: [each] });
    await release(bench, "each");
    expect((await shown(bench)).tripped).toEqual({ total: 0, items: [] });
    expect(await bench.send({ qty: "1" })).toMatchObject({ decision: "accept" });
  });

  test("shows the states of a strategy, a symbol and a sector with who set them and why, the severest first", async () => {
    const bench = await ready();
    const ts = bench.now;
    await bench.state_({ kind: "strategy", id: "alpha" }, "reducing");
    await bench.state_({ kind: "symbol", id: MSFT }, "killed");
    await bench.state_({ kind: "sector", id: "Technology" }, "halted");
    const said = { reason: "a test", by: BY, ts };
    const { state, states } = await shown(bench);
    expect(state).toBe("active");
    expect(states).toEqual({
      total: 3,
      items: [
        { scope: { kind: "symbol", id: MSFT }, state: "killed", ...said },
        { scope: { kind: "sector", id: "Technology" }, state: "halted", ...said },
        { scope: { kind: "strategy", id: "alpha" }, state: "reducing", ...said },
      ],
    });
  });

  test("stands in the stream's snapshot as well", async () => {
    const bench = await ready();
    trip(bench, "all", "");
    await bench.state_({ kind: "account" }, "halted");
    const socket = await connect(bench);
    say(bench, socket, { op: "subscribe", topics: ["account.main"] });
    const snap = heard(socket).find(({ type }) => type === "snap");
    const data = accountReply.parse(snap?.["data"]);
    expect(data.tripped).toMatchObject({ total: 1, items: [{ limitId: "all" }] });
    expect(data.states).toMatchObject({ total: 1, items: [{ scope: { kind: "account" }, state: "halted" }] });
  });

  test("is cut to the oldest trips and the severest states, and says how many there are; after a load too", async () => {
    const bench = await ready();
    const members = Array.from({ length: TRIPS_SHOWN_MAX + 3 }, (_, index) => `X:${90 - index}`);
    for (const member of members) {
      bench.clock.pass(1);
      trip(bench, "each", member);
    }
    for (let index = 0; index < STATES_SHOWN_MAX + 2; index++) {
      bench.clock.pass(1);
      await bench.state_({ kind: "sector", id: `s${999 - index}` }, index < 4 ? "reducing" : "halted");
    }
    const before = await shown(bench);
    expect(before.tripped.total).toBe(members.length);
    expect(before.tripped.items.map(({ member }) => member)).toEqual(members.slice(0, TRIPS_SHOWN_MAX));
    expect(before.states).toMatchObject({ total: STATES_SHOWN_MAX + 2 });
    expect(before.states.items.map(({ state }) => state)).toEqual([
      ...Array.from({ length: STATES_SHOWN_MAX - 2 }, () => "halted"),
      ...["reducing", "reducing"],
    ]);
    expect(before.states.items.at(-1)).toMatchObject({ scope: { id: "s998" } });
    bench.restart();
    const after = await shown(bench);
    expect([after.tripped, after.states]).toEqual([before.tripped, before.states]);
  });
});

/** What was said last of each scope, and of each limit and member, in plain maps. */
class Walk {
  readonly states = new Map<string, Json>();
  readonly trips = new Map<string, Json>();
  readonly bench: RiskBench;
  readonly #below: (bound: number) => number;

  constructor(bench: RiskBench, seed: number) {
    this.bench = bench;
    const random = randomFrom(seed);
    this.#below = (bound) => Math.floor(random() * bound);
  }

  async step(): Promise<void> {
    this.bench.clock.pass(this.#below(3));
    const steps = [this.#setState, this.#setState, this.#trip, this.#release, this.#restart];
    await steps[this.#below(steps.length)]?.call(this);
  }

  async #setState(): Promise<void> {
    const { bench } = this;
    const scopes = [
      { kind: "account" },
      ...STRATEGIES.map((id) => ({ kind: "strategy", id })),
      { kind: "symbol", id: MSFT },
      { kind: "sector", id: "Technology" },
    ];
    const scope = scopes[this.#below(scopes.length)]!;
    const state = TRADING_STATES[this.#below(TRADING_STATES.length)]!;
    await bench.state_(scope, state);
    const key = JSON.stringify(scope);
    if (state === "active") this.states.delete(key);
    else this.states.set(key, { scope, state, reason: "a test", by: BY, ts: bench.now });
  }

  async #trip(): Promise<void> {
    const [limitId, member] = this.#reached();
    trip(this.bench, limitId, member);
    const key = `${limitId} ${member}`;
    const ts = this.trips.get(key)?.["ts"] ?? this.bench.now;
    const texts = { kind: "max-gross-exposure", observed: "7", limit: "5" };
    this.trips.set(key, { limitId, member: member === "" ? null : member, ...texts, ts });
  }

  async #release(): Promise<void> {
    const [limitId, member] = this.#reached();
    await release(this.bench, limitId, member === "" ? undefined : member);
    this.trips.delete(`${limitId} ${member}`);
  }

  async #restart(): Promise<void> {
    this.bench.restart();
  }

  #reached(): readonly [limitId: string, member: string] {
    return [["all", ""] as const, ["each", "X:1"] as const, ["each", "X:2"] as const][this.#below(3)]!;
  }
}

test.each([1, 2, 3, 4])(
  "walk %i: after each step exactly what was set, and not lifted since, is shown",
  async (seed) => {
    const walk = new Walk(await ready(), seed);
    for (let step = 0; step < 60; step++) {
      await walk.step();
      const { state, states, tripped } = await shown(walk.bench);
      expect(state).toBe(walk.states.get(JSON.stringify({ kind: "account" }))?.["state"] ?? "active");
      expect(states.total).toBe(walk.states.size);
      expect(new Set(states.items)).toEqual(new Set(walk.states.values()));
      expect(tripped.total).toBe(walk.trips.size);
      expect(new Set(tripped.items)).toEqual(new Set(walk.trips.values()));
      const severities = states.items.map((one) => TRADING_STATES.indexOf(one.state));
      expect(severities).toEqual([...severities].sort((one, other) => other - one));
      const times = tripped.items.map(({ ts }) => ts);
      expect(times).toEqual([...times].sort((one, other) => one - other));
    }
  },
);
