/** What is put in an account that is split, or is about to be: it is such that every part can have it. */
import { describe, expect, test } from "vitest";
import type { PartSettings } from "../../../actors/risk-shard/parts-messages.ts";
import { NODE_BUDGETS_MAX } from "../../../src/domain/firm.ts";
import { AAPL, BY, type Json, MSFT } from "./bench.ts";
import { FakeFirm } from "./fake-firm.ts";
import { PartsBench } from "./parts-bench.ts";

const GROSS = { id: "l0", kind: "max-gross-exposure", threshold: "3000", action: "reject" };
/** Of a map that is as new as any. */
const NEWEST = { parts: 99 };

async function joined(account: Json = {}): Promise<{ bench: PartsBench; node: FakeFirm }> {
  const bench = new PartsBench(2);
  const [main, other] = [bench.part(0), bench.part(1)];
  await main.ready([GROSS]);
  await main.account(account);
  for (const symbol of [AAPL, MSFT]) other.platform.marks.set(symbol, main.platform.marks.get(symbol)!);
  const node = new FakeFirm(main.clock, "account:main");
  node.limits([{ id: "l0", kind: "max-gross-exposure", threshold: "3000" }]);
  for (const part of bench.parts) part.platform.firms.set("main/split", node);
  await bench.adopt();
  for (const part of [0, 1]) await bench.tell(part, { type: "join", n: bench.n, isIn: true });
  return { bench, node };
}

const putLimits = (bench: PartsBench, limits: readonly Json[], more: Json = {}) => {
  const main = bench.part(0);
  return main.desk.limits.put(main.envelope(NEWEST), JSON.stringify({ limits, ...more }), undefined);
};

describe("limits of a split account", () => {
  test("are refused where parts cannot have them, and nothing is changed", async () => {
    const { bench } = await joined();
    const { version } = bench.part(0).state.limits;
    const working = { id: "w", kind: "max-working-orders", threshold: "5", action: "reject" };
    const reply = await putLimits(bench, [GROSS, { ...working, scope: { kind: "account" } }]);
    expect(reply).toMatchObject({ ok: false, code: "not-splittable", errors: [{ path: "limits.w" }] });
    expect(bench.part(0).state.limits.version).toBe(version);
    expect(await bench.code(0, { type: "settings" })).toBeUndefined();
    expect(await putLimits(bench, [{ ...GROSS, threshold: "2000" }])).toMatchObject({ ok: true });
  });

  test("are refused where they are more sums than the split's node takes", async () => {
    const { bench } = await joined();
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ ...GROSS, id: `g${index}` }));
    expect(await putLimits(bench, many(NODE_BUDGETS_MAX))).toMatchObject({ ok: true });
    const refused = await putLimits(bench, many(NODE_BUDGETS_MAX + 1));
    expect(refused).toMatchObject({ ok: false, code: "not-splittable", errors: [{ path: "limits" }] });
  });

  test("wait for no later moment and for no second person", async () => {
    const { bench } = await joined({ fourEyes: true });
    const main = bench.part(0);
    const later = await putLimits(bench, [{ ...GROSS, threshold: "2000" }], {
      effectiveAt: main.now + 60_000,
    });
    const looser = await putLimits(bench, [{ ...GROSS, threshold: "4000" }]);
    for (const reply of [later, looser])
      expect(reply).toMatchObject({
        ok: false,
        code: "not-splittable",
        errors: [{ path: "limits.pending" }],
      });
    expect(main.state.pendingLimits.size).toBe(0);
    expect(await putLimits(bench, [{ ...GROSS, threshold: "2000" }])).toMatchObject({ ok: true });
  });

  test("may wait in an account that is not split", async () => {
    const bench = new PartsBench(1);
    const main = bench.part(0);
    await main.ready([GROSS]);
    expect(await putLimits(bench, [GROSS], { effectiveAt: main.now + 60_000 })).toMatchObject({ ok: true });
  });
});

test("the account of a split account is put no more, and stays a child of the split's node", async () => {
  const { bench, node } = await joined();
  const main = bench.part(0);
  const body = JSON.stringify({ currency: "USD", equity: "1000000" });
  const children = [...node.grants.children.keys()];
  const reply = await main.desk.account.putAccount(main.envelope(NEWEST), body);
  expect(reply).toMatchObject({ ok: false, code: "account-split" });
  expect([...node.grants.children.keys()]).toEqual(children);
  expect((await main.send({ qty: "1" })).decision).toBe("accept");
});

describe("settings", () => {
  test("that were changed before part 0 has joined are not those that it says afterwards", async () => {
    const bench = new PartsBench(2);
    const main = bench.part(0);
    await main.ready([GROSS]);
    main.firm("main/split");
    const asked = () => bench.tell<PartSettings>(0, { type: "settings" });
    const before = await asked();
    expect((await main.send({ qty: "1" })).decision).toBe("accept");
    expect((await asked()).settings).toBe(before.settings);
    await main.state_({ kind: "symbol", id: AAPL }, "halted");
    expect((await asked()).settings).not.toBe(before.settings);
  });

  test("that are not part 0's own any more let it not join, and those of that moment do", async () => {
    const bench = new PartsBench(2);
    const main = bench.part(0);
    await main.ready([GROSS]);
    const node = new FakeFirm(main.clock, "account:main");
    for (const part of bench.parts) part.platform.firms.set("main/split", node);
    const { settings } = await bench.tell<PartSettings>(0, { type: "settings" });
    await main.limits([{ ...GROSS, threshold: "1000" }]);
    expect(await bench.code(0, { type: "join", n: 1, isIn: true, settings })).toBe("overloaded");
    expect(await bench.standing(0)).toMatchObject({ isJoined: false });
    expect(await main.send({ qty: "11" })).toMatchObject({ code: "max-gross-exposure" });
    const now = await bench.tell<PartSettings>(0, { type: "settings" });
    await bench.tell(0, { type: "join", n: 2, isIn: true, settings: now.settings });
    expect(await bench.standing(0)).toMatchObject({ isJoined: true });
    // Once more, as after a lost answer, whatever was changed since.
    await bench.tell(0, { type: "join", n: 3, isIn: true, settings });
    expect(await bench.standing(0)).toMatchObject({ isJoined: true });
  });

  test("of a number that is known already are those of before, and do nothing", async () => {
    const { bench } = await joined();
    const [main, other] = [bench.part(0), bench.part(1)];
    const { settings } = await bench.tell<PartSettings>(0, { type: "settings" });
    await main.desk.account.setState(
      main.envelope(NEWEST),
      JSON.stringify({ scope: { kind: "symbol", id: MSFT }, state: "halted", reason: "r", by: BY }),
    );
    await bench.adopt();
    expect(other.state.tradingStates.size).toBe(1);
    await bench.tell(1, { type: "adopt", n: bench.n, part: 1, settings, map: bench.map });
    expect(other.state.tradingStates.size).toBe(1);
  });

  test("are told parts that are there already, whatever would stand in the way of a split", async () => {
    const { bench } = await joined();
    const main = bench.part(0);
    await main.send({ clientOrderId: "a1" });
    const killed = { scope: { kind: "account" }, state: "killed", reason: "r", by: BY };
    await main.desk.account.setState(main.envelope(NEWEST), JSON.stringify(killed));
    expect(await bench.code(0, { type: "settings" })).toBe("not-splittable");
    expect(await bench.code(0, { type: "settings", anyway: true })).toBeUndefined();
  });

  test("and places under the node are numbered: a part that has left does not join by what comes late", async () => {
    const { bench } = await joined();
    for (const n of [bench.n + 2, bench.n + 4]) await bench.tell(1, { type: "join", n, isIn: false });
    await bench.tell(1, { type: "join", n: bench.n + 3, isIn: true });
    expect(await bench.standing(1)).toMatchObject({ isJoined: false });
  });
});
