/** Every rule of the directory: who is sent where, when one more is added, when one leaves. */
import { GATEWAY_CONNECTIONS_MAX, gatewayNamed } from "../../src/domain/gateway.ts";
import { GATEWAYS_MAX, SILENT_MS } from "./bounds.ts";
import type { DirectoryEvent, GatewayAdded } from "./events.ts";
import type { AssignWish, GatewayLoad } from "./messages.ts";
import type { DirectoryState, GatewayEntry } from "./state.ts";

/** From here on a further gateway is there before the others are full: a storm fills the rest within a second. */
export const CROWDED_CONNECTIONS = GATEWAY_CONNECTIONS_MAX * 0.8;
/** Part of a gateway's connections that its row on disk may be wrong by: a load of the directory needs no more. */
const STORED_CONNECTIONS_STEP = GATEWAY_CONNECTIONS_MAX / 20;

export type Decision =
  | { readonly ok: true; readonly events: readonly DirectoryEvent[]; readonly gateway: string }
  | {
      readonly ok: false;
      readonly code: "overloaded" | "too-many" | "not-found";
      readonly detail: string;
    };

/** How many connections there are and are on their way. */
export type LoadOf = (entry: GatewayEntry) => number;

/** To the one that keeps the session, else to the emptiest that is open; one more is made where all of them are crowded. */
export function assign(state: DirectoryState, wish: AssignWish, loadOf: LoadOf, now: number): Decision {
  const keeper = wish.keptBy === undefined ? undefined : state.gateways.get(wish.keptBy);
  if (keeper !== undefined && isOpen(keeper) && !isExcepted(keeper, wish)) return accept(keeper.gateway);
  const open = [...state.gateways.values()].filter(isOpen);
  const emptiest = emptiestOf(
    open.filter((entry) => !isExcepted(entry, wish)),
    loadOf,
  );
  if (open.every((entry) => loadOf(entry) >= CROWDED_CONNECTIONS)) {
    const room = makeRoom(state, now);
    if (room !== undefined) {
      const added = addition(state, open.length === 0 ? "first" : "full", now);
      return accept(added.gateway, ...room, added);
    }
  }
  if (emptiest !== undefined && loadOf(emptiest) < GATEWAY_CONNECTIONS_MAX) return accept(emptiest.gateway);
  return refuse("overloaded", "every gateway is full");
}

/** An operator's: whether it is needed is his to say. */
export function add(state: DirectoryState, now: number): Decision {
  const room = makeRoom(state, now);
  if (room === undefined) return refuse("too-many", `there are at most ${GATEWAYS_MAX} gateways`);
  const added = addition(state, "asked", now);
  return accept(added.gateway, ...room, added);
}

export function drain(state: DirectoryState, gateway: string, keep: boolean, now: number): Decision {
  const entry = state.gateways.get(gateway);
  if (entry === undefined) return refuse("not-found", "there is no such gateway");
  if (keep || entry.draining) return accept(gateway);
  return accept(gateway, { kind: "gateway-drained", gateway, at: now });
}

/** Of one that has left nothing is kept; an older report than the last says nothing. */
export function hear(state: DirectoryState, load: GatewayLoad): readonly DirectoryEvent[] {
  const entry = state.gateways.get(load.gateway);
  if (entry === undefined || (entry.reportedAt !== null && load.at < entry.reportedAt)) return [];
  const { gateway, connections, topics, at } = load;
  if (entry.draining && connections === 0) return [{ kind: "gateway-left", gateway, at }];
  const moved = Math.abs(connections - entry.storedConnections);
  const stored = entry.reportedAt === null || moved >= STORED_CONNECTIONS_STEP;
  return [{ kind: "gateway-reported", gateway, connections, topics, at, stored }];
}

function emptiestOf(entries: readonly GatewayEntry[], loadOf: LoadOf): GatewayEntry | undefined {
  let emptiest: GatewayEntry | undefined;
  for (const entry of entries) {
    const difference = emptiest === undefined ? -1 : loadOf(entry) - loadOf(emptiest);
    if (difference < 0 || (difference === 0 && entry.topics < (emptiest?.topics ?? 0))) emptiest = entry;
  }
  return emptiest;
}

/** What has to leave for one more; undefined where there is no room. */
function makeRoom({ gateways }: DirectoryState, now: number): readonly DirectoryEvent[] | undefined {
  if (gateways.size < GATEWAYS_MAX) return [];
  const silent = [...gateways.values()].find(
    ({ draining, reportedAt, addedAt }) => draining && now - (reportedAt ?? addedAt) > SILENT_MS,
  );
  return silent === undefined ? undefined : [{ kind: "gateway-left", gateway: silent.gateway, at: now }];
}

const addition = ({ next }: DirectoryState, why: GatewayAdded["why"], at: number): GatewayAdded => ({
  kind: "gateway-added",
  number: next,
  gateway: gatewayNamed(next),
  why,
  at,
});

const isOpen = ({ draining }: GatewayEntry): boolean => !draining;
const isExcepted = ({ gateway }: GatewayEntry, { except = [] }: AssignWish): boolean =>
  except.includes(gateway);

const accept = (gateway: string, ...events: readonly DirectoryEvent[]): Decision => ({
  ok: true,
  events,
  gateway,
});
const refuse = (code: Extract<Decision, { ok: false }>["code"], detail: string): Decision => ({
  ok: false,
  code,
  detail,
});
