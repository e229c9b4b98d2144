/** Symbols that leave a part take with them what they use of the account-wide limits, and the quota for it. */
import { describe, expect, test } from "vitest";
import type { PartsMove } from "../../../actors/risk-shard/parts-messages.ts";
import { AAPL, type Json, MSFT } from "./bench.ts";
import { FakeFirm } from "./fake-firm.ts";
import { PartsBench } from "./parts-bench.ts";

const GROSS = { kind: "max-gross-exposure", threshold: "3000" };
const USD = 10n ** 12n;

async function split(limits: readonly Json[], count = 2): Promise<{ bench: PartsBench; node: FakeFirm }> {
  const bench = new PartsBench(count);
  const main = bench.part(0);
  await main.ready(limits);
  const node = new FakeFirm(main.clock, "account:main");
  node.limits(limits.map((limit, index) => ({ id: `l${index}`, ...limit }) as never));
  for (const [part, { platform }] of bench.parts.entries()) {
    node.children.set(`part:${part}`, () => bench.part(part).desk.parent.called());
    platform.firms.set("main/split", node);
    for (const symbol of [AAPL, MSFT]) platform.marks.set(symbol, main.platform.marks.get(symbol)!);
  }
  await bench.adopt();
  for (let part = 0; part < count; part++) await bench.tell(part, { type: "join", n: bench.n, isIn: true });
  return { bench, node };
}

const grossOf = ({ parts }: PartsBench): bigint =>
  parts.reduce((sum, { state }) => sum + state.totals.gross, 0n) / USD;

/** Ten of both are held in part 0, and MSFT is copied to part 1. */
async function copied(): Promise<{ bench: PartsBench; node: FakeFirm; move: PartsMove; pages: number }> {
  const { bench, node } = await split([GROSS]);
  const main = bench.part(0);
  for (const [clientOrderId, symbol] of [
    ["a", AAPL],
    ["m", MSFT],
  ] as const) {
    const order = { clientOrderId, symbol, qty: "10" };
    expect(await main.send(order)).toMatchObject({ decision: "accept" });
    await main.fill(clientOrderId, "10", "100");
  }
  const move = bench.moveOf([MSFT], 1);
  await bench.fence(move);
  return { bench, node, move, pages: await bench.copy(move) };
}

describe("the quota for what moves", () => {
  test("leaves with it: who gave the symbols away cannot use it once more", async () => {
    const { bench, node, move, pages } = await copied();
    await bench.cut(move, pages);
    expect(await bench.part(0).send({ qty: "15" })).toMatchObject({ code: "max-gross-exposure" });
    expect(await bench.part(0).send({ qty: "10" })).toMatchObject({ decision: "accept" });
    expect(grossOf(bench)).toBe(3_000n);
    expect(await bench.part(1).send({ symbol: MSFT, qty: "1" })).toMatchObject({
      code: "max-gross-exposure",
    });
    const sum = [...node.grants.granted.values()].reduce((all, one) => all + one, 0n);
    expect(sum <= 3_000n * USD).toBe(true);
  });

  test("is not free in the moment between the two steps of a cut, nor while nobody has told the node", async () => {
    const { bench, node, move, pages } = await copied();
    const [main, other] = [bench.part(0), bench.part(1)];
    node.isAway = true;
    await bench.tell(1, { type: "activate", move, pages });
    expect(await main.send({ qty: "11" })).toMatchObject({ decision: "reject" });
    await bench.tell(0, { type: "drop", move });
    expect(await main.send({ qty: "11" })).toMatchObject({ decision: "reject" });
    // What closes goes through, where it is now.
    expect(await other.send({ symbol: MSFT, side: "sell", qty: "4" })).toMatchObject({ decision: "accept" });
    main.restart();
    other.restart();
    for (const part of bench.parts) await part.price(MSFT, { last: "100" });
    expect(await bench.code(0, { type: "cover" })).toBe("overloaded");
    node.isAway = false;
    for (const part of [0, 1]) await bench.tell(part, { type: "cover" });
    expect(await main.send({ qty: "11" })).toMatchObject({ code: "max-gross-exposure" });
    expect(await main.send({ qty: "10" })).toMatchObject({ decision: "accept" });
    expect(grossOf(bench)).toBe(3_000n);
  });

  test("comes back with them when the account is merged", async () => {
    const { bench, move, pages } = await copied();
    await bench.cut(move, pages);
    await bench.move([MSFT], 0);
    for (const part of [1, 0]) await bench.tell(part, { type: "join", n: bench.n + 1, isIn: false });
    expect(await bench.part(0).send({ qty: "11" })).toMatchObject({ code: "max-gross-exposure" });
    expect(await bench.part(0).send({ qty: "10" })).toMatchObject({ decision: "accept" });
  });

  test("stays on disk until the node has heard of it, and a part that has not told it lets nothing else leave", async () => {
    const { bench, node, move, pages } = await copied();
    node.isAway = true;
    await bench.tell(1, { type: "activate", move, pages });
    await bench.tell(0, { type: "drop", move });
    bench.map = move.map;
    bench.part(0).restart();
    const next = bench.moveOf([AAPL], 1);
    expect(await bench.code(0, { type: "fence", move: next })).toBe("overloaded");
    expect(await bench.code(0, { type: "join", n: bench.n + 1, isIn: false })).toBe("parent-away");
    node.isAway = false;
    await bench.tell(0, { type: "cover" });
    expect(node.granted("part:1")["account:main/l0"]).toBeGreaterThanOrEqual(1_000n * USD);
    await bench.fence(next);
  });

  test("of net exposure and of a loss goes along, too; what was counted over all of the account stays", async () => {
    const { bench, node } = await split([
      { kind: "max-net-exposure", threshold: "4000" },
      { kind: "max-daily-loss", threshold: "1000" },
      { kind: "max-daily-turnover", threshold: "9000" },
    ]);
    const main = bench.part(0);
    expect(await main.send({ clientOrderId: "m", symbol: MSFT, qty: "10" })).toMatchObject({
      decision: "accept",
    });
    await main.fill("m", "10", "100");
    for (const { platform } of bench.parts)
      platform.marks.set(MSFT, { ...platform.marks.get(MSFT)!, last: 7_000 });
    await main.price(MSFT, { last: "70" });
    await bench.part(1).price(MSFT, { last: "70" });
    await bench.tell(0, { type: "cover" });
    const move = bench.moveOf([MSFT], 1);
    await bench.fence(move);
    const pages = await bench.copy(move);
    const before = node.granted("part:1");
    await bench.tell(1, { type: "activate", move, pages });
    await bench.tell(0, { type: "drop", move });
    await bench.tell(0, { type: "cover" });
    const passed = node.granted("part:1");
    const more = (budget: string) => ((passed[budget] ?? 0n) - (before[budget] ?? 0n)) / USD;
    expect(more("account:main/l0/long")).toBe(700n);
    expect(more("account:main/l1")).toBe(300n);
    expect(more("account:main/l2")).toBe(0n);
  });
});
