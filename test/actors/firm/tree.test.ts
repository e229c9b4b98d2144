/** Firms, desks and children together: who calls whom, how often, and what becomes of it when somebody does not answer. */
import { describe, expect, test } from "vitest";
import { LEAVING_RETRY_MS, TELL_WATCH_MS } from "../../../actors/firm/limits.ts";
import { PARENT_SILENCE_MS_MAX } from "../../../actors/runtime/escrow/messages.ts";
import { ONE } from "../../support/firm-bench.ts";
import { Tree } from "../../support/firm-tree.ts";
import { envelope } from "../../support/runtime-fakes.ts";

const BUDGET = "firm:f/gross";
const halted = JSON.stringify({ state: "halted", reason: "drill", by: "s" });

/** Firm f over desk a over desk b, with a child below. */
async function branch() {
  const tree = new Tree();
  const firm = await tree.put("firm", "f", undefined, "1000");
  const upper = await tree.put("desk", "a", "f");
  const lower = await tree.put("desk", "b", "a");
  return { tree, firm, upper, lower, child: tree.child("one", "b") };
}

describe("a chain of desks", () => {
  test("brings a need all the way up and what is granted all the way down, in one ask of the child", async () => {
    const { firm, upper, lower, child } = await branch();
    const { held, isShort } = await child.ask({ [BUDGET]: 700n * ONE });
    expect([(held[BUDGET] ?? 0n) >= 700n * ONE, isShort]).toEqual([true, false]);
    const granted = [firm, upper, lower].map(({ node }) => node.grants.granted.get(BUDGET) ?? 0n);
    expect(granted.every((amount, place) => amount >= (granted[place + 1] ?? held[BUDGET] ?? 0n))).toBe(true);
    expect(granted[0]).toBeLessThanOrEqual(1_000n * ONE);
  });

  test("takes a state of the firm down to every child, and says so", async () => {
    const { firm, child } = await branch();
    await child.ask();
    const reply = await firm.people.setState(envelope(), "firm", halted);
    expect(reply.ok && JSON.parse(reply.value)).toMatchObject({ children: 1, reached: 1, boundMs: 5_000 });
    await expect
      .poll(() => child.holding.book?.states.at(-1))
      .toMatchObject({ node: BUDGET.slice(0, 6), state: "halted" });
    expect(child.holding.book?.states.map(({ node }) => node)).toEqual(["desk:b", "desk:a", "firm:f"]);
  });

  test("bears five seconds of silence in all, however long it is: each desk says how old what it goes by is", async () => {
    const { tree, firm, upper, child } = await branch();
    await child.ask();
    firm.isAway = true;
    tree.clock.pass(2_000);
    expect((await child.ask()).ageMs).toBe(2_000);
    upper.isAway = true;
    tree.clock.pass(2_500);
    expect((await child.ask()).ageMs).toBe(4_500);
    tree.clock.pass(1_000);
    expect((await child.ask()).ageMs).toBeGreaterThan(PARENT_SILENCE_MS_MAX);
    [firm.isAway, upper.isAway] = [false, false];
    tree.clock.pass(1_000);
    expect((await child.ask()).ageMs).toBeLessThan(1_000);
  });

  test("asks up once for many children who ask at the same time, and not again within a second", async () => {
    const { tree, upper, lower } = await branch();
    tree.clock.pass(1_500);
    upper.asked.length = 0;
    const children = Array.from({ length: 30 }, (_, each) => tree.child(`c${each}`, "b"));
    await Promise.all(children.map((child) => child.ask()));
    expect(upper.asked.length).toBeLessThanOrEqual(2);
    tree.clock.pass(500);
    upper.asked.length = 0;
    await Promise.all(children.map((child) => child.ask()));
    expect([upper.asked, lower.node.grants.children.size]).toEqual([[], 30]);
  });
});

describe("who waits", () => {
  test("gets what another has to spare, once that was called and gave it back", async () => {
    const { tree, child } = await branch();
    await child.ask({ [BUDGET]: 900n * ONE });
    const other = tree.child("two", "a");
    const first = await other.ask({ [BUDGET]: 600n * ONE });
    expect(first.isShort).toBe(true);
    await expect
      .poll(async () => {
        tree.clock.pass(25);
        return ((await other.ask({ [BUDGET]: 600n * ONE })).held[BUDGET] ?? 0n) >= 600n * ONE;
      })
      .toBe(true);
    expect(child.calls).toBeGreaterThan(0);
  });

  test("is told at once that there is no more where all of it is in use", async () => {
    const { tree, child } = await branch();
    const full = { [BUDGET]: 1_000n * ONE };
    await child.ask(full);
    child.committed = full;
    await child.ask();
    const other = tree.child("two", "b");
    await expect
      .poll(async () => {
        tree.clock.pass(25);
        const { isShort, held } = await other.ask({ [BUDGET]: ONE });
        return [isShort, held[BUDGET] ?? 0n];
      })
      .toEqual([false, 0n]);
  });
});

describe("a book", () => {
  test("is told a child that does not take it over three times, and once more while it can still grow; then nobody is called", async () => {
    const tree = new Tree();
    const firm = await tree.put("firm", "f", undefined, "1000");
    const child = tree.child("one", "f");
    await child.ask();
    child.isDeaf = true;
    tree.clock.pass(PARENT_SILENCE_MS_MAX + 1);
    const reply = await firm.people.setState(envelope(), "firm", halted);
    expect(reply.ok && JSON.parse(reply.value)).toMatchObject({ children: 1, reached: 0 });
    await firm.desk.calls.tell();
    expect([child.calls >= 3, firm.timers.dueOf("book")]).toEqual([true, undefined]);
    child.isDeaf = false;
    await child.ask();
    await child.ask();
    expect(firm.desk.calls.reached()).toBe(1);
  });

  test("is told anew after the object died over it: a timer stands as long as somebody lacks it", async () => {
    const tree = new Tree();
    const firm = await tree.put("firm", "f", undefined, "1000");
    const child = tree.child("one", "f");
    await child.ask();
    child.isDeaf = true;
    const telling = firm.people.setState(envelope(), "firm", halted);
    await expect.poll(() => firm.timers.dueOf("book")).toBeDefined();
    expect(firm.desk.calls.reached()).toBe(0);
    child.isDeaf = false;
    firm.desk.fired([{ name: "book", due: tree.clock.now(), payload: "" }]);
    await telling;
    expect([firm.desk.calls.reached(), firm.timers.dueOf("book")]).toEqual([1, undefined]);
  });
});

describe("what is still to be done", () => {
  test("is on disk with what it is about: a timer for a book that is to be told, and for a parent to be left", async () => {
    const { tree, upper, lower, child } = await branch();
    await child.ask();
    await expect.poll(() => lower.timers.dueOf("book")).toBe(undefined);
    const now = tree.clock.now();
    const set = upper.desk.turns.setState({ state: "halted", by: "s", reason: "drill" });
    set.settle(set.decide());
    expect(upper.timers.dueOf("book")).toBe(now + TELL_WATCH_MS);
    const { node } = lower;
    const leaving = { parent: "a", incarnation: "x" };
    const put = { kind: "node-put", name: node.name, terms: node.terms, at: now, by: "s", leaving } as const;
    const left = lower.desk.turns.moves(() => ({ events: [put], value: null }));
    left.settle(left.decide());
    expect(lower.timers.dueOf("leaving")).toBe(now + LEAVING_RETRY_MS);
  });

  test("is not asked twice of a parent that has just failed, and a desk that is looked at asks whether its parent is there", async () => {
    const { tree, firm, upper } = await branch();
    tree.clock.pass(10_000);
    const isCurrent = async () => {
      const shown = await upper.people.node("desk");
      return shown.ok && JSON.parse(shown.value).isCurrent;
    };
    firm.isAway = true;
    expect([await isCurrent(), await isCurrent()]).toEqual([false, false]);
    firm.isAway = false;
    firm.asked.length = 0;
    expect([await isCurrent(), firm.asked]).toEqual([false, []]);
    tree.clock.pass(300);
    expect([await isCurrent(), firm.asked]).toEqual([true, ["desk:a"]]);
  });
});

describe("a desk that moves", () => {
  test("has its children give back what they do not use, and leaves its parent before without them", async () => {
    const { tree, firm, upper, lower, child } = await branch();
    await child.ask({ [BUDGET]: 100n * ONE });
    await tree.put("firm", "g", undefined, "50");
    await tree.put("desk", "b", "g");
    expect(child.holding.held[BUDGET] ?? 0n).toBe(0n);
    expect(lower.node.terms.parent).toBe("g");
    await expect.poll(() => upper.node.grants.children.size).toBe(0);
    const other = tree.child("two", "f");
    await expect
      .poll(async () => {
        tree.clock.pass(25);
        return (await other.ask({ [BUDGET]: 1_000n * ONE })).held[BUDGET];
      })
      .toBe(1_000n * ONE);
    expect(firm.node.grants.granted.get(BUDGET)).toBe(1_000n * ONE);
    await child.ask({ "firm:g/gross": 50n * ONE });
    expect(child.holding.held).toEqual({ "firm:g/gross": 50n * ONE });
  });

  test("stays where it is while a child uses something", async () => {
    const { tree, lower, child } = await branch();
    await child.ask({ [BUDGET]: 100n * ONE });
    child.committed = { [BUDGET]: 100n * ONE };
    await tree.put("firm", "g");
    await expect(tree.put("desk", "b", "g")).rejects.toThrow("child-holds");
    expect([lower.node.terms.parent, lower.node.isMoving]).toEqual(["a", false]);
    expect((await child.ask({ [BUDGET]: 50n * ONE })).held[BUDGET]).toBeGreaterThanOrEqual(150n * ONE);
  });

  test("tells its parent before as soon as that is back", async () => {
    const { tree, upper, lower } = await branch();
    upper.isAway = true;
    await tree.put("desk", "b", "f");
    expect([lower.node.leaving?.parent, lower.timers.dueOf("leaving") !== undefined]).toEqual(["a", true]);
    upper.isAway = false;
    lower.desk.fired([{ name: "leaving", due: tree.clock.now(), payload: "" }]);
    await expect.poll(() => lower.node.leaving).toBe(undefined);
    expect([upper.node.grants.children.size, lower.timers.dueOf("leaving")]).toEqual([0, undefined]);
  });

  test("in a circle with another that moves at the same moment answers nobody: both wait for limits that never come", async () => {
    const tree = new Tree();
    await tree.put("firm", "f", undefined, "1000");
    await tree.put("desk", "a", "f");
    await tree.put("desk", "b", "f");
    // Each is asked for its terms before the other has moved.
    const [one, other] = [tree.at("a"), tree.at("b")];
    const above = (node: string) => ({ node, currency: "USD", above: ["firm:f"] });
    const terms = (parent: string) => ({
      ...({ kind: "desk", currency: "USD", policy: "by-use", reserve: "0", priority: 100, parent } as const),
    });
    const moved = (node: typeof one, parent: string) => {
      const turn = node.desk.turns.put(terms(parent), above(`desk:${parent}`), {
        by: "s",
        drawn: `${parent}-9`,
      });
      expect(turn.settle(turn.decide()).ok).toBe(true);
    };
    moved(one, "b");
    moved(other, "a");
    const child = tree.child("one", "a");
    await child.ask({ [BUDGET]: ONE });
    tree.clock.pass(2_000);
    const { held } = await child.ask({ [BUDGET]: ONE });
    expect([child.holding.heardAt, held]).toEqual([undefined, {}]);
  });
});
