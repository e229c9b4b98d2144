/** A limit that was reached stays so, for its member, until a named person releases it. */
import { describe, expect, test } from "vitest";
import { TRIPS_MAX } from "../../../actors/risk-shard/capacity.ts";
import { type Limit, tripKey } from "../../../actors/risk-shard/state.ts";
import { type Reached, tripEvents } from "../../../actors/risk-shard/trips.ts";
import { postRelease, tripObject } from "../../../src/contracts/limit-trips.ts";
import { AAPL, BY, codeOf, type Json, json, MSFT, RiskBench } from "./bench.ts";

const PER_STRATEGY = {
  id: "gross",
  kind: "max-gross-exposure",
  threshold: "5000",
  scope: { kind: "strategy" },
};
const WHOLE = { id: "all", kind: "max-gross-exposure", threshold: "500000" };

async function bench(): Promise<RiskBench> {
  const made = await new RiskBench().ready([WHOLE, PER_STRATEGY]);
  for (const strategy of ["alpha", "beta"]) await made.strategy(strategy);
  return made;
}

const limitOf = ({ state }: RiskBench, id: string): Limit =>
  state.limits.limits.find((one) => one.id === id)!;
const reached = (made: RiskBench, id: string, member: string): Reached => ({
  ...{ limit: limitOf(made, id), member, observed: 7n, bound: 5n, scale: 0 },
});

/** As a watcher records it. */
function trip(made: RiskBench, id: string, member: string): void {
  made.desk.ledger.record(tripEvents(made.state, reached(made, id, member), made.now));
  made.flush();
}

const release = (made: RiskBench, limitId: string, body: Json) =>
  made.desk.watch.answer(made.envelope(), {
    type: "release",
    limitId,
    body: JSON.stringify({ reason: "looked at", by: BY, ...body }),
  });

async function trips(made: RiskBench, query: Json = {}): Promise<{ items: Json[]; next?: string }> {
  const reply = await made.desk.watch.list({ limit: 100, ...query, list: "trips" });
  if (!reply.ok) throw new Error(reply.code);
  const items = reply.value.items.map((item) => tripObject.parse(JSON.parse(item)) as Json);
  return { ...reply.value, items };
}

describe("a tripped limit", () => {
  test("refuses new risk of its member by its own code, whatever it would measure, and nobody else's", async () => {
    const made = await bench();
    trip(made, "gross", "alpha");
    const refused = await made.send({ strategy: "alpha", qty: "1" });
    expect(refused).toMatchObject({ decision: "reject", code: "max-gross-exposure" });
    expect(refused.checks.filter(({ verdict }) => verdict === "fail")).toMatchObject([
      { scope: { kind: "strategy", id: "alpha" }, reason: "tripped" },
    ]);
    expect(await made.send({ strategy: "beta", qty: "1" })).toMatchObject({ decision: "accept" });
    expect(await made.send({ qty: "1" })).toMatchObject({ decision: "accept" });
  });

  test("lets through what only closes, to the last share", async () => {
    const made = await bench();
    await made.send({ clientOrderId: "in", strategy: "alpha", qty: "10" });
    await made.fill("in", "10");
    trip(made, "gross", "alpha");
    expect(await made.send({ strategy: "alpha", side: "sell", qty: "11" })).toMatchObject({
      decision: "reject",
    });
    expect(await made.send({ strategy: "alpha", side: "sell", qty: "10" })).toMatchObject({
      decision: "accept",
      warnings: ["max-gross-exposure"],
    });
  });

  test("of the account refuses everybody's", async () => {
    const made = await bench();
    trip(made, "all", "");
    for (const strategy of ["alpha", "beta"])
      expect(await made.send({ strategy, qty: "1" })).toMatchObject({ decision: "reject" });
  });

  test("a dry run says the same as the order", async () => {
    const made = await bench();
    trip(made, "gross", "alpha");
    const order = { clientOrderId: "one", strategy: "alpha", qty: "1" };
    const { seq: _, ...dry } = await made.check(order);
    expect(await made.send(order)).toMatchObject(dry as Json);
  });

  test("is a fact and a violation, once however often it is reached", async () => {
    const made = await bench();
    const before = made.state.seq;
    trip(made, "gross", "alpha");
    trip(made, "gross", "alpha");
    expect(made.facts(before)).toMatchObject([
      {
        kind: "limit-tripped",
        payload: {
          limitId: "gross",
          kind: "max-gross-exposure",
          scope: "strategy",
          member: "alpha",
          limit: "5",
          observed: "7",
        },
      },
      {
        kind: "violation-raised",
        payload: { code: "max-gross-exposure", strategy: "alpha", limitId: "gross" },
      },
    ]);
    expect((await trips(made)).items).toEqual([
      {
        limitId: "gross",
        member: "alpha",
        kind: "max-gross-exposure",
        limit: "5",
        observed: "7",
        at: made.now,
      },
    ]);
  });

  test("stays over a restart", async () => {
    const made = await bench();
    trip(made, "gross", "alpha");
    made.restart();
    await made.price(AAPL, { last: "100" });
    expect((await trips(made)).items).toHaveLength(1);
    expect(await made.send({ strategy: "alpha", qty: "1" })).toMatchObject({ decision: "reject" });
  });

  test("stays when the same limit is put again, and is released under the name of who puts a set without it", async () => {
    const made = await bench();
    trip(made, "gross", "alpha");
    await made.limits([WHOLE, { ...PER_STRATEGY, threshold: "9000" }]);
    expect(made.state.trips.size).toBe(1);
    const before = made.state.seq;
    await made.limits([WHOLE]);
    expect(made.state.trips.size).toBe(0);
    expect(made.facts(before)).toMatchObject([
      { kind: "limits-put" },
      { kind: "limit-released", payload: { limitId: "gross", member: "alpha", by: BY } },
    ]);
    await made.limits([WHOLE, PER_STRATEGY]);
    expect(await made.send({ strategy: "alpha", qty: "1" })).toMatchObject({ decision: "accept" });
  });
});

describe("a release", () => {
  test("names a person and a reason, and what it names may trade again", async () => {
    const made = await bench();
    trip(made, "gross", "alpha");
    trip(made, "gross", "beta");
    const before = made.state.seq;
    const reply = postRelease.replies[200].parse(json(await release(made, "gross", { member: "alpha" })));
    expect(reply).toMatchObject({ limitId: "gross", members: ["alpha"], reason: "looked at", by: BY });
    expect(made.facts(before)).toMatchObject([
      { kind: "limit-released", payload: { limitId: "gross", member: "alpha", reason: "looked at", by: BY } },
    ]);
    expect(await made.send({ strategy: "alpha", qty: "1" })).toMatchObject({ decision: "accept" });
    expect(await made.send({ strategy: "beta", qty: "1" })).toMatchObject({ decision: "reject" });
    made.restart();
    expect([...made.state.trips.keys()]).toEqual([tripKey("gross", "beta")]);
  });

  test("without a member is of all of them; the account's is told as null", async () => {
    const made = await bench();
    trip(made, "gross", "alpha");
    trip(made, "gross", "beta");
    trip(made, "all", "");
    expect(json(await release(made, "gross", {}))).toMatchObject({ members: ["alpha", "beta"] });
    expect(json(await release(made, "all", {}))).toMatchObject({ members: [null] });
    expect(made.state.trips.size).toBe(0);
  });

  test("of what is not tripped, or in another's name, is refused and changes nothing", async () => {
    const made = await bench();
    trip(made, "gross", "alpha");
    const before = made.state.seq;
    expect(codeOf(await release(made, "all", {}))).toBe("trip-unknown");
    expect(codeOf(await release(made, "gross", { member: MSFT }))).toBe("trip-unknown");
    expect(codeOf(await release(made, "gross", { by: "somebody" }))).toBe("principal-mismatch");
    expect(codeOf(await release(made, "gross", { reason: "" }))).toBe("range");
    expect(codeOf(await release(new RiskBench(), "gross", {}))).toBe("account-unknown");
    expect(made.state.seq).toBe(before);
    expect(made.state.trips.size).toBe(1);
  });

  test("under a key is made once", async () => {
    const made = await bench();
    trip(made, "gross", "alpha");
    const said = {
      type: "release",
      limitId: "gross",
      body: JSON.stringify({ reason: "r", by: BY }),
    } as const;
    const keyed = made.envelope({ idempotencyKey: "k" });
    const first = await made.desk.watch.answer(keyed, said);
    expect(await made.desk.watch.answer(keyed, said)).toEqual(first);
    expect(codeOf(await made.desk.watch.answer(made.envelope(), said))).toBe("trip-unknown");
  });
});

describe("bounds of trips", () => {
  async function full(): Promise<RiskBench> {
    const made = await bench();
    const { id: limitId, kind } = limitOf(made, "gross");
    made.sql.transaction(() => {
      for (let index = 0; index < TRIPS_MAX; index++) {
        const member = `s${index}`;
        const payload = JSON.stringify({ limitId, member, kind, observed: "1", limit: "1", at: made.now });
        made.sql.exec(
          "INSERT INTO limit_trip (key, payload) VALUES (?1, ?2)",
          tripKey(limitId, member),
          payload,
        );
      }
    });
    made.restart();
    await made.price(AAPL, { last: "100" });
    return made;
  }

  test("bound risk-shard/state:trips: a further trip stops the account, and is said once", async () => {
    const made = await full();
    const before = made.state.seq;
    trip(made, "gross", "alpha");
    trip(made, "gross", "beta");
    expect(made.state.trips.size).toBe(TRIPS_MAX);
    expect(made.facts(before)).toMatchObject([
      { kind: "violation-raised", payload: { strategy: "alpha" } },
      { kind: "state-set", payload: { scope: { kind: "account" }, state: "reducing", by: "risk-shard" } },
    ]);
    expect(await made.send({ qty: "1" })).toMatchObject({ decision: "reject", code: "state-reducing" });
  });

  test("bound risk-shard/table:limit_trip: it holds what stands, and no more after a release", async () => {
    const made = await full();
    const count = () => made.sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM limit_trip")[0]!.n;
    trip(made, "gross", "alpha");
    expect(count()).toBe(TRIPS_MAX);
    await release(made, "gross", { member: "s7" });
    expect(count()).toBe(TRIPS_MAX - 1);
  });

  test("trips are listed by pages", async () => {
    const made = await full();
    const first = await trips(made, { limit: 3_000 });
    const second = await trips(made, { limit: 3_000, after: first.next });
    expect(first.items.length + second.items.length).toBe(TRIPS_MAX);
    expect(second.next).toBeUndefined();
  });
});
