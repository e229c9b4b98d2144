/** Rules of what stands above an account: what it takes over when its parent tells another book, or when it has another parent. */
import type { ParentBook, ParentLimit, ParentState } from "../runtime/escrow/messages.ts";
import type { RiskEvent } from "./events.ts";
import { inheritedFrom, measuredIn } from "./inherited-limits.ts";
import { withInheritedSet } from "./limits-in-force.ts";
import { massCancelOf } from "./mass-cancel.ts";
import { severestAbove } from "./parent-records.ts";
import type { RiskState } from "./state.ts";

/** `before`: events of the turn in front. Undefined where it cannot be evaluated here: the account then goes on asking, and grows no more. */
export function takeBook(
  state: RiskState,
  book: ParentBook,
  at: number,
  before = 0,
): readonly RiskEvent[] | undefined {
  if (state.above?.book?.version === book.version) return [];
  if (inheritedFrom(book.limits) === undefined) return undefined;
  const [nearest = state.above?.parent ?? ""] = [...book.limits, ...book.states].map(({ node }) => node);
  const taken: RiskEvent[] = [{ kind: "parent-book", at, book }];
  taken.push(...inheriting(state, book.limits, { by: nearest, ref: book.version }, at));
  return [...taken, ...cancelledBy(state, book.states, at, before + taken.length)];
}

type Bringing = { readonly by: string; readonly ref?: string };

/** Nothing where the same limits are inherited already. */
export function inheriting(
  state: RiskState,
  limits: readonly ParentLimit[],
  { by, ref }: Bringing,
  at: number,
): readonly RiskEvent[] {
  if (JSON.stringify(measuredIn(state, limits)) === JSON.stringify(state.limits.inherited ?? [])) return [];
  const origin = { what: "parent", ...(ref === undefined ? {} : { ref }) } as const;
  const decided = withInheritedSet(state, limits, { by, since: at, origin }, at);
  return "refuse" in decided ? [] : decided.events;
}

/** Who is killed from above works nothing any more: as where the account itself is. */
function cancelledBy(
  state: RiskState,
  states: readonly ParentState[],
  at: number,
  before: number,
): readonly RiskEvent[] {
  const killed = states.find((one) => one.state === "killed");
  if (killed === undefined || severestAbove(state.above?.book?.states ?? []) === KILLED) return [];
  const { reason, by } = killed;
  return massCancelOf(state, { cause: "killed", scope: { kind: "account" }, reason, by }, at, before);
}

const KILLED = 3;
