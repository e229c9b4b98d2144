/** The directory of instruments as a real object: evicted between steps, killed, and told to symbols that asked. */
import {
  abortAllDurableObjects,
  evictDurableObject,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import type { InstrumentDirectory } from "../../actors/instrument-directory/instrument-directory.ts";
import type { InstrumentQuery } from "../../actors/instrument-directory/messages.ts";
import { durableSql } from "../../actors/runtime/durable-sql.ts";
import { APPLE } from "../support/instruments.ts";
import { waitingFacts } from "../support/runtime-fakes.ts";
import { envelopeNow } from "./envelope-now.ts";

const { INSTRUMENT_DIRECTORY } = env as unknown as {
  INSTRUMENT_DIRECTORY: DurableObjectNamespace<InstrumentDirectory>;
};

/** A directory of its own for each test: the name of the object is no part of what it does. */
let name = "";
beforeEach(() => {
  name = `instruments-${crypto.randomUUID()}`;
});
const directory = () => INSTRUMENT_DIRECTORY.getByName(name);
const evict = () => evictDurableObject(directory());

const put = (...changes: readonly Record<string, unknown>[]) =>
  directory().put(envelopeNow(), JSON.stringify(changes.map((change) => ({ ...APPLE, ...change }))));
const versions = async (...changes: readonly Record<string, unknown>[]): Promise<unknown> => {
  const reply = await put(...changes);
  return reply.ok ? JSON.parse(reply.value).map((one: { version: number }) => one.version) : reply.code;
};
const found = async (query: Partial<InstrumentQuery>): Promise<{ symbols: string[]; total: number }> => {
  const reply = await directory().search(envelopeNow(), { limit: 1_000, ...query });
  if (!reply.ok) throw new Error(reply.code);
  return { symbols: reply.value.items.map((item) => JSON.parse(item).symbol), total: reply.value.total };
};

const STEPS: readonly (() => Promise<unknown>)[] = [
  () => versions({}),
  () => versions({}, { symbol: "XNAS:MSFT", description: "Microsoft" }),
  () => versions({ status: "halted" }, { symbol: "XNAS:MSFT", tickSize: "0" }),
  () => versions({ status: "halted" }),
  () => directory().lookup(envelopeNow(), APPLE.symbol),
  () => directory().lookup(envelopeNow(), "XNAS:NONE"),
  () => versions({ priceScale: 7 }),
  () => versions({ description: "Apple Computer" }),
  () => runDurableObjectAlarm(directory()).then(() => "alarm"),
  () => found({ query: "comp" }),
];

async function outcome(evictAfter: (step: number) => boolean): Promise<unknown> {
  name = `instruments-${crypto.randomUUID()}`;
  const replies: unknown[] = [];
  for (const [index, step] of STEPS.entries()) {
    replies.push(await step());
    if (evictAfter(index)) await evict();
  }
  const facts = await runInDurableObject(directory(), (_instance: InstrumentDirectory, { storage }) =>
    waitingFacts(durableSql(storage)).map(([seq, , kind, payload]) => ({ seq, kind, payload })),
  );
  return { replies, facts, all: await found({}) };
}

describe("the directory", () => {
  test("evicted between any pair of steps, or between all of them, ends where one that never was ends", async () => {
    const undisturbed = await outcome(() => false);
    expect(undisturbed).toMatchObject({
      replies: [
        [1],
        [1, 1],
        "instrument-invalid",
        [2],
        { ok: true, value: { symbol: APPLE.symbol, version: 2, notionalUnit: 100_000_000n } },
        { ok: false, code: "instrument-unknown" },
        "scale-fixed",
        [3],
        "alarm",
        { symbols: [APPLE.symbol], total: 1 },
      ],
      facts: [{ seq: 1 }, { seq: 2 }, { seq: 3 }, { seq: 4 }],
      all: { symbols: [APPLE.symbol, "XNAS:MSFT"], total: 2 },
    });
    for (let at = 0; at < STEPS.length; at++)
      expect(await outcome((step) => step === at), `evicted after step ${at}`).toEqual(undisturbed);
    expect(await outcome(() => true), "evicted after every step").toEqual(undisturbed);
  });

  test("acknowledged puts are there after a kill", async () => {
    const symbols = Array.from({ length: 20 }, (_, index) => `X:S${String(index).padStart(2, "0")}`);
    await Promise.all(symbols.map((symbol) => put({ symbol })));
    await abortAllDurableObjects();
    expect(await found({})).toEqual({ symbols, total: 20 });
    expect(await directory().known(envelopeNow(), [...symbols, "X:NONE"])).toEqual({
      ok: true,
      value: expect.arrayContaining(symbols),
    });
  });

  test("a put tells a symbol that has asked for itself, and waits for no other", async () => {
    await put({});
    const extras = () =>
      runInDurableObject(directory(), (_instance: InstrumentDirectory, { storage }) =>
        storage.sql.exec("SELECT destination FROM outbox_extra").toArray(),
      );
    expect(await extras()).toEqual([]);
    await directory().lookup(envelopeNow(), APPLE.symbol);
    await evict();
    expect(await versions({ status: "halted" })).toEqual([2]);
    // The symbol's object took it, or is still being told: never is it lost.
    const told = (await extras()).map(({ destination }) => destination);
    expect([[], [`symbol/${APPLE.symbol}`]]).toContainEqual(told);
    const standing = await directory().inspect();
    expect(standing).toMatchObject({ ok: true, value: { status: { lastSeq: 2, fenced: false } } });
  });

  test("an alias outlives eviction and kill, and no other instrument gets it", async () => {
    await put({ aliases: { kite: "256265" } });
    await evict();
    expect(await directory().aliased(envelopeNow(), "kite:256265")).toMatchObject({
      ...{ ok: true, value: expect.stringContaining('"aliases":{"kite":"256265"}') },
    });
    expect(await put({ symbol: "X:B", aliases: { kite: "256265" } })).toMatchObject({ code: "alias-taken" });
    await abortAllDurableObjects();
    expect(await versions({ aliases: undefined })).toEqual([2]);
    expect(await versions({ symbol: "X:B", aliases: { kite: "256265" } })).toEqual([1]);
    expect(await found({ query: "kite:2562" })).toEqual({ symbols: ["X:B"], total: 1 });
    expect(await directory().aliased(envelopeNow(), "kite:0")).toEqual({ ok: true, value: null });
  });

  test("2,000 instruments of one put are stored whole and paged without gaps", async () => {
    const many = Array.from({ length: 2_000 }, (_, index) => ({
      symbol: `X:N${String(index).padStart(4, "0")}`,
      description: `Number ${index} of many`,
    }));
    expect(await put(...many)).toMatchObject({ ok: true });
    const seen: string[] = [];
    for (let after: string | undefined; ; after = seen.at(-1)) {
      const { symbols, total } = await found({ query: "many", limit: 300, after });
      expect(total).toBe(2_000);
      if (symbols.length === 0) break;
      seen.push(...symbols);
    }
    expect(seen).toEqual(many.map(({ symbol }) => symbol));
    expect(await found({ query: "number 77" })).toMatchObject({ total: 11 });
  });
});
