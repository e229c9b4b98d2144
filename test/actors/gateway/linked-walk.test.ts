/**
 * Random walks over symbols, their links, a gateway and its readers: calls are lost either way, symbols and the gateway are killed, readers leave
 * and come back. Nobody misses a message without a word, and in the end everybody has everything.
 */
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FATES, LinkedWorld, SYMBOLS } from "./linked-world.ts";

const TOPICS = SYMBOLS.flatMap((symbol) => [`trades.${symbol}`, `quote.${symbol}`]);
const symbol = fc.constantFrom(...SYMBOLS);
const topic = fc.constantFrom(...TOPICS);
const fate = fc.constantFrom(...FATES, "answered" as const, "answered" as const);
const reader = fc.nat(2);

const quiet = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("trade" as const),
      symbol,
      count: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 10, arbitrary: fc.record({ do: fc.constant("deliver" as const), symbol, fate }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("want" as const), reader, topic }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("drop" as const), reader, topic }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("connect" as const), reader }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("leave" as const), reader, unread: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("ack" as const), reader }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("kill" as const), symbol, arrived: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("fates" as const), fates: fc.array(fate, { maxLength: 4 }) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(20, 120, 1_000, 6_000) }),
  },
);
const loud = fc.oneof(
  { weight: 12, arbitrary: quiet },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("crash" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("sleep" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(31_000, 70_000) }),
  },
);
type Step = typeof loud extends fc.Arbitrary<infer Each> ? Each : never;

async function take(all: LinkedWorld, step: Step): Promise<void> {
  const one = "reader" in step ? all.readers[step.reader] : undefined;
  switch (step.do) {
    case "trade":
      all.trade(step.symbol, step.count);
      break;
    case "deliver":
      await all.deliver(step.symbol, step.fate);
      break;
    case "want":
      one?.want(step.topic);
      break;
    case "drop":
      one?.drop(step.topic);
      break;
    case "connect":
      one?.read();
      one?.connect();
      break;
    case "leave":
      one?.leave(step.unread);
      break;
    case "ack":
      one?.acknowledge();
      break;
    case "kill":
      await all.kill(step.symbol, step.arrived);
      break;
    case "fates":
      all.fates = [...step.fates];
      break;
    case "pass":
      await all.pass(step.ms);
      break;
    case "crash":
      all.crashGateway();
      break;
    case "sleep":
      // Only while nothing is under way.
      for (const each of all.readers) each.read();
      if (all.readers.every(({ isServed }) => isServed)) all.world.load();
      break;
  }
  await all.world.settle();
}

async function walked(steps: readonly Step[]): Promise<LinkedWorld> {
  const all = new LinkedWorld();
  for (const [at, each] of all.readers.entries()) {
    for (const name of TOPICS.slice(0, at + 2)) each.wanted.add(name);
    each.connect();
  }
  await all.pass(20);
  for (const name of SYMBOLS) while (await all.deliver(name, "answered"));
  for (const step of steps) {
    await take(all, step);
    for (const each of all.readers) check(all, each);
  }
  await all.calm();
  for (const { wanted, known } of all.readers)
    for (const name of wanted)
      expect([name, known.get(name)?.list]).toEqual([name, all.market(name).truth(name)]);
  return all;
}

/** What a reader holds was so at some moment. */
function check(all: LinkedWorld, { known }: LinkedWorld["readers"][number]): void {
  for (const [name, { list }] of known)
    if (name.startsWith("trades")) expect(list).toEqual(all.market(name).trades.slice(0, list.length));
}

const FAKED = { toFake: ["setTimeout" as const, "clearTimeout" as const] };
beforeEach(() => void vi.useFakeTimers(FAKED));
afterEach(() => void vi.useRealTimers());

test("whatever is lost between symbols and gateway, and whoever of them is killed but the gateway, each reader hears every message", async () => {
  const steps = fc.array(quiet, { minLength: 15, maxLength: 50 });
  const nothingIsMissing = fc.asyncProperty(steps, async (taken) => {
    const all = await walked(taken);
    expect(all.readers.map(({ resets, anew }) => [resets, anew])).toEqual(all.readers.map(() => [[], 0]));
  });
  await fc.assert(nothingIsMissing, { numRuns: 10 });
});

test("where the gateway is killed or sleeps too, nothing is missing without a word, and in the end nothing is", async () => {
  const steps = fc.array(loud, { minLength: 15, maxLength: 50 });
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => void (await walked(taken))),
    { numRuns: 6 },
  );
});
