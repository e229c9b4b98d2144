/** Bricks put together in a real object: evicted between every pair of steps, killed, woken by its alarm, and broken inside a group. */
import { abortAllDurableObjects, evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { envelopeNow } from "../envelope-now.ts";
import type { Breaking, ProbeActor } from "../probe-actor.ts";

const { PROBE } = env as unknown as { PROBE: DurableObjectNamespace<ProbeActor> };
type Probe = DurableObjectStub<ProbeActor>;

/** A stub that threw is dead: a new one each time. */
const probe = (name: string): Probe => PROBE.getByName(name);
const mirror = (): Probe => probe("mirror");
const add = (name: string, key: string, amount = 1, tell?: string) =>
  probe(name).add(envelopeNow(), key, amount, tell);

const evict = (name: string): Promise<void> => evictDurableObject(probe(name));
const refusalOf = async (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "answered",
    (error: unknown) => String(error),
  );

let names = 0;
const fresh = (): string => `probe-${names++}-${crypto.randomUUID()}`;

beforeEach(() => mirror().setDown(false));

/** One after the other; what each answers is part of the outcome. */
const STEPS: readonly ((name: string) => Promise<unknown>)[] = [
  (name) => add(name, "a", 1),
  (name) => add(name, "b", 2, `${name}-heir`),
  (name) => add(name, "a", 1),
  (name) => add(name, "a", 9),
  (name) => probe(name).setTimer(envelopeNow(), "soon", 0),
  (name) => runDurableObjectAlarm(probe(name)).then(() => "alarm"),
  (name) => add(name, "c", 3, `${name}-heir`),
  (name) => add(name, "b", 2, `${name}-heir`),
  (name) => probe(name).drain(),
];

async function outcome(name: string, evictAfter: (step: number) => boolean): Promise<unknown> {
  const replies: unknown[] = [];
  for (const [index, step] of STEPS.entries()) {
    replies.push(await step(name));
    if (evictAfter(index)) await evict(name);
  }
  // A push may still be under way: the archiver's answer is what it waits for.
  await probe(name).drain();
  const { groups, timers, ...state } = await probe(name).state();
  const heir = await probe(`${name}-heir`).state();
  return { replies, state, heir: heir.sum, mirrored: await mirror().mirrored(`probe:${name}`) };
}

describe("an object that is evicted", () => {
  test("between any pair of steps, or between all of them, ends where one that never was ends", async () => {
    const undisturbed = await outcome(fresh(), () => false);
    expect(undisturbed).toMatchObject({
      state: {
        sum: 6,
        sumOnDisk: 6,
        keys: ["a", "b", "c"],
        lastSeq: 3,
        archivedSeq: 3,
        depth: 0,
        fired: ["soon"],
      },
      heir: 5,
      mirrored: [{ payload: '["a",1]' }, { payload: '["b",2]' }, { payload: '["c",3]' }],
    });
    for (let at = 0; at < STEPS.length; at++)
      expect(await outcome(fresh(), (step) => step === at), `evicted after step ${at}`).toEqual(undisturbed);
    expect(await outcome(fresh(), () => true), "evicted after every step").toEqual(undisturbed);
  });

  test("I2: answers a repeat as it answered first, and refuses the key for another body", async () => {
    const name = fresh();
    const first = await add(name, "k", 5);
    await evict(name);
    expect(await add(name, "k", 5)).toEqual(first);
    expect(await add(name, "k", 6)).toMatchObject({ ok: false, code: "idempotency-key-reused" });
  });
});

describe("an object that is killed", () => {
  test("I1: has everything that it acknowledged, each once", async () => {
    const name = fresh();
    const acknowledged: string[] = [];
    for (let round = 0; round < 10; round++) {
      const keys = Array.from({ length: 5 }, (_, index) => `r${round}-${index}`);
      const replies = await Promise.allSettled(keys.map((key) => add(name, key)));
      replies.forEach((reply, index) => {
        if (reply.status === "fulfilled") acknowledged.push(keys[index]!);
      });
      await abortAllDurableObjects();
    }
    expect(acknowledged).toHaveLength(50);
    expect(await probe(name).state()).toMatchObject({
      sum: 50,
      sumOnDisk: 50,
      lastSeq: 50,
      keys: acknowledged.toSorted(),
    });
  });

  test("I1: in the middle of calls loses none that was answered, and a repeat of the others counts once", async () => {
    const name = fresh();
    const keys = Array.from({ length: 16 }, (_, index) => `k${String(index).padStart(2, "0")}`);
    for (let from = 0; from < keys.length; from += 4) {
      const calls = keys.slice(from, from + 4).map((key) => refusalOf(add(name, key)));
      await refusalOf(probe(name).crash());
      await Promise.all(calls);
    }
    for (const key of keys) expect(await add(name, key)).toMatchObject({ ok: true });
    expect(await probe(name).state()).toMatchObject({ sum: 16, sumOnDisk: 16, lastSeq: 16, keys });
  });

  test("I3: hands over each fact once, whatever was in flight", async () => {
    const name = fresh();
    for (let round = 0; round < 8; round++) {
      await add(name, `k${round}`, 1, `${name}-heir`);
      await abortAllDurableObjects();
    }
    await probe(name).drain();
    expect((await mirror().mirrored(`probe:${name}`)).map(({ seq }) => seq)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8,
    ]);
    expect(await probe(`${name}-heir`).state()).toMatchObject({ sum: 8 });
    expect(await probe(name).state()).toMatchObject({ depth: 0, archivedSeq: 8 });
  });
});

describe("an object's alarm", () => {
  test("I7: fires timers that are due, after an eviction too, and their effect is written", async () => {
    const name = fresh();
    await probe(name).setTimer(envelopeNow(), "far", 3_600_000);
    await probe(name).setTimer(envelopeNow(), "soon", 60_000);
    await evict(name);
    expect(await probe(name).state()).toMatchObject({ timers: 2, fired: [] });
    await probe(name).setTimer(envelopeNow(), "soon", -1);
    await runDurableObjectAlarm(probe(name));
    await add(name, "after");
    await evict(name);
    expect(await probe(name).state()).toMatchObject({ fired: ["soon"] });
  });

  test("I7: fires again what a crash took before its effect was written", async () => {
    const name = fresh();
    await probe(name).setTimer(envelopeNow(), "soon", 60_000);
    await probe(name).setTimer(envelopeNow(), "soon", 0);
    await probe(name).break("abort");
    await refusalOf(runDurableObjectAlarm(probe(name)));
    await expect.poll(async () => (await probe(name).state()).fired, { timeout: 20_000 }).toEqual(["soon"]);
  });

  test("drains what could not be delivered, without another command", async () => {
    const name = fresh();
    await mirror().setDown(true);
    await add(name, "a", 1);
    await probe(name).drain();
    expect(await probe(name).state()).toMatchObject({ depth: 1, archivedSeq: 0 });
    await evict(name);
    await mirror().setDown(false);
    await expect.poll(async () => (await probe(name).state()).depth, { timeout: 40_000 }).toBe(0);
    expect(await mirror().mirrored(`probe:${name}`)).toEqual([{ seq: 1, payload: '["a",1]' }]);
  });
});

describe("when something fails inside a group", () => {
  const BREAKING: readonly Breaking[] = ["fold", "statement", "commit"];

  test.each(BREAKING)(
    "%s: every caller of the group gets an error, nothing is written, and the object goes on",
    async (breaking) => {
      const name = fresh();
      expect(await add(name, "before", 1)).toEqual({ ok: true, value: 1 });
      await probe(name).drain();
      const before = await probe(name).state();
      await probe(name).break(breaking);
      const failed = await Promise.allSettled(["a", "b", "c"].map((key) => add(name, key)));
      expect(failed.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
      expect(await probe(name).state()).toMatchObject({ ...before, groups: expect.any(Number) });
      expect(await add(name, "a", 1)).toEqual({ ok: true, value: 2 });
      await probe(name).drain();
      expect((await mirror().mirrored(`probe:${name}`)).map(({ seq }) => seq)).toEqual([1, 2]);
    },
  );

  test("a decide that throws fails its own command only", async () => {
    const name = fresh();
    const [first, failed, last] = await Promise.allSettled([
      add(name, "a", 1),
      add(name, "b", -1),
      add(name, "c", 1),
    ]);
    expect([first, last]).toMatchObject([{ status: "fulfilled" }, { status: "fulfilled" }]);
    expect(failed).toMatchObject({ status: "rejected", reason: expect.any(RangeError) });
    expect(await probe(name).state()).toMatchObject({ sum: 2, keys: ["a", "c"] });
  });
});

test("a group commit has fewer transactions than commands", async () => {
  const name = fresh();
  await add(name, "first");
  const before = (await probe(name).state()).groups;
  const stub = probe(name);
  await Promise.all(Array.from({ length: 200 }, (_, index) => stub.add(envelopeNow(), `k${index}`, 1)));
  const { groups, sum } = await probe(name).state();
  expect(sum).toBe(201);
  expect(groups - before).toBeLessThan(200);
});
