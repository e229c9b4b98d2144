/** Every rule of a firm or desk: what it may become, who may be its child, which limits and states it may have. Grants are escrow's. */
import { scaledBigint } from "../../src/domain/decimal.ts";
import { DESK_DEPTH_MAX, isCountKind, type NodeKind, RESERVE_SCALE } from "../../src/domain/firm.ts";
import { parseMoney } from "../../src/domain/money.ts";
import type { RefusalCode } from "../../src/domain/refusals.ts";
import { hasAny } from "../runtime/escrow/amounts.ts";
import { decideAdmit, decideAsk, decideLeave } from "../runtime/escrow/grants.ts";
import type { BudgetsPut } from "../runtime/escrow/grants-state.ts";
import { loadHolding } from "../runtime/escrow/holding.ts";
import type { Amounts, NodeName, QuotaAsk } from "../runtime/escrow/messages.ts";
import { budgetsPut, hasRoomFor, standingOfNode } from "../runtime/escrow/nodes.ts";
import { aboveFor } from "./book.ts";
import type { Attribution, FirmEvent } from "./events.ts";
import type { NodeLimit, NodeTerms, ParentTerms } from "./messages.ts";
import type { FirmNode, FirmState } from "./state.ts";

/** A child that is fenced stays so, though its ask is refused: `events`. */
export type Refused = {
  readonly ok: false;
  readonly code: RefusalCode;
  readonly detail: string;
  readonly events?: readonly FirmEvent[];
};
export type Decision = { readonly ok: true; readonly events: readonly FirmEvent[] } | Refused;
/** Who calls, and when. */
export type Author = { readonly at: number; readonly by: string };

export const nameOf = ({ address }: FirmState, kind: NodeKind): NodeName =>
  address.isSplit ? `account:${address.id}` : `${kind}:${address.id}`;

/** `above`: of the parent that the terms name. `drawn`: the incarnation that it holds under where it has another parent now. */
export function decidePut(
  state: FirmState,
  terms: NodeTerms,
  above: ParentTerms | undefined,
  { at, by, drawn }: Author & { readonly drawn: string },
): Decision {
  const { node } = state;
  const name = nameOf(state, terms.kind);
  const refused =
    kindRefusal(state, terms) ?? placeRefusal(name, terms, above) ?? moveRefusal(node, terms, at);
  if (refused !== undefined) return refused;
  const isSame = JSON.stringify(node?.terms) === JSON.stringify(terms);
  if (node !== undefined && isSame && !node.isDissolved) return accept();
  const put = { kind: "node-put", name, terms, at, by } as const;
  if (node?.terms.parent === terms.parent) return accept(put);
  const left = node?.terms.parent;
  const leaving =
    left === undefined || node?.holding === undefined
      ? {}
      : { leaving: { parent: left, incarnation: node.holding.incarnation } };
  const holding = terms.parent === undefined ? {} : { holding: loadHolding(undefined, drawn) };
  return accept({ ...put, ...holding, ...leaving });
}

function kindRefusal({ address, node }: FirmState, { kind, currency }: NodeTerms): Refused | undefined {
  if (node === undefined) return undefined;
  if (!address.isSplit && node.terms.kind !== kind)
    return refuse("name-taken", `this id is that of a ${node.terms.kind}`);
  if (node.terms.currency !== currency && node.grants.children.size > 0)
    return refuse("currency-fixed", "it has children in this currency");
  return undefined;
}

function placeRefusal(name: NodeName, terms: NodeTerms, above: ParentTerms | undefined): Refused | undefined {
  if (above === undefined) return undefined;
  if (above.currency !== terms.currency)
    return refuse("currency-differs", `the parent's currency is ${above.currency}`);
  const chain = [above.node, ...above.above];
  if (chain.includes(name)) return refuse("parent-cycle", "the parent is this desk, or is below it");
  const desks = chain.filter((one) => one.startsWith("desk:")).length;
  if (name.startsWith("desk:") && desks >= DESK_DEPTH_MAX)
    return refuse("parent-depth", `at most ${DESK_DEPTH_MAX} desks stand below one another`);
  return undefined;
}

function moveRefusal(node: FirmNode | undefined, { parent }: NodeTerms, at: number): Refused | undefined {
  if (node === undefined || node.terms.parent === parent) return undefined;
  if (node.leaving !== undefined) return refuse("parent-away", "the parent before has not heard of it yet");
  if (node.holding?.isFenced) return refuse("child-fenced", "its parent has to admit it first");
  if (hasAny(standingOfNode(node.grants, at).committed))
    return refuse("child-holds", "children still hold something of the parent's limits");
  return undefined;
}

/** All budgets of a set; undefined where its numbers have no place in any. */
export function budgetsOf(name: NodeName, limits: readonly NodeLimit[], terms: NodeTerms): BudgetsPut {
  const own = limits.map(({ id, kind, threshold }) => ({ id, kind, threshold: amountIn(kind, threshold) }));
  const reserve = scaledBigint(terms.reserve, RESERVE_SCALE);
  return budgetsPut(name, own, terms.policy, reserve.ok ? reserve.value : 0n);
}

/** The contract admits no text that is none. */
function amountIn(kind: string, text: string): bigint {
  const scaled = isCountKind(kind) ? scaledBigint(text, 0) : parseMoney(text);
  return scaled.ok ? scaled.value : 0n;
}

export function decideLimits(
  node: FirmNode,
  limits: readonly NodeLimit[],
  ifMatch: string | undefined,
  { at, by }: Author,
): Decision {
  const { version, limits: present } = node.set;
  if (ifMatch !== undefined && Number(ifMatch) !== version)
    return refuse("version-conflict", `the limits are version ${version} by now`);
  if (version > 0 && JSON.stringify(present) === JSON.stringify(limits)) return accept();
  const other = limits.find((limit) => isOther(limit, present));
  // Limits of a split account are those of the account, which says itself what may become of them.
  if (other !== undefined && !node.name.startsWith("account:"))
    return refuse("field-combination", `${other.id}: ${OTHER_COUNT}`);
  if (!hasRoomFor(node.grants, budgetsOf(node.name, limits, node.terms)))
    return refuse("too-many", "limits that were taken away have not been given back yet");
  return accept({ kind: "limits-put", version: version + 1, limits, at, by });
}

/**
 * The same id and something else that is counted. What children hold of it would go on as so much of the other, and what they counted in one
 * window says nothing of another: each would begin at nothing.
 */
const isOther = ({ id, kind, windowMs }: NodeLimit, present: readonly NodeLimit[]): boolean =>
  present.some((one) => one.id === id && (one.kind !== kind || one.windowMs !== windowMs));

const OTHER_COUNT =
  "a limit keeps its kind and its window; put another one under another id, and leave this until a window has passed";

/** Latched: it stands until another is set. The same again, with the same reason, changes nothing. */
export function decideState(
  { trading }: FirmNode,
  { state, reason, by }: { readonly state: FirmNode["trading"]["state"] } & Attribution,
  at: number,
): Decision {
  if (trading.state === state && trading.reason === reason && trading.by === by) return accept();
  return accept({ kind: "state-set", state, reason, by, at });
}

export function decideQuota(node: FirmNode, ask: QuotaAsk, at: number): Decision {
  if (ask.currency !== node.terms.currency)
    return refuse("currency-differs", `the parent's currency is ${node.terms.currency}`);
  // It knows nothing any more of what stands above the account, and who does not know that would grow without it.
  if (node.isDissolved) return refuse("parent-away", "the account is split no more");
  // Of limits that it has not heard of itself it can tell nobody, and who does not know them would grow without them.
  if (node.holding !== undefined && node.holding.book === undefined)
    return refuse("parent-away", "it has not heard of its own parent yet");
  const outcome = decideAsk(node.grants, ask, at, aboveFor(node, at));
  if (outcome.kind === "repeat") return accept();
  if (outcome.kind === "granted")
    return outcome.passed === undefined ? accept(outcome.event) : accept(outcome.passed, outcome.event);
  if (outcome.code !== "child-fenced") return refuse(outcome.code, DETAILS[outcome.code]);
  const fenced = refuse("child-fenced", DETAILS["child-fenced"]);
  return outcome.event === undefined ? fenced : { ...fenced, events: [outcome.event] };
}

export function decideChildLeave(
  { name, grants }: FirmNode,
  child: string,
  incarnation: string,
  committed: Amounts,
  heir?: string,
): Decision {
  const outcome = decideLeave(grants, child, incarnation, committed, heir === name ? undefined : heir);
  if (outcome.kind === "refused") return refuse(outcome.code, DETAILS[outcome.code]);
  // SAFETY: nothing else comes of leaving.
  return outcome.event?.kind === "child-left" ? accept(outcome.event) : accept();
}

export function decideAdmission({ grants }: FirmNode, child: string, said: Attribution): Decision {
  const outcome = decideAdmit(grants, child);
  if (outcome.kind === "refused") return refuse(outcome.code, DETAILS[outcome.code]);
  return outcome.event?.kind === "child-admitted" ? accept({ ...outcome.event, ...said }) : accept();
}

const DETAILS = {
  "ask-outdated": "a later ask of this child was heard",
  "too-many": "there is no room for one more child, or for so many limits",
  "child-fenced": "two copies of this child have asked; nothing is granted until somebody admits one",
  "child-holds": "something is still used of what was granted",
  "child-unknown": "there is no such child",
} as const;

export const accept = (...events: readonly FirmEvent[]): Decision => ({ ok: true, events });
export const refuse = (code: RefusalCode, detail: string): Refused => ({ ok: false, code, detail });
