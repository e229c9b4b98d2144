/** What a strategy's topics tell, without a platform: only what is new, and no more minutes than the bound. */
import { expect, test } from "vitest";
import { strategyAddress } from "../../../actors/strategy/address.ts";
import { FORMING_TOLD_MAX } from "../../../actors/strategy/limits.ts";
import { StrategyStream } from "../../../actors/strategy/strategy-stream.ts";
import { Bench, filled, MINUTE, opened, T0 } from "./bench.ts";

const [A, B] = ["XNAS:AAA", "XNAS:BBB"] as const;
type Said = { readonly topic: string; readonly type: string; readonly text: string };

/** Sockets that somebody watches: what is published in a group is made at its end, the newest of each key. */
function watched(bench: Bench) {
  const watching = { anybody: true };
  const waiting = new Map<string, () => Said | undefined>();
  const publish = (
    topic: string,
    type: string,
    data: string | (() => string | undefined),
    key = `${waiting.size}`,
  ): void => {
    waiting.delete(`${topic} ${key}`);
    waiting.set(`${topic} ${key}`, () => {
      const text = typeof data === "string" ? data : data();
      return text === undefined ? undefined : { topic, type, text };
    });
  };
  const sockets = {
    watches: (topic: string) => watching.anybody && /^(?:m2m\.1|pnl)\./.test(topic),
    publish,
  };
  const stream = new StrategyStream(strategyAddress("acme/carry"), bench.store, {
    sockets,
    clock: bench.clock,
  });
  bench.turns.listener = stream;
  const group = (): Said[] => {
    const said = [...waiting.values()].flatMap((make) => make() ?? []);
    waiting.clear();
    return said;
  };
  return { stream, group, watching };
}
const types = (said: readonly Said[]): string[] => said.map(({ topic, type }) => `${topic} ${type}`);

test("what forms is told once a group, and not again while it says the same", () => {
  const bench = new Bench().hear(opened([A]), filled(A, 10, 100_00, T0));
  const { group } = watched(bench);
  bench.tick(A, 1, T0 + 1_000, 101_00).tick(A, 2, T0 + 2_000, 102_00);
  expect(types(group())).toEqual(["m2m.1.carry bar", "pnl.carry delta"]);
  bench.tick(A, 2, T0 + 2_000, 102_00);
  expect(group()).toEqual([]);
});

test("a way back to what was told last is told, where a snapshot has shown another state since", () => {
  const bench = new Bench().hear(opened([A, B]), filled(A, 10, 100_00, T0));
  const { stream, group, watching } = watched(bench);
  bench
    .tick(A, 1, T0 + 1_000, 101_00)
    .hear(filled(B, 10, 50_00, T0 + 1_000), filled(B, -10, 50_00, T0 + 1_000));
  const before = group();
  expect(types(before)).toEqual(["m2m.1.carry bar", "pnl.carry delta"]);
  watching.anybody = false;
  // Of B no price is known: while it is held it is missing.
  bench.hear(filled(B, 10, 50_00, T0 + 2_000));
  watching.anybody = true;
  for (const { topic, text } of before) {
    const source = stream.topicOf(topic);
    expect("snapshot" in source ? source.snapshot() : text).not.toBe(text);
  }
  bench.hear(filled(B, -10, 50_00, T0 + 2_000));
  expect(group()).toEqual(before);
});

test("a minute that became final in the same group is told as final alone", () => {
  const bench = new Bench().hear(opened([A]), filled(A, 10, 100_00, T0));
  const { group } = watched(bench);
  bench.tick(A, 1, T0 + 1_000, 101_00).tick(A, 2, T0 + MINUTE + 3_000, 102_00);
  const candles = group()
    .filter(({ type }) => type === "bar")
    .map(({ text }) => JSON.parse(text) as { t: number; state: string });
  expect(candles.map(({ t, state }) => [t, state])).toEqual([
    [T0, "final"],
    [T0 + MINUTE, "forming"],
  ]);
});

test("bound strategy/memory:forming: older minutes that form are not told of until they are final", () => {
  const bench = new Bench().hear(opened([A]));
  const { stream, group } = watched(bench);
  // Without a price no minute closes.
  for (let minute = 0; minute <= 2 * FORMING_TOLD_MAX; minute++)
    bench.hear(filled(A, 1, 100_00 + minute, T0 + minute * MINUTE, { execId: `e${minute}` }));
  const told = group().filter(({ type }) => type === "bar");
  expect(told).toHaveLength(FORMING_TOLD_MAX);
  expect(stream.formingCount).toBe(FORMING_TOLD_MAX);
  bench.hear(filled(A, 1, 90_00, T0 + 1_000, { execId: "late" }));
  expect(group().filter(({ type }) => type === "bar")).toEqual([]);
  expect(stream.formingCount).toBe(FORMING_TOLD_MAX);
});
