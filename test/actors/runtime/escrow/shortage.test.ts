/** Many children want more than there is: who gives back how much, and what it costs to find that out. */
import { expect, test } from "vitest";
import { applyGrants, putChild, unknownChild } from "../../../../actors/runtime/escrow/apply-grants.ts";
import { type GrantedChild, initialGrants } from "../../../../actors/runtime/escrow/grants-state.ts";
import type { Amounts } from "../../../../actors/runtime/escrow/messages.ts";
import { budgetsPut } from "../../../../actors/runtime/escrow/nodes.ts";
import { returnsOf, type View, viewOf } from "../../../../actors/runtime/escrow/shares.ts";
import { Draw } from "./draw.ts";

const BUDGET = "firm:f/gross";
const AT = 1_000;
const of = (amounts: Amounts): bigint => amounts[BUDGET] ?? 0n;

/** Each holds some, uses some of that and may wait for more; the limit is less than what all want. */
function crowd(children: readonly GrantedChild[], limit: bigint): View {
  const grants = initialGrants("firm:f", "priority");
  const gross = { id: "gross", kind: "max-gross-exposure", threshold: limit };
  applyGrants(grants, budgetsPut("firm:f", [gross], "priority", 0n));
  for (const child of children) putChild(grants, child);
  return viewOf(grants, undefined, AT);
}

function drawn(count: number, seed: number): GrantedChild[] {
  const draw = new Draw(seed);
  const below = (bound: number) => draw.below(bound);
  return Array.from({ length: count }, (_, index) => {
    const known = unknownChild(`account:${index}`, "i", AT, { [BUDGET]: BigInt(below(20)) });
    const waiting = below(2) === 0 ? {} : { [BUDGET]: BigInt(1 + below(20)) };
    const used = { [BUDGET]: BigInt(below(15)) };
    return { ...known, used, waiting, priority: 1 + below(3), since: AT - below(50), isShort: below(3) > 0 };
  });
}

/** Said as it is meant: who waits itself gives only for those before it, and nobody for itself. */
function mostFrom(view: View, child: GrantedChild): bigint {
  const place = view.waiting.indexOf(child);
  const others = view.waiting.filter(
    (one, index) => one !== child && (!child.isShort || place < 0 || index < place),
  );
  const wanted = others.reduce((sum, { waiting }) => sum + of(waiting), 0n);
  const over = (view.state.granted.get(BUDGET) ?? 0n) - (view.state.own.get(BUDGET)?.limit ?? 0n);
  return wanted + over;
}

test.each([1, 2, 3])(
  "nobody gives more than it has to spare, nor more than others want who come before (seed %i)",
  (seed) => {
    let gave = 0;
    for (let each = 0; each < 60; each++) {
      const children = drawn(12, 100 * seed + each);
      const view = crowd(children, BigInt(20 + each));
      const { missing, by, isTooLittle } = returnsOf(view, BUDGET);
      const all = [...by.values()].reduce((sum, one) => sum + one, 0n);
      const wanted = children.reduce((sum, { waiting }) => sum + of(waiting), 0n);
      const granted = children.reduce((sum, child) => sum + of(child.granted), 0n);
      expect(missing).toBe(wanted + granted - BigInt(20 + each));
      if (missing <= 0n) continue;
      expect(isTooLittle).toBe(all < missing);
      for (const child of children) {
        const share = by.get(child.child) ?? 0n;
        const spare = of(child.granted) - of(child.used);
        expect(share === 0n || (share <= spare && share <= mostFrom(view, child))).toBe(true);
        if (share > 0n) gave += 1;
        // Whoever could give more for others did not need to, or they have enough of it.
        if (spare > share) expect(all >= missing || all >= mostFrom(view, child)).toBe(true);
      }
    }
    expect(gave).toBeGreaterThan(50);
  },
);

test("twice as many who wait are looked at twice as often, and not four times", () => {
  const looksAt = (count: number): number => {
    let looks = 0;
    const children = drawn(count, 7).map((child) => {
      const waiting = { [BUDGET]: 5n };
      return Object.defineProperty({ ...child, isShort: true }, "waiting", {
        get: () => {
          looks += 1;
          return waiting;
        },
      });
    });
    const view = crowd(children, 10n);
    looks = 0;
    expect(returnsOf(view, BUDGET).by.size).toBeGreaterThan(count / 10);
    return looks;
  };
  expect(looksAt(200)).toBeGreaterThan(0);
  expect(looksAt(400)).toBeLessThan(3 * looksAt(200));
});
