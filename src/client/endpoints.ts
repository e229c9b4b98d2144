/** Every call that the contracts declare, as types alone: what is declared there can be called here. Without UDF, which charts have clients for. */

import type * as accountActions from "../contracts/account-actions.ts";
import type * as accountHistory from "../contracts/account-history.ts";
import type * as accountImport from "../contracts/account-import.ts";
import type * as accountInputs from "../contracts/account-inputs.ts";
import type * as accounts from "../contracts/accounts.ts";
import type * as actors from "../contracts/actors.ts";
import type * as balances from "../contracts/balances.ts";
import type * as barImport from "../contracts/bar-import.ts";
import type * as bars from "../contracts/bars.ts";
import type * as calendars from "../contracts/calendars.ts";
import type * as cash from "../contracts/cash.ts";
import type * as corporateActions from "../contracts/corporate-actions.ts";
import type * as decisions from "../contracts/decisions.ts";
import type * as depth from "../contracts/depth.ts";
import type { Endpoint } from "../contracts/endpoint.ts";
import type * as executions from "../contracts/executions.ts";
import type * as explanation from "../contracts/explanation.ts";
import type * as firmCalls from "../contracts/firm-calls.ts";
import type * as gaps from "../contracts/gaps.ts";
import type * as gateways from "../contracts/gateways.ts";
import type * as health from "../contracts/health.ts";
import type * as indicators from "../contracts/indicators.ts";
import type * as instruments from "../contracts/instruments.ts";
import type * as keys from "../contracts/keys.ts";
import type * as labels from "../contracts/labels.ts";
import type * as limitPlan from "../contracts/limit-plan.ts";
import type * as limitTemplates from "../contracts/limit-templates.ts";
import type * as limitTrips from "../contracts/limit-trips.ts";
import type * as limits from "../contracts/limits.ts";
import type * as liquidity from "../contracts/liquidity.ts";
import type * as m2m from "../contracts/m2m.ts";
import type * as massCancels from "../contracts/mass-cancels.ts";
import type * as metrics from "../contracts/metrics.ts";
import type * as orders from "../contracts/orders.ts";
import type * as quote from "../contracts/quote.ts";
import type * as reconcile from "../contracts/reconcile.ts";
import type * as risk from "../contracts/risk.ts";
import type * as series from "../contracts/series.ts";
import type * as splits from "../contracts/splits.ts";
import type * as statements from "../contracts/statements.ts";
import type * as statistics from "../contracts/statistics.ts";
import type * as strategies from "../contracts/strategies.ts";
import type * as strategyGroups from "../contracts/strategy-groups.ts";
import type * as tickets from "../contracts/tickets.ts";
import type * as ticks from "../contracts/ticks.ts";
import type * as violations from "../contracts/violations.ts";

type In<Module> = Extract<Module[keyof Module], Endpoint>;

export type AnyEndpoint =
  | In<typeof accountHistory>
  | In<typeof accountImport>
  | In<typeof accountInputs>
  | In<typeof accounts>
  | In<typeof actors>
  | In<typeof accountActions>
  | In<typeof cash>
  | In<typeof risk>
  | In<typeof splits>
  | In<typeof strategyGroups>
  | In<typeof statistics>
  | In<typeof m2m>
  | In<typeof balances>
  | In<typeof barImport>
  | In<typeof bars>
  | In<typeof calendars>
  | In<typeof corporateActions>
  | In<typeof decisions>
  | In<typeof depth>
  | In<typeof executions>
  | In<typeof firmCalls>
  | In<typeof gaps>
  | In<typeof gateways>
  | In<typeof health>
  | In<typeof indicators>
  | In<typeof instruments>
  | In<typeof keys>
  | In<typeof labels>
  | In<typeof limits>
  | In<typeof limitPlan>
  | In<typeof limitTemplates>
  | In<typeof limitTrips>
  | In<typeof violations>
  | In<typeof explanation>
  | In<typeof liquidity>
  | In<typeof massCancels>
  | In<typeof metrics>
  | In<typeof orders>
  | In<typeof quote>
  | In<typeof reconcile>
  | In<typeof series>
  | In<typeof statements>
  | In<typeof strategies>
  | In<typeof tickets>
  | In<typeof ticks>;
