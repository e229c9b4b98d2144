/**
 * Facts of a firm or desk, as they go to the archiver; each begins with `{tenant, node}`. `firm-put`: `{id, kind, currency, policy, reserve,
 * parent?, priority, at, by}`. `firm-limits-put`: `{version, limits, at, by}`. `firm-state-set`: `{state, reason, by, at}`. `quota-granted`
 * (only where amounts changed): `{child, incarnation, n, held, granted, used, at}`; `child-joined`, `child-left`: `{child, at}`;
 * `child-fenced`: `{child, incarnation, why, at}`; `child-admitted`: `{child, reason, by, at}`; `quota-passed`: `{child, heir, move, amounts,
 * at}`; `child-inherited`: `{child, of, amounts, at}`. Amounts are integers as text: money in 10⁻¹² of the currency, counts as they are.
 */
import type { TradingState } from "../../src/domain/order.ts";
import type {
  ChildAdmitted,
  ChildFenced,
  ChildInherited,
  ChildLeft,
  Granted,
  QuotaPassed,
} from "../runtime/escrow/grants-state.ts";
import type { Holding } from "../runtime/escrow/holding.ts";
import type { Amounts, NodeName } from "../runtime/escrow/messages.ts";
import type { NodeLimit, NodeTerms } from "./messages.ts";
import type { Leaving } from "./state.ts";

export type NodePut = {
  readonly kind: "node-put";
  readonly name: NodeName;
  readonly terms: NodeTerms;
  readonly at: number;
  readonly by: string;
  /** Where it has a parent now that it had not before: what it begins to hold there. */
  readonly holding?: Holding;
  readonly leaving?: Leaving;
  readonly isDissolved?: true;
};
export type LimitsPut = {
  readonly kind: "limits-put";
  readonly version: number;
  readonly limits: readonly NodeLimit[];
  readonly at: number;
  readonly by: string;
};
export type StateSet = {
  readonly kind: "state-set";
  readonly state: TradingState;
  readonly reason: string;
  readonly by: string;
  readonly at: number;
};
export type Attribution = { readonly reason: string; readonly by: string };
/** Local: what it holds of its parent, or has asked it for. */
export type HoldingMoved = { readonly kind: "holding-moved"; readonly holding: Holding };
/** Local: the parent before has heard that it left. */
export type ParentLeft = { readonly kind: "parent-left" };

export type FirmEvent =
  | NodePut
  | LimitsPut
  | StateSet
  | Granted
  | ChildFenced
  | (ChildAdmitted & Attribution)
  | ChildLeft
  | QuotaPassed
  | ChildInherited
  | HoldingMoved
  | ParentLeft;

type Told = readonly [kind: string, payload: Record<string, unknown>];

/** What is told of an event, in order; nothing of what stays in the object. */
export function factsOf(event: FirmEvent, at: number): readonly Told[] {
  switch (event.kind) {
    case "node-put": {
      const { terms, by } = event;
      return [["firm-put", { ...terms, at, by }]];
    }
    case "limits-put":
      return [["firm-limits-put", { version: event.version, limits: event.limits, at, by: event.by }]];
    case "state-set":
      return [["firm-state-set", { state: event.state, reason: event.reason, by: event.by, at }]];
    case "quota-granted":
      return grantedFacts(event, at);
    case "child-fenced":
      return [["child-fenced", { child: event.child, incarnation: event.incarnation, why: event.why, at }]];
    case "child-admitted":
      return [["child-admitted", { child: event.child, reason: event.reason, by: event.by, at }]];
    case "child-left":
      return [["child-left", { child: event.child, heir: event.heir, at }]];
    case "quota-passed": {
      const { child, heir, move, amounts } = event;
      return [["quota-passed", { child, heir, move, amounts: amountTexts(amounts), at }]];
    }
    case "child-inherited": {
      const { child, inheritance } = event;
      return [
        ["child-inherited", { child, of: inheritance.id, amounts: amountTexts(inheritance.amounts), at }],
      ];
    }
    case "holding-moved":
    case "parent-left":
      return [];
  }
}

function grantedFacts({ child: after, held, isNew, isChanged }: Granted, at: number): readonly Told[] {
  const { child, incarnation, n, granted, used } = after;
  const amounts = { held: amountTexts(held), granted: amountTexts(granted), used: amountTexts(used) };
  const joined: Told[] = isNew ? [["child-joined", { child, at }]] : [];
  return isChanged ? [...joined, ["quota-granted", { child, incarnation, n, ...amounts, at }]] : joined;
}

export const amountTexts = (amounts: Amounts): Record<string, string> =>
  Object.fromEntries(Object.entries(amounts).map(([budget, amount]) => [budget, String(amount)]));

export const amountsIn = (texts: Readonly<Record<string, string>>): Amounts =>
  Object.fromEntries(Object.entries(texts).map(([budget, text]) => [budget, BigInt(text)]));
