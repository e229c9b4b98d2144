import { describe, expect, test } from "vitest";
import { CADENCE_MS, PATIENCE, RETRY_MS_MAX } from "../../../actors/price-hub/delivery.ts";
import { KEPT_SUBSCRIBERS_MAX, SYMBOLS_PER_SUBSCRIBER_MAX } from "../../../actors/price-hub/limits.ts";
import { answer, refusal } from "../../../actors/runtime/reply.ts";
import type { Symbol } from "../../../src/domain/ids.ts";
import { envelope } from "../../support/runtime-fakes.ts";
import { BTC, ETH, HubBench, instrument, markAt, numbers, SHARD, STRATEGY, update } from "./bench.ts";

/** A hub that knows its symbol, whose subscriber has heard where it stands. */
async function quiet(): Promise<HubBench> {
  const bench = new HubBench();
  bench.marks.set(BTC, markAt(0));
  await bench.subscribe(SHARD, BTC);
  await bench.pass(10_000);
  bench.sent.length = 0;
  bench.asked.length = 0;
  return bench;
}

describe("subscribing", () => {
  test("the newest mark and the reference data come with the next batch", async () => {
    const bench = new HubBench();
    bench.marks.set(BTC, markAt(4));
    expect(await bench.subscribe(SHARD, BTC)).toEqual({ ok: true, value: null });
    await bench.pass(CADENCE_MS);
    expect(bench.takeSent(SHARD).map(({ updates }) => updates)).toEqual([
      [{ symbol: BTC, mark: markAt(4), changes: [], sampled: false, instrument: instrument(BTC) }],
    ]);
  });

  test("subscribing again changes nothing and tells the mark again", async () => {
    const bench = await quiet();
    await bench.subscribe(SHARD, BTC);
    await bench.pass(CADENCE_MS);
    expect(bench.takeSent(SHARD).map(({ updates }) => updates)).toEqual([
      [{ symbol: BTC, mark: markAt(0), changes: [], sampled: false }],
    ]);
    expect(bench.asked).toEqual([]);
  });

  test("a symbol that cannot be asked tells by itself when it has news", async () => {
    const bench = new HubBench();
    expect(await bench.subscribe(SHARD, BTC)).toMatchObject({ ok: true });
    await bench.pass(1_000);
    expect(bench.sent).toEqual([]);
    await bench.push(update(BTC, 1, 1, { instrument: instrument(BTC) }));
    await bench.pass(CADENCE_MS);
    expect(numbers(bench.sent[0], BTC)).toEqual([1]);
  });

  test("too many symbols are refused, none of them followed", async () => {
    const bench = new HubBench();
    const wanted = Array.from(
      { length: SYMBOLS_PER_SUBSCRIBER_MAX + 1 },
      (_, index) => `X:S${index}` as Symbol,
    );
    expect(await bench.subscribe(SHARD, ...wanted)).toMatchObject({ ok: false, code: "too-many" });
    expect(bench.sql.exec("SELECT * FROM subscription")).toEqual([]);
  });

  test("who has left is told nothing more", async () => {
    const bench = await quiet();
    await bench.unsubscribe(SHARD, BTC);
    await bench.push(update(BTC, 1, 1));
    await bench.pass(1_000);
    expect(bench.sent).toEqual([]);
    bench.restart();
    await bench.push(update(BTC, 2, 2));
    await bench.pass(1_000);
    expect(bench.sent).toEqual([]);
  });
});

describe("the pace", () => {
  test("after a pause news leaves at once; then one batch in 200 ms, whatever comes", async () => {
    const bench = await quiet();
    const start = bench.clock.now();
    for (let n = 1; n <= 50; n++) {
      await bench.push(update(BTC, n, n));
      await bench.pass(10);
    }
    await bench.pass(CADENCE_MS);
    const batches = bench.takeSent(SHARD);
    expect(batches.map(({ at }) => at - start)).toEqual([0, 200, 400, 600]);
    expect(batches.flatMap((batch) => numbers(batch, BTC))).toEqual(
      Array.from({ length: 50 }, (_, index) => index + 1),
    );
  });

  test("one batch holds all symbols of a subscriber", async () => {
    const bench = await quiet();
    bench.marks.set(ETH, markAt(0));
    await bench.subscribe(SHARD, ETH);
    await bench.pass(1_000);
    bench.sent.length = 0;
    await bench.push(update(BTC, 1, 1));
    await bench.push(update(ETH, 1, 1));
    await bench.push(update(ETH, 2, 2));
    await bench.pass(CADENCE_MS);
    expect(bench.sent.flatMap(({ updates }) => updates.map(({ symbol }) => symbol)).sort()).toEqual([
      BTC,
      ETH,
    ]);
  });

  test("changed reference data does not wait for the pace", async () => {
    const bench = await quiet();
    await bench.push(update(BTC, 1, 1));
    await bench.pass(1);
    const start = bench.clock.now();
    await bench.push({ ...update(BTC, 2, 1), mark: markAt(1), instrument: instrument(BTC, 2) });
    await bench.pass(1);
    expect(bench.sent.map(({ at }) => at - start)).toEqual([-1, 0]);
    expect(bench.sent[1]?.updates[0]?.instrument?.version).toBe(2);
  });

  test("a slow subscriber has one batch under way; the others are not held up", async () => {
    const bench = await quiet();
    await bench.subscribe(STRATEGY, BTC);
    await bench.pass(1_000);
    bench.sent.length = 0;
    let release: () => void = () => {};
    bench.replies.set(SHARD, () => new Promise((resolve) => (release = () => resolve(answer(null)))));
    for (let n = 1; n <= 5; n++) {
      await bench.push(update(BTC, n, n));
      await bench.pass(CADENCE_MS);
    }
    expect(bench.takeSent(SHARD).map((batch) => numbers(batch, BTC))).toEqual([[1]]);
    expect(bench.takeSent(STRATEGY).map((batch) => numbers(batch, BTC))).toEqual([[1], [2], [3], [4], [5]]);
    bench.replies.delete(SHARD);
    release();
    await bench.pass(CADENCE_MS);
    expect(bench.takeSent(SHARD).map((batch) => numbers(batch, BTC))).toEqual([[2, 3, 4, 5]]);
  });
});

describe("a subscriber that fails", () => {
  test.each([
    ["throws", () => Promise.reject(new Error("dead stub"))],
    [
      "throws before it is called",
      () => {
        throw new Error("no such binding");
      },
    ],
    ["refuses", () => Promise.resolve(refusal("overloaded"))],
    ["never answers", () => new Promise<never>(() => {})],
  ])("%s: it is told again what it missed, in order and whole", async (_how, reply) => {
    const bench = await quiet();
    bench.replies.set(SHARD, reply);
    await bench.push(update(BTC, 1, 2));
    await bench.pass(11_000);
    expect(bench.takeSent(SHARD).length).toBeGreaterThan(0);
    bench.replies.delete(SHARD);
    await bench.push(update(BTC, 3, 3));
    await bench.pass(40_000);
    expect(bench.takeSent(SHARD).map(({ updates }) => updates)).toEqual([[update(BTC, 1, 3)]]);
  });

  test("is asked less and less often, and after five minutes only when there is something new", async () => {
    const bench = await quiet();
    bench.replies.set(SHARD, () => Promise.resolve(refusal("overloaded")));
    await bench.push(update(BTC, 1, 1));
    await bench.pass(20 * 60_000);
    expect(bench.takeSent(SHARD)).toHaveLength(PATIENCE);
    expect(bench.alarm.slot).toBeUndefined();
    await bench.push(update(BTC, 2, 2));
    await bench.subscribe(STRATEGY, BTC);
    bench.replies.delete(SHARD);
    await bench.pass(1_000);
    expect(bench.takeSent(SHARD).flatMap((batch) => numbers(batch, BTC))).toEqual([1, 2]);
  });
});

describe("a subscriber that was away for longer than anyone waits", () => {
  async function givenUp(): Promise<HubBench> {
    const bench = await quiet();
    bench.replies.set(SHARD, () => Promise.reject(new Error("away")));
    await bench.push(update(BTC, 1, 1));
    await bench.pass(20 * 60_000);
    bench.sent.length = 0;
    return bench;
  }

  test("is tried once for each news, and never in between", async () => {
    const bench = await givenUp();
    for (let n = 2; n <= 4; n++) {
      await bench.push(update(BTC, n, n));
      await bench.pass(60_000);
      expect(bench.takeSent(SHARD).map((batch) => numbers(batch, BTC).at(-1))).toEqual([n]);
      expect(bench.alarm.slot).toBeUndefined();
    }
  });

  test("is told everything with the next news once it is back, and at the usual pace from then on", async () => {
    const bench = await givenUp();
    bench.replies.delete(SHARD);
    await bench.push(update(BTC, 2, 2));
    await bench.pass(RETRY_MS_MAX);
    expect(bench.takeSent(SHARD).map((batch) => numbers(batch, BTC))).toEqual([[1, 2]]);
    await bench.push(update(BTC, 3, 3));
    await bench.pass(CADENCE_MS);
    expect(bench.takeSent(SHARD).map((batch) => numbers(batch, BTC))).toEqual([[3]]);
  });

  test("is told when it subscribes again", async () => {
    const bench = await givenUp();
    bench.replies.delete(SHARD);
    await bench.subscribe(SHARD, BTC);
    await bench.pass(RETRY_MS_MAX);
    expect(bench.takeSent(SHARD).map((batch) => numbers(batch, BTC))).toEqual([[1]]);
  });

  test("is told the news that came while its last try was under way", async () => {
    const bench = await quiet();
    let tries = 0;
    bench.replies.set(SHARD, () => {
      tries += 1;
      if (tries === PATIENCE) bench.relay.push(update(BTC, 2, 2));
      return tries <= PATIENCE ? Promise.reject(new Error("away")) : Promise.resolve(answer(null));
    });
    await bench.push(update(BTC, 1, 1));
    await bench.pass(20 * 60_000);
    expect(
      bench
        .takeSent(SHARD)
        .map((batch) => numbers(batch, BTC))
        .slice(PATIENCE),
    ).toEqual([[1, 2]]);
  });
});

describe("a hub that is gone and comes back", () => {
  test("subscriptions are on disk", async () => {
    const bench = await quiet();
    bench.restart();
    await bench.push(update(BTC, 1, 1));
    await bench.pass(CADENCE_MS);
    expect(numbers(bench.sent[0], BTC)).toEqual([1]);
  });

  test("killed while it owed a batch, it wakes by its alarm, asks the symbols and tells where they stand", async () => {
    const bench = await quiet();
    bench.replies.set(SHARD, () => new Promise(() => {}));
    await bench.push(update(BTC, 1, 3));
    bench.marks.set(BTC, markAt(3));
    bench.replies.delete(SHARD);
    bench.restart();
    bench.sent.length = 0;
    await bench.pass(6_000);
    expect(bench.asked).toEqual([BTC]);
    expect(bench.takeSent(SHARD).map(({ updates }) => updates)).toEqual([
      [{ symbol: BTC, mark: markAt(3), changes: [], sampled: false, instrument: instrument(BTC) }],
    ]);
  });

  test("evicted when all had been told, it wakes without asking anyone", async () => {
    const bench = await quiet();
    await bench.push(update(BTC, 1, 1));
    await bench.pass(10_000);
    bench.sent.length = 0;
    expect(bench.alarm.slot).toBeUndefined();
    bench.restart();
    await bench.push(update(BTC, 2, 2));
    await bench.pass(1_000);
    expect(bench.asked).toEqual([]);
    expect(bench.takeSent(SHARD).map(({ updates }) => updates)).toEqual([[update(BTC, 2, 2)]]);
  });

  test("symbols are asked a few at a time", async () => {
    const bench = await quiet();
    const wanted = Array.from({ length: 40 }, (_, index) => `X:S${index}` as Symbol);
    for (const symbol of wanted) bench.marks.set(symbol, markAt(1));
    await bench.subscribe(SHARD, ...wanted);
    await bench.pass(1_000);
    expect(new Set(bench.asked)).toEqual(new Set(wanted));
    expect(bench.sent.flatMap(({ updates }) => updates)).toHaveLength(40);
  });
});

test("bound price-hub/memory:kept: stubs of no more subscribers are kept, and all are told", async () => {
  const bench = await quiet();
  const names = Array.from(
    { length: KEPT_SUBSCRIBERS_MAX + 10 },
    (_, index) => `risk-shard/acme/a${index}` as const,
  );
  const until = bench.clock.now() + 10_000;
  await Promise.all(names.map((name) => bench.relay.subscribe(envelope(until), name, [BTC])));
  await bench.pass(CADENCE_MS);
  for (let n = 1; n <= 2; n++) {
    await bench.push(update(BTC, n, n));
    await bench.pass(CADENCE_MS);
    const { sizes } = await bench.vitals.inspect();
    const kept = sizes.find(({ collection }) => collection === "memory:kept");
    expect(kept?.used).toBeGreaterThan(0);
    expect(kept?.used).toBeLessThanOrEqual(kept?.max ?? 0);
  }
  const heard = Map.groupBy(bench.sent, ({ to }) => to);
  for (const name of names) expect(heard.get(name)?.flatMap((batch) => numbers(batch, BTC))).toEqual([1, 2]);
});
