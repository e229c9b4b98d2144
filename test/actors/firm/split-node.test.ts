/** The quotas of a split account that is merged: they answer nobody, since they know nothing any more of what stands above it. */
import { expect, test } from "vitest";
import { loadHolding } from "../../../actors/runtime/escrow/holding.ts";
import { askOf, codeOf, FirmBench, gross, ONE } from "../../support/firm-bench.ts";

const TERMS = { kind: "desk", parent: "f" } as const;
const ABOVE = { node: "firm:f", currency: "USD", above: [] };

/** Below a firm that it has heard of, with part 0 as its child. */
function split(): FirmBench {
  const bench = new FirmBench("acme/a/split");
  bench.put(TERMS, ABOVE);
  bench.limit(gross("1000"));
  const book = { version: "firm:f.1", limits: [], states: [] };
  const holding = { ...loadHolding(undefined, "h1"), isConfirmed: true, heardAt: bench.clock.now(), book };
  bench.run(bench.turns.moves(() => ({ events: [{ kind: "holding-moved", holding }], value: null })));
  bench.ask(askOf({ child: "part:0", needs: { "account:a/gross": ONE } }));
  return bench;
}

const last = { child: "part:0", incarnation: "i1" };

test("go with their last part, and say on disk whose heir the account is", () => {
  const bench = split();
  expect(codeOf(bench.run(bench.turns.dissolve("s", last)))).toBe("ok");
  bench.restart();
  const { node } = bench.turns;
  expect(node?.leaving).toEqual({ parent: "f", incarnation: "h1", heir: "account:a" });
  expect([node?.terms.parent, node?.holding, node?.grants.children.size]).toEqual([undefined, undefined, 0]);
});

test("answer nobody until they are put again, also after a load", () => {
  const bench = split();
  bench.run(bench.turns.dissolve("s", last));
  const late = askOf({ child: "part:0", incarnation: "i2", previous: "i1" });
  expect(codeOf(bench.ask(late))).toBe("parent-away");
  bench.restart();
  expect(codeOf(bench.ask(late))).toBe("parent-away");
  expect(bench.put({ kind: "firm" })).toBe("ok");
  expect(codeOf(bench.ask(late))).toBe("ok");
});

test("stay while another part is their child, and do nothing where the last one has left before", () => {
  const bench = split();
  bench.ask(askOf({ child: "part:1", incarnation: "p1" }));
  expect(codeOf(bench.run(bench.turns.dissolve("s", last)))).toBe("child-holds");
  expect(codeOf(bench.run(bench.turns.dissolve("s", { child: "part:2", incarnation: "x" })))).toBe("ok");
  expect(bench.turns.node?.terms.parent).toBe("f");
});
