/** Which trading states apply to an order: of the account, its strategy, its symbol and its sector the severest wins. */
import { TRADING_STATES } from "../../src/domain/order.ts";
import type { Severity, StandingInputs } from "./inputs.ts";
import type { RiskState, StateScopeKind } from "./state.ts";

export const stateKey = (kind: StateScopeKind, id: string | undefined): string =>
  kind === "account" ? "account" : `${kind}:${id}`;

type Member = { readonly strategy: string; readonly symbol: string; readonly sector: string | undefined };

export function severitiesOf(state: RiskState, member: Member): StandingInputs["severities"] {
  const above = state.above?.severity ?? 0;
  if (state.tradingStates.size === 0 && above === 0) return ACTIVE;
  const own = severityOf(state, "account", undefined);
  return [
    own > above ? own : above,
    severityOf(state, "strategy", member.strategy),
    severityOf(state, "symbol", member.symbol),
    severityOf(state, "sector", member.sector),
  ];
}

export const severestOf = (severities: StandingInputs["severities"]): number =>
  Math.max(severities[0], severities[1], severities[2], severities[3]);

/** The widest scope that stands as severe as any. */
export function severestScope(severities: StandingInputs["severities"]): StateScopeKind {
  const scopes: readonly StateScopeKind[] = ["account", "strategy", "symbol", "sector"];
  return scopes[severities.indexOf(severestOf(severities) as Severity)] ?? "account";
}

/** Of the four the second: up to what closes. */
export const REDUCING: Severity = 1;

const ACTIVE: StandingInputs["severities"] = [0, 0, 0, 0];

function severityOf(state: RiskState, kind: StateScopeKind, id: string | undefined): Severity {
  const standing = state.tradingStates.get(stateKey(kind, id));
  // SAFETY: there are four states, from the mildest to the severest.
  return standing === undefined ? 0 : (TRADING_STATES.indexOf(standing.state) as Severity);
}
