/** What stands above an account, as it is shown with it: states that are not active, and limits with what is held of them. */
import type { InheritedLimit } from "../../src/contracts/inherited-limits.ts";
import { decimalText } from "../../src/domain/decimal.ts";
import { isCountKind } from "../../src/domain/firm.ts";
import { MONEY_SCALE } from "../../src/domain/money.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import { amountOf } from "../runtime/escrow/amounts.ts";
import { isUnder } from "../runtime/escrow/holding.ts";
import type { ParentBook, ParentLimit, ParentState } from "../runtime/escrow/messages.ts";
import { usesOf } from "./quota-uses.ts";
import type { RiskState } from "./state.ts";

/** Nothing of an account without a parent. */
export function aboveOf({ above }: RiskState, at: number): object {
  if (above === undefined) return {};
  return { above: shownStates(above.book?.states ?? []), isCurrent: isUnder(above.currentUntil, at) };
}

const shownStates = (states: readonly ParentState[]) =>
  states
    .filter(({ state }) => state !== "active")
    .map(({ node, state, reason, by, at }) => ({ node, state, reason, by, at }));

/** As the stream tells it. */
export const aboveText = ({ states }: ParentBook, seq: number): string =>
  JSON.stringify({ above: shownStates(states), seq });

/** Of a version that is not in force any more without what is held. */
export const inheritedText = (
  limits: readonly ParentLimit[] | undefined,
  quotas: (limit: ParentLimit) => InheritedLimit["quotas"],
): string => {
  if (limits === undefined) return "";
  return `,"inherited":${JSON.stringify(limits.map((limit) => shown(limit, quotas(limit))))}`;
};

function shown(limit: ParentLimit, quotas: InheritedLimit["quotas"]): InheritedLimit {
  const { node, id, threshold, action, windowMs } = limit;
  return {
    // SAFETY: a limit of a kind that is not known here is taken over by nobody.
    ...{ node, id, kind: limit.kind as InheritedLimit["kind"], threshold, action },
    ...(windowMs === undefined ? {} : { windowMs }),
    ...(quotas === undefined ? {} : { quotas }),
  };
}

/** As they stand now. */
export function quotasNow(state: RiskState, at: number): (limit: ParentLimit) => InheritedLimit["quotas"] {
  const held = state.above?.held ?? {};
  const uses = usesOf(state, held, at as EpochMs);
  return ({ kind, budgets }) => {
    const scale = isCountKind(kind) ? 0 : MONEY_SCALE;
    return budgets.map((budget) => ({
      budget,
      held: decimalText(amountOf(held, budget), scale),
      used: decimalText(amountOf(uses, budget), scale),
    }));
  };
}
