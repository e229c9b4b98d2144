/** What a firm or desk keeps over a load, and how far each of its collections goes. */
import { describe, expect, test } from "vitest";
import { LIMIT_VERSIONS_MAX } from "../../../actors/firm/limits.ts";
import {
  BUDGETS_KEPT_MAX,
  BUDGETS_MAX,
  CHILDREN_MAX,
  DEPTH_MAX,
} from "../../../actors/runtime/escrow/limits.ts";
import { nodeLimitsBody } from "../../../src/contracts/firms.ts";
import { NODE_BUDGETS_MAX } from "../../../src/domain/firm.ts";
import { askOf, codeOf, FirmBench, gross, ONE } from "../../support/firm-bench.ts";

const BUDGET = "firm:f/gross";

function firm(): FirmBench {
  const bench = new FirmBench();
  bench.put();
  bench.limit(gross("1000000"));
  return bench;
}

/** All that is kept, in words that can be compared. */
function kept(bench: FirmBench) {
  const { node } = bench.turns;
  if (node === undefined) throw new Error("never put");
  const { name, terms, set, trading, book, grants, leaving } = node;
  const children = [...grants.children.values()].map(
    ({ child, incarnation, retired, n, granted, isFenced }) => [
      ...[child, incarnation, retired, n, granted, isFenced],
    ],
  );
  const sums = { granted: [...grants.granted], own: [...grants.own], left: [...grants.left] };
  return { name, terms, set, trading, book, leaving, children, ...sums };
}

function fill(bench: FirmBench): void {
  const asks = Array.from({ length: CHILDREN_MAX }, (_, each) =>
    bench.turns.ask(askOf({ child: `account:a${each}`, book: bench.turns.node === undefined ? "" : "old" })),
  );
  bench.group(...asks);
}

describe("a firm that is loaded again", () => {
  test("is what it was: terms, limits, state, and what each child holds, to the last digit", () => {
    const bench = firm();
    bench.ask(askOf({ needs: { [BUDGET]: 12_345_678_901_234_567_890n } }));
    bench.ask(askOf({ child: "account:b", needs: { [BUDGET]: 7n } }));
    bench.ask(askOf({ child: "account:c" }));
    const held = bench.turns.node?.grants.children.get("account:b")?.granted ?? {};
    bench.ask(askOf({ child: "account:b", incarnation: "i2", previous: "i1", held }));
    bench.run(bench.turns.setState({ state: "reducing", by: "ann", reason: "drill" }));
    bench.run(bench.turns.leave("account:c", "i1", {}));
    bench.ask(askOf({ child: "account:b", incarnation: "stranger", held }));
    const before = kept(bench);
    bench.restart();
    expect(kept(bench)).toEqual(before);
    expect(before.children).toHaveLength(2);
    expect(before.left).toEqual([["account:c", ["i1"]]]);
  });

  test("keeps for an heir what it was left until that one has said that it has it, and then no more", () => {
    const bench = firm();
    bench.ask(askOf({ needs: { [BUDGET]: 12n * ONE } }));
    const left = bench.turns.node?.grants.children.get("account:a")?.granted ?? {};
    bench.run(bench.turns.leave("account:a", "i1", {}, "split:a"));
    bench.restart();
    const reply = bench.ask(askOf({ child: "split:a" }));
    const inherited = [{ id: "account:a i1", amounts: left }];
    expect(reply).toMatchObject({ ok: true, value: { inherited } });
    const held = reply.ok ? reply.value.granted : {};
    bench.restart();
    bench.ask(askOf({ child: "split:a", n: 2, held, committed: held, took: ["account:a i1"] }));
    bench.restart();
    const heir = bench.turns.node?.grants.children.get("split:a");
    expect([heir?.granted, heir?.inherited]).toEqual([held, undefined]);
  });

  test("knows still who uses more than it is granted, and lets nobody else grow into that", () => {
    const bench = firm();
    const limit = 1_000_000n * ONE;
    bench.ask(askOf({ committed: { [BUDGET]: limit + 5n } }));
    bench.ask(askOf({ child: "account:b" }));
    bench.restart();
    expect(bench.turns.node?.grants.uncovered).toEqual(new Map([[BUDGET, 5n]]));
    const held = { [BUDGET]: limit };
    const given = askOf({ incarnation: "i2", previous: "i1", held: { [BUDGET]: limit - 5n } });
    bench.ask({ ...given, committed: { [BUDGET]: limit - 5n } });
    expect(bench.turns.node?.grants.uncovered.size).toBe(0);
    bench.ask({ ...given, n: 2, held: { [BUDGET]: limit - 5n }, committed: held });
    bench.restart();
    expect(bench.turns.node?.grants.uncovered.size).toBe(0);
  });

  test("keeps what symbols use that have moved, until their part has said that it has it", () => {
    const bench = firm();
    const limit = 1_000_000n * ONE;
    bench.ask(askOf({ child: "part:0", committed: { [BUDGET]: limit + 9n } }));
    const passes = { move: 1, to: "part:1", amounts: { [BUDGET]: 4n }, uses: { [BUDGET]: 11n } };
    const rest = { [BUDGET]: limit - 4n };
    bench.ask(askOf({ child: "part:0", n: 2, held: rest, committed: { [BUDGET]: limit - 2n }, passes }));
    bench.restart();
    const { grants } = bench.turns.node!;
    const [taker, giver] = [grants.children.get("part:1"), grants.children.get("part:0")];
    expect(taker?.inherited).toEqual([
      { id: "part:0 1", amounts: { [BUDGET]: 4n }, uncovered: { [BUDGET]: 7n } },
    ]);
    expect([taker?.committed, giver?.committed]).toEqual([{ [BUDGET]: 11n }, { [BUDGET]: limit - 2n }]);
    expect(grants.uncovered).toEqual(new Map([[BUDGET, 9n]]));
  });

  test("takes all that is granted for used until it hears better, so that nobody else gets it meanwhile", () => {
    const bench = firm();
    bench.limit(gross("1000"));
    bench.ask(askOf({ needs: { [BUDGET]: 1_000n * ONE } }));
    bench.restart();
    const child = bench.turns.node?.grants.children.get("account:a");
    expect(child?.used).toEqual(child?.granted);
    expect(bench.ask(askOf({ child: "account:b", needs: { [BUDGET]: ONE } }))).toMatchObject({
      value: { granted: {} },
    });
  });

  test("of an ask that moves nothing has written nothing", () => {
    const bench = firm();
    bench.ask(askOf({ needs: { [BUDGET]: ONE } }));
    const row = () => bench.sql.exec("SELECT * FROM child");
    const [before, held] = [row(), bench.turns.node?.grants.children.get("account:a")?.granted ?? {}];
    const use = { [BUDGET]: ONE };
    expect(codeOf(bench.ask(askOf({ n: 2, held, used: use, committed: use })))).toBe("ok");
    expect(row()).toEqual(before);
  });

  test("as a desk goes on under a new incarnation that names the one before, and holds what it held", () => {
    const bench = new FirmBench("acme/d");
    const above = { node: "firm:f", currency: "USD", above: [] };
    bench.put({ kind: "desk", parent: "f" }, above);
    const first = bench.turns.node?.holding;
    if (first === undefined) throw new Error("a desk holds");
    const holding = { ...first, isConfirmed: true, held: { [BUDGET]: 5n } };
    bench.run(bench.turns.moves(() => ({ events: [{ kind: "holding-moved", holding }], value: null })));
    bench.restart();
    expect(bench.turns.node?.holding).toMatchObject({
      ...{ previous: first.incarnation, isConfirmed: false, held: { [BUDGET]: 5n } },
    });
    expect(bench.turns.node?.holding?.incarnation).not.toBe(first.incarnation);
  });

  test("as a desk that has moved still knows whom it has to tell, and holds nothing there", () => {
    const bench = new FirmBench("acme/d");
    bench.put({ kind: "desk", parent: "f" }, { node: "firm:f", currency: "USD", above: [] });
    const { incarnation } = bench.turns.node?.holding ?? {};
    bench.put({ kind: "desk", parent: "g" }, { node: "firm:g", currency: "USD", above: [] });
    bench.restart();
    expect(bench.turns.node?.leaving).toEqual({ parent: "f", incarnation });
    expect(bench.turns.node?.holding).toMatchObject({ held: {} });
    expect(bench.put({ kind: "desk", parent: "h" }, { node: "firm:h", currency: "USD", above: [] })).toBe(
      "parent-away",
    );
  });
});

describe("bounds", () => {
  test("bound firm/table:child: one more than a thousand children is refused", () => {
    const bench = firm();
    fill(bench);
    expect(codeOf(bench.ask(askOf({ child: "account:more" })))).toBe("too-many");
    expect(bench.count("child")).toBe(CHILDREN_MAX);
    expect(codeOf(bench.ask(askOf({ child: "account:a1", n: 2 })))).toBe("ok");
  });

  test("bound firm/state:children and bound firm/memory:books: as many as there are children, and what leaves makes room", () => {
    const bench = firm();
    fill(bench);
    expect([bench.turns.node?.grants.children.size, bench.turns.books.size]).toEqual([
      CHILDREN_MAX,
      CHILDREN_MAX,
    ]);
    bench.run(bench.turns.leave("account:a0", "i1", {}));
    expect(bench.turns.books.size).toBe(CHILDREN_MAX - 1);
    expect(codeOf(bench.ask(askOf({ child: "account:more", book: "old" })))).toBe("ok");
    expect(bench.turns.books.size).toBe(CHILDREN_MAX);
  });

  test("bound firm/memory:books: a child that is gone is called no more", () => {
    const bench = firm();
    bench.ask(askOf({ book: "old" }));
    bench.run(bench.turns.leave("account:a", "i1", {}));
    expect([...bench.turns.books]).toEqual([]);
  });

  test("bound firm/table:child_left and bound firm/state:left: the one that left first is forgotten", () => {
    const bench = firm();
    for (const round of [0, 1]) {
      const names = Array.from({ length: CHILDREN_MAX / 2 + 1 }, (_, each) => `account:r${round}-${each}`);
      bench.group(...names.map((child) => bench.turns.ask(askOf({ child }))));
      bench.group(...names.map((child) => bench.turns.leave(child, "i1", {})));
    }
    expect([bench.count("child_left"), bench.turns.node?.grants.left.size]).toEqual([
      CHILDREN_MAX,
      CHILDREN_MAX,
    ]);
    const before = [...(bench.turns.node?.grants.left.keys() ?? [])];
    expect(before).not.toContain("account:r0-0");
    bench.restart();
    expect([...(bench.turns.node?.grants.left.keys() ?? [])]).toEqual(before);
  });

  test("bound firm/state:left: one that comes back is forgotten as gone", () => {
    const bench = firm();
    bench.ask(askOf());
    bench.run(bench.turns.leave("account:a", "i1", {}));
    expect(codeOf(bench.ask(askOf()))).toBe("ask-outdated");
    expect(codeOf(bench.ask(askOf({ incarnation: "i2" })))).toBe("ok");
    expect([bench.count("child_left"), bench.turns.node?.grants.left.size]).toEqual([0, 0]);
  });

  test("bound firm/state:budgets: limits that were taken away count until they are given back", () => {
    const bench = firm();
    let round = 0;
    let held = {};
    for (; round < BUDGETS_KEPT_MAX; round++) {
      const limits = Array.from({ length: NODE_BUDGETS_MAX }, (_, each) =>
        gross("1000", `g${round}-${each}`),
      );
      if (bench.limit(...limits) !== "ok") break;
      const needs = Object.fromEntries(limits.map(({ id }) => [`firm:f/${id}`, ONE]));
      const reply = bench.ask(askOf({ n: round + 1, held, needs }));
      held = reply.ok ? reply.value.granted : held;
    }
    expect(round).toBe(Math.floor(BUDGETS_KEPT_MAX / NODE_BUDGETS_MAX));
    expect(bench.limit(gross("1", "other"), ...[])).toBe("ok");
    expect(bench.turns.node?.grants.granted.size).toBeLessThanOrEqual(BUDGETS_KEPT_MAX);
  });

  test("bound firm/state:held: no chain of nodes, a split account's above its parts included, has more budgets than a child may hold", () => {
    expect((DEPTH_MAX + 1) * NODE_BUDGETS_MAX).toBeLessThanOrEqual(BUDGETS_MAX);
    const net = (count: number) => ({
      limits: Array.from({ length: count }, (_, each) => ({
        id: `n${each}`,
        kind: "max-net-exposure",
        threshold: "1",
      })),
    });
    expect(nodeLimitsBody.safeParse(net(NODE_BUDGETS_MAX / 2)).success).toBe(true);
    expect(nodeLimitsBody.safeParse(net(NODE_BUDGETS_MAX / 2 + 1)).success).toBe(false);
  });

  test("bound firm/table:limit_version: the last hundred versions are kept, and the one in force", () => {
    const bench = firm();
    for (let version = 2; version <= LIMIT_VERSIONS_MAX + 5; version++) bench.limit(gross(String(version)));
    expect(bench.count("limit_version")).toBe(LIMIT_VERSIONS_MAX);
    expect([bench.store.limitsAt(5), bench.store.limitsAt(6)]).toEqual([undefined, [gross("6")]]);
  });

  test("bound firm/table:node: putting it again is the same row", () => {
    const bench = firm();
    bench.put({ policy: "equal" });
    bench.run(bench.turns.setState({ state: "halted", by: "ann", reason: "drill" }));
    expect(bench.count("node")).toBe(1);
  });

  test("bound firm/table:holding: one of a desk, none of a firm", () => {
    const bench = new FirmBench("acme/d");
    bench.put({ kind: "desk", parent: "f" }, { node: "firm:f", currency: "USD", above: [] });
    bench.put({ kind: "desk", parent: "f", policy: "equal" }, { node: "firm:f", currency: "USD", above: [] });
    expect([bench.count("holding"), firm().count("holding")]).toEqual([1, 0]);
  });
});
