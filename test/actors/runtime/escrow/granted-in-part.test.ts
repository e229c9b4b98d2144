import { expect, test } from "vitest";
import { applyGrants } from "../../../../actors/runtime/escrow/apply-grants.ts";
import { decideAsk, replyFor } from "../../../../actors/runtime/escrow/grants.ts";
import { initialGrants } from "../../../../actors/runtime/escrow/grants-state.ts";
import { applyReply, askFor, loadHolding } from "../../../../actors/runtime/escrow/holding.ts";

const BUDGET = "firm:f/gross";

test("whose need is more than there is keeps what there was for it, as long as nobody else waits", () => {
  const grants = initialGrants("firm:f");
  grants.own.set(BUDGET, { limit: 10_000n, reserve: 0n });
  let holding = loadHolding(undefined, "first");
  const wants = (wanted: bigint, at: number): bigint => {
    const standing = { child: "account:a", seq: 1, currency: "USD", priority: 100, isInUse: true };
    const uses = { committed: {}, used: {}, wanted: { [BUDGET]: wanted } };
    const asked = askFor(holding, { ...standing, ...uses }, at);
    const outcome = decideAsk(grants, asked.ask, at);
    if (outcome.kind === "granted") applyGrants(grants, outcome.event);
    const reply = replyFor(grants, "account:a");
    const heard = reply === undefined ? undefined : applyReply(asked.holding, reply);
    if (heard === undefined) throw new Error("not answered");
    holding = heard;
    return asked.ask.held[BUDGET] ?? 0n;
  };
  wants(10_001n, 1_000);
  expect(holding.held).toEqual({ [BUDGET]: 10_000n });
  expect(wants(10_001n, 1_030)).toBe(10_000n);
  expect(holding.held).toEqual({ [BUDGET]: 10_000n });
});
