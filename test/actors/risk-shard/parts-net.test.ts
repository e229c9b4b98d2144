/** A net limit of a split account: each symbol counts on its own side, so that where it is changes no sum. */
import { describe, expect, test } from "vitest";
import { usesOf } from "../../../actors/risk-shard/quota-uses.ts";
import { explanation } from "../../../src/contracts/explanation.ts";
import { AAPL, BTC, json, MSFT, RiskBench } from "./bench.ts";
import { called, child, read } from "./child-bench.ts";
import { type Joined, join, joinedParts, nodeOf } from "./joined-parts.ts";
import { PartsBench } from "./parts-bench.ts";

const NET = { kind: "max-net-exposure", threshold: "1000", action: "reject" };
const USD = 10n ** 12n;
const [LONG, SHORT] = ["account:main/l0/long", "account:main/l0/short"] as const;
const REFUSED = { decision: "reject", code: "max-net-exposure" };

/** Done at once, at 100. */
async function trade(part: RiskBench, side: string, symbol: string, qty: string): Promise<string> {
  const clientOrderId = part.nextId();
  const { decision } = await part.send({ clientOrderId, side, symbol, qty });
  if (decision === "accept") await part.fill(clientOrderId, qty, "100");
  return decision;
}

/** Ten long of the one, ten short of the other. */
async function hedged(part: RiskBench): Promise<void> {
  expect(await trade(part, "buy", AAPL, "10")).toBe("accept");
  expect(await trade(part, "sell", MSFT, "10")).toBe("accept");
}

/** Of all parts together, position by position. */
const netOf = ({ parts }: PartsBench): bigint =>
  parts
    .flatMap(({ state }) => [...state.positions.values()])
    .reduce((sum, { position }) => sum + 100n * BigInt(position.qty), 0n);

const usesIn = ({ bench }: Joined, budget: string): bigint =>
  bench.parts.reduce((sum, { state, now }) => sum + (usesOf(state, {}, now)[budget] ?? 0n), 0n) / USD;

describe("a split is refused", () => {
  const refusedFor = async (bench: RiskBench) => {
    const reply = await bench.desk.parts.run(bench.envelope(), { type: "settings" });
    return reply.ok ? [] : reply.errors?.map(({ path, code }) => `${code} ${path}`);
  };

  test("where more is long or short, with what works, than a net limit of all of the account", async () => {
    const bench = await new RiskBench().ready([NET, { ...NET, threshold: "2000" }]);
    await hedged(bench);
    expect(await refusedFor(bench)).toEqual([]);
    expect(await bench.send({ symbol: MSFT, side: "sell", qty: "1" })).toMatchObject({ decision: "accept" });
    expect(await refusedFor(bench)).toEqual(["not-splittable limits.l0"]);
    await trade(bench, "buy", AAPL, "5");
    await trade(bench, "sell", MSFT, "12");
    expect(await refusedFor(bench)).toEqual(["not-splittable limits.l0", "not-splittable limits.l1"]);
  });

  test("where something is held that has no price, under a net limit", async () => {
    const bench = await new RiskBench().ready([NET]);
    await hedged(bench);
    bench.platform.marks.clear();
    bench.restart();
    expect(await refusedFor(bench)).toEqual(["not-splittable limits.l0"]);
    await bench.limits([{ kind: "max-gross-exposure", threshold: "9000" }]);
    expect(await refusedFor(bench)).toEqual([]);
  });

  test("where more is long or short than the account holds of that side of a firm's net limit", async () => {
    const { bench } = await child([{ id: "net", kind: NET.kind, threshold: "9000" }]);
    await hedged(bench);
    expect(await refusedFor(bench)).toEqual([]);
    for (let more = 0; more < 8; more++) {
      await trade(bench, "buy", AAPL, "10");
      await trade(bench, "sell", MSFT, "10");
    }
    await called(bench);
    const held = bench.state.above?.held["firm:acme/net/long"] ?? 0n;
    expect(bench.state.totals.long > held).toBe(true);
    expect(await refusedFor(bench)).toEqual(["not-splittable limits.firm:acme/net"]);
  });

  test("for none of it where it is split already and goes into more parts", async () => {
    const { bench } = await joinedParts([NET]);
    await hedged(bench.part(0));
    for (const symbol of [AAPL, MSFT]) await bench.part(0).price(symbol, { last: "150" });
    expect(await refusedFor(bench.part(0))).toEqual([]);
  });
});

describe("a net limit of a split account", () => {
  test("counts what is long and what is short of each symbol: a hedge frees nothing of either side", async () => {
    const { bench } = await joinedParts([NET]);
    const main = bench.part(0);
    await hedged(main);
    expect(await main.send({ qty: "1" })).toMatchObject(REFUSED);
    expect(await main.send({ side: "sell", symbol: MSFT, qty: "1" })).toMatchObject(REFUSED);
    expect(await main.send({ side: "sell", qty: "4" })).toMatchObject({ decision: "accept" });
  });

  test("holds for all of it after one leg of a hedge has moved to another part", async () => {
    const { bench } = await joinedParts([NET]);
    const [main, other] = [bench.part(0), bench.part(1)];
    for (const part of bench.parts) await part.price(BTC, { last: "100" });
    for (let round = 0; round < 5; round++) {
      await trade(main, "buy", AAPL, "10");
      await trade(main, "sell", MSFT, "10");
    }
    await bench.move([MSFT, BTC], 1);
    for (let round = 0; round < 5; round++) await trade(other, "buy", BTC, "10");
    expect(netOf(bench)).toBe(0n);
    expect(await other.send({ symbol: BTC, qty: "1" })).toMatchObject(REFUSED);
  });

  test("is used as much before a symbol moves as afterwards, and is passed on with it", async () => {
    const joined = await joinedParts([NET]);
    const { bench, node } = joined;
    await hedged(bench.part(0));
    await bench.tell(0, { type: "cover" });
    const before = [usesIn(joined, LONG), usesIn(joined, SHORT)];
    expect(before).toEqual([1_000n, 1_000n]);
    await bench.move([MSFT], 1);
    expect([usesIn(joined, LONG), usesIn(joined, SHORT)]).toEqual(before);
    expect(node.granted("part:1")[SHORT]).toBeGreaterThanOrEqual(1_000n * USD);
    expect(node.granted("part:0")[LONG]).toBeGreaterThanOrEqual(1_000n * USD);
    for (const budget of [LONG, SHORT]) expect(node.grants.granted.get(budget)! <= 1_000n * USD).toBe(true);
  });

  test("is shown with what counts, and a decision under it comes out the same again", async () => {
    const { bench } = await joinedParts([NET]);
    const main = bench.part(0);
    await hedged(main);
    main.restart();
    await main.price(AAPL, { last: "100" });
    await bench.tell(0, { type: "cover" });
    expect(await main.send({ qty: "1" })).toMatchObject(REFUSED);
    const { seq, payload } = main.facts().findLast(({ kind }) => kind === "order-decided")!;
    const said = { type: "explain", seq, fact: JSON.stringify(payload) } as const;
    const told = explanation.parse(json(await main.desk.watch.answer(main.envelope(), said)));
    expect(told).toMatchObject({ sameAgain: true, inherited: [{ kind: NET.kind, isBySymbol: true }] });
    const { inherited } = await read(main);
    expect(inherited).toMatchObject([{ quotas: [{ used: "1000" }, { used: "1000" }] }]);
  });

  test("of a firm above it counts in the same way", async () => {
    const bench = new PartsBench(2);
    await bench.part(0).ready([]);
    const budgets = ["account:main/f/long", "account:main/f/short"];
    const node = nodeOf(
      bench,
      [],
      [{ id: "f", kind: NET.kind, threshold: "1000", node: "firm:acme", budgets }],
    );
    await join(bench);
    const main = bench.part(0);
    await hedged(main);
    expect(usesIn({ bench, node }, budgets[0]!)).toBe(1_000n);
    expect(await main.send({ qty: "1" })).toMatchObject(REFUSED);
    for (const part of [1, 0]) await bench.tell(part, { type: "join", n: bench.n + 1, isIn: false });
    expect(main.state.limits.inherited ?? []).toEqual([]);
  });
});
