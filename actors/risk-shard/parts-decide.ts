/** Rules of a part of a split account: whose settings it takes over, and the steps of a move. */
import { ZERO } from "../../src/domain/money.ts";
import { type PartsMap, partOfSlot } from "../../src/domain/parts-map.ts";
import type { ParentLimit } from "../runtime/escrow/messages.ts";
import {
  DAY_COUNTS_MAX,
  POSITIONS_MAX,
  RATE_WINDOWS_MAX,
  SYMBOLS_MAX,
  TRIPS_MAX,
  WORKING_ORDERS_MAX,
} from "./capacity.ts";
import type { RiskEvent } from "./events.ts";
import { inForce } from "./limits-in-force.ts";
import type { MovedContent } from "./moved-content.ts";
import { baseOf, overridesIn } from "./overrides.ts";
import type { LeftContent } from "./parts-events.ts";
import type { PartsMove } from "./parts-messages.ts";
import { parentOf, splitNodeName, standingOf } from "./parts-records.ts";
import type { PageCounts } from "./parts-rows.ts";
import { type Refused, refuse } from "./refused.ts";
import { parseAccount } from "./rows.ts";
import type { Account, RiskState, StandingState } from "./state.ts";
import { stateKey } from "./trading-states.ts";

/** No events: it was done before, or others were since. */
export type PartDecided = { readonly events: readonly RiskEvent[] } | Refused;
const DONE: PartDecided = { events: [] };

/** Opaque to everyone between two parts. */
export type Settings = {
  /** As its row has it. */
  readonly account: string;
  readonly limits: { readonly text: string; readonly version: number; readonly by: string };
  readonly states: readonly StandingState[];
};

export type Adopted = {
  readonly n: number;
  readonly part: number;
  readonly settings: Settings;
  readonly map: PartsMap;
  readonly by: string;
};

export function adopt(state: RiskState, { n, part, settings, map, by }: Adopted, at: number): PartDecided {
  const parts = standingOf(state.parts, part);
  if (parts.part !== part) return refuse("invalid", `this is part ${parts.part}`);
  // The same number is the same call once more: what was put here since is newer.
  if (n < parts.n || (n === parts.n && state.parts !== undefined)) return DONE;
  const adopted: RiskEvent = { kind: "part-adopted", at, n, part, map, by };
  if (part === 0) return { events: [adopted] };
  // Whose child the account is says part 0; another part is nobody's but the split's node's.
  const { parent: _, ...stored } = parseAccount(settings.account);
  const account: Account = { ...stored, equity: ZERO };
  const isPut = JSON.stringify(textual(account)) !== JSON.stringify(textual(state.account));
  const limits = limitsOf({ ...state, account }, settings, by, at);
  if ("refuse" in limits) return limits;
  const events: RiskEvent[] = isPut ? [{ kind: "account-put", at, account, by }] : [];
  events.push(...limits.events, ...statesOf(state, settings.states, at));
  return { events: [...events, adopted] };
}

const textual = (account: Account | undefined) => account && { ...account, equity: String(account.equity) };

function limitsOf(state: RiskState, { limits }: Settings, by: string, at: number): PartDecided {
  if (state.limits.version > 0 && baseOf(state.limits).text === limits.text) return DONE;
  const brought = { by: limits.by || by, since: at, origin: { what: "put" } } as const;
  return inForce(state, { text: limits.text, overrides: [] }, brought, at);
}

/** Those that stand there stand here, and no others. */
function statesOf(state: RiskState, wanted: readonly StandingState[], at: number): RiskEvent[] {
  const keyOf = ({ scope }: StandingState): string => stateKey(scope.kind, scope.id);
  const keys = new Set(wanted.map(keyOf));
  const lifted = [...state.tradingStates.values()].filter((standing) => !keys.has(keyOf(standing)));
  const put = wanted.filter(
    (standing) => JSON.stringify(state.tradingStates.get(keyOf(standing))) !== JSON.stringify(standing),
  );
  return [...lifted.map((one): StandingState => ({ ...one, state: "active", at })), ...put].map(
    (standing) => ({
      kind: "state-set",
      at,
      standing,
    }),
  );
}

/** Its limits are compiled anew: of the account-wide ones either the account's own hold, or its parts of them. */
export function join(
  state: RiskState,
  { n, isIn, by }: { readonly n: number; readonly isIn: boolean; readonly by: string },
  at: number,
): PartDecided {
  const parts = standingOf(state.parts);
  const isSame = parts.isJoined === isIn;
  if (n < parts.joinedN || (isSame && (n === parts.joinedN || state.account === undefined))) return DONE;
  if (state.account === undefined) return refuse("account-unknown", "the part was not adopted");
  const joined: RiskEvent = { kind: "part-joined", at, n, isIn, by };
  // What comes late of before is to find that it is.
  if (isSame) return { events: [joined] };
  const after = { ...state, seq: state.seq + 1, parts: { ...parts, isJoined: isIn } };
  const origin = { what: "parent", reason: "account-wide limits are shared by the parts" } as const;
  const { text, version } = baseOf(state.limits);
  const put = { text, overrides: overridesIn(state), base: version, inherited: stillAbove(after) };
  const limits = inForce(after, put, { by, since: at, origin }, at);
  return "refuse" in limits ? limits : { events: [joined, ...limits.events] };
}

/** Below the split's node or not, a firm stands above it all the same: its limits go on, until the new parent's book has come. */
function stillAbove(state: RiskState): readonly ParentLimit[] {
  const own = splitNodeName(state.account?.account);
  const inherited = state.limits.inherited ?? [];
  return parentOf(state) === undefined ? [] : inherited.filter(({ node }) => node !== own);
}

export function fence(state: RiskState, move: PartsMove, at: number): PartDecided {
  const parts = standingOf(state.parts);
  if (parts.leaving?.id === move.id) return DONE;
  const outdated = outdatedBy(parts.lastMove, move.id);
  if (outdated !== undefined) return outdated;
  if (parts.leaving !== undefined) return refuse("move-outdated", `move ${parts.leaving.id} is under way`);
  if (move.from !== parts.part || move.to === parts.part)
    return refuse("invalid", `this is part ${parts.part}`);
  const strays = move.slots.filter((slot) => partOfSlot(parts.map, slot) !== parts.part);
  if (strays.length > 0) return refuse("invalid", `slots ${strays.join(", ")} are another part's`);
  return { events: [{ kind: "part-fenced", at, move }] };
}

/** Before a page is taken: what is bounded here has room for all that came with those before, and with it. */
export function pageRefusal(
  state: RiskState,
  {
    move,
    number,
    pagesMax,
  }: { readonly move: PartsMove; readonly number: number; readonly pagesMax: number },
  counts: PageCounts,
): Refused | undefined {
  const parts = standingOf(state.parts);
  const outdated = outdatedBy(parts.lastMove, move.id);
  if (outdated !== undefined) return outdated;
  if (move.to !== parts.part) return refuse("invalid", `this is part ${parts.part}`);
  if (state.account === undefined) return refuse("account-unknown", "the part was not adopted");
  if (number >= pagesMax) return refuse("too-many", `a move has at most ${pagesMax} pages: move fewer slots`);
  const full =
    state.positions.size + counts.positions > POSITIONS_MAX ||
    state.orders.size + counts.orders > WORKING_ORDERS_MAX ||
    state.instruments.size + counts.instruments > SYMBOLS_MAX ||
    state.dayCounts.size + counts.days > DAY_COUNTS_MAX ||
    state.rates.size + counts.rates > RATE_WINDOWS_MAX ||
    state.trips.size + counts.trips > TRIPS_MAX;
  return full ? refuse("too-many", "what moves has no room in this part") : undefined;
}

export function activate(
  state: RiskState,
  move: PartsMove,
  { missing, content }: { readonly missing: number | undefined; readonly content: () => MovedContent },
  at: number,
): PartDecided {
  const { lastMove, lastDone } = standingOf(state.parts);
  if (lastDone === move.id) return DONE;
  const outdated = outdatedBy(lastMove, move.id);
  if (outdated !== undefined) return outdated;
  if (missing !== undefined) return refuse("move-outdated", `page ${missing} is missing`);
  return { events: [{ kind: "part-imported", at, move, content: content() }] };
}

export function drop(state: RiskState, move: PartsMove, content: () => LeftContent, at: number): PartDecided {
  const { leaving, lastMove, lastDone } = standingOf(state.parts);
  if (lastDone === move.id) return DONE;
  const outdated = outdatedBy(lastMove, move.id);
  if (outdated !== undefined) return outdated;
  if (leaving?.id !== move.id) return refuse("move-outdated", "nothing is fenced for this move");
  return { events: [{ kind: "part-exported", at, move, content: content() }] };
}

/** Also one that never came here: what of it comes late finds that it has ended. */
export function abort(state: RiskState, move: number, at: number): PartDecided {
  const { lastMove } = standingOf(state.parts);
  return lastMove >= move ? DONE : { events: [{ kind: "part-aborted", at, move }] };
}

const outdatedBy = (last: number, move: number): Refused | undefined =>
  move <= last ? refuse("move-outdated", `move ${last} has ended here`) : undefined;
