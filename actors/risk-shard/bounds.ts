/** Every collection of a risk shard, the size that it never passes, and what happens there. */
import { FX_SYMBOLS_MAX } from "../../src/contracts/accounts.ts";
import type { Bound } from "../runtime/bounds.ts";
import { historyBound } from "../runtime/history.ts";
import { IDEMPOTENCY_KEYS_MAX } from "../runtime/idempotency.ts";
import { journalBound } from "../runtime/journal.ts";
import { OUTBOX_FACTS_MAX } from "../runtime/outbox.ts";
import {
  APPLIED_ACTIONS_MAX,
  APPLIED_LIMITS_MAX,
  ARMED_MAX,
  CASH_CURRENCIES_MAX,
  DECISIONS_MAX,
  ENDED_ORDERS_MAX,
  ENDED_ORDERS_SLACK_MAX,
  ENTRIES_MAX,
  ENTRIES_SLACK,
  EXECUTIONS_MAX,
  LIMIT_VERSIONS_MAX,
  MASS_CANCEL_ORDERS_MAX,
  MASS_CANCEL_PART_ORDERS_MAX,
  MASS_CANCELS_MAX,
  POSITIONS_MAX,
  RATE_WINDOWS_MAX,
  RECONCILIATIONS_MAX,
  SNAPSHOT_PARTS_MAX,
  STATES_MAX,
  STRATEGIES_MAX,
  SYMBOLS_MAX,
  VIOLATIONS_MAX,
  WAITING_FRAMES_MAX,
  WAITING_UNITS_MAX,
  WORKING_ORDERS_MAX,
} from "./capacity.ts";
import { EXPIRIES_MAX } from "./expiries.ts";
import { FLOW_BOUNDS } from "./flow-bounds.ts";
import { MARKET_BOUNDS, SYMBOLS_AT_BOUND } from "./market-bounds.ts";
import { PART_BOUNDS } from "./parts-bounds.ts";
import { PLAN_BOUNDS } from "./plan-bounds.ts";
import { RETURN_BOUNDS } from "./return-bounds.ts";
import { SUMS_BOUNDS } from "./sums-bounds.ts";
import { WATCH_BOUNDS } from "./watch-bounds.ts";

const workingOrders = "A further order is decided `overloaded`; executions and cancels go on.";

const positions =
  "An order or a fill of no known order that would open a further one is refused `overloaded`; working orders may still fill.";

export const BOUNDS: readonly Bound[] = [
  { collection: "table:account", max: 1, unit: "rows", atBound: "One row by its key." },
  {
    collection: "table:limit_set",
    max: LIMIT_VERSIONS_MAX,
    unit: "rows",
    atBound: "The oldest version leaves; asking for it is refused `limits-unknown`.",
  },
  ...PLAN_BOUNDS,
  ...PART_BOUNDS,
  {
    collection: "table:trading_state",
    // The shard itself may stop the account.
    max: STATES_MAX + 1,
    unit: "rows",
    atBound: "A further scope is refused `too-many`; present ones can be changed and lifted.",
  },
  { collection: "table:above", max: 2, unit: "rows", atBound: "One row by each of its keys." },
  {
    collection: "table:reconciliation",
    max: RECONCILIATIONS_MAX,
    unit: "rows",
    atBound: "The oldest leaves: to read or resolve it is refused `reconcile-unknown`.",
  },
  {
    collection: "table:mass_cancel",
    // Parts: one for each mass-cancel, and those that are full.
    max: MASS_CANCELS_MAX + MASS_CANCEL_ORDERS_MAX / MASS_CANCEL_PART_ORDERS_MAX,
    unit: "rows",
    atBound: "The oldest leaves: asking for it is refused `mass-cancel-unknown`.",
  },
  {
    collection: "table:armed_connection",
    max: ARMED_MAX,
    unit: "rows",
    atBound: "A further connection is not armed: `too-many`.",
  },
  {
    collection: "table:position",
    max: POSITIONS_MAX + WORKING_ORDERS_MAX,
    unit: "rows",
    atBound: positions,
  },
  {
    collection: "table:risk_order",
    max: WORKING_ORDERS_MAX + ENDED_ORDERS_MAX + ENDED_ORDERS_SLACK_MAX,
    unit: "rows",
    atBound: "The oldest ended orders leave; working ones stay.",
  },
  {
    collection: "table:strategy",
    max: STRATEGIES_MAX,
    unit: "rows",
    atBound: "A further strategy, or legs beyond 20,000 in all, are refused `too-many`.",
  },
  {
    collection: "table:rate_window",
    max: RATE_WINDOWS_MAX,
    unit: "rows",
    atBound:
      "Windows in which nothing counts any more leave; where there is none, the order is `overloaded`.",
  },
  {
    collection: "table:closing",
    max: SNAPSHOT_PARTS_MAX,
    unit: "rows",
    atBound:
      "Each close takes the place of the one before, which is in Postgres; there are no more parts than positions make.",
  },
  // An order's key is remembered with its decision.
  journalBound("decision", IDEMPOTENCY_KEYS_MAX + DECISIONS_MAX),
  historyBound("decision_history", DECISIONS_MAX),
  historyBound("violation_history", VIOLATIONS_MAX),
  {
    ...historyBound("violation_resolution", VIOLATIONS_MAX),
    atBound: "Of each violation at most one; it leaves with the violation, when a further one is resolved.",
  },
  {
    ...journalBound("execution", EXECUTIONS_MAX),
    // While Postgres is away it holds what the outbox holds.
    max: Math.max(journalBound("execution", EXECUTIONS_MAX).max, OUTBOX_FACTS_MAX),
  },
  {
    collection: "table:position_journal",
    max: ENTRIES_MAX + ENTRIES_SLACK,
    unit: "rows",
    atBound:
      "The oldest entries of a line (beyond 20,000), or of the longest one, become its checkpoint: a bust of them is refused `ref-too-old`.",
  },
  {
    collection: "table:position_checkpoint",
    max: POSITIONS_MAX + WORKING_ORDERS_MAX,
    unit: "rows",
    atBound: "One for each line at the most.",
  },
  {
    collection: "table:cash_balance",
    max: CASH_CURRENCIES_MAX,
    unit: "rows",
    atBound: "Cash in a further currency is refused `overloaded`.",
  },
  {
    collection: "table:applied_action",
    max: APPLIED_ACTIONS_MAX,
    unit: "rows",
    atBound: "The oldest leave; the journals of their lines still know them.",
  },
  { collection: "state:tradingStates", max: STATES_MAX + 1, unit: "entries", atBound: "As its table." },
  ...WATCH_BOUNDS,
  ...MARKET_BOUNDS,
  ...RETURN_BOUNDS,
  ...SUMS_BOUNDS,
  {
    collection: "state:purses",
    max: FX_SYMBOLS_MAX + 1,
    unit: "entries",
    atBound: "What is in a currency without a symbol is refused `fx-missing`; the account's own is one more.",
  },
  {
    collection: "state:unrealised",
    max: SYMBOLS_MAX,
    unit: "entries",
    atBound: "As the instruments: leaves with the last position in its symbol.",
  },
  {
    collection: "state:foreignLines",
    max: FX_SYMBOLS_MAX,
    unit: "entries",
    atBound:
      "One for each currency that something is held or worked in; the symbols of it are those that have a line.",
  },
  {
    collection: "state:positions",
    max: POSITIONS_MAX + WORKING_ORDERS_MAX,
    unit: "entries",
    atBound: positions,
  },
  { collection: "state:orders", max: WORKING_ORDERS_MAX, unit: "entries", atBound: workingOrders },
  {
    collection: "state:ended",
    max: WORKING_ORDERS_MAX + ENDED_ORDERS_MAX,
    unit: "entries",
    atBound: "Emptied with each commit: they are on disk from then on.",
  },
  { collection: "state:symbolLines", max: SYMBOLS_MAX, unit: "entries", atBound: SYMBOLS_AT_BOUND },
  {
    collection: "state:strategyLines",
    max: POSITIONS_MAX + WORKING_ORDERS_MAX,
    unit: "entries",
    atBound: positions,
  },
  {
    collection: "state:strategyTotals",
    max: POSITIONS_MAX + WORKING_ORDERS_MAX,
    unit: "entries",
    atBound: "One for each strategy that has a line.",
  },
  {
    collection: "memory:memberships",
    max: STRATEGIES_MAX,
    unit: "entries",
    atBound: "As the strategies: a further group is refused `too-many`, as is a strategy's ninth.",
  },
  {
    collection: "state:strategies",
    max: STRATEGIES_MAX,
    unit: "entries",
    atBound: "As its table.",
  },
  {
    collection: "state:rates",
    max: 2 * RATE_WINDOWS_MAX,
    unit: "entries",
    atBound: "As its table; what was counted in a group joins those that leave when the group is written.",
  },
  ...FLOW_BOUNDS,
  {
    collection: "memory:appliedLimits",
    max: APPLIED_LIMITS_MAX,
    unit: "entries",
    atBound: "All are forgotten, and found again as orders ask for them.",
  },
  {
    collection: "memory:risen",
    max: SYMBOLS_MAX,
    unit: "entries",
    atBound: "As the instruments: only a known symbol rises.",
  },
  {
    collection: "memory:saidDrifts",
    max: SYMBOLS_MAX,
    unit: "entries",
    atBound: "As the instruments: one for each symbol that drifts.",
  },
  {
    collection: "memory:journalSizes",
    max: POSITIONS_MAX + WORKING_ORDERS_MAX,
    unit: "entries",
    atBound: "One for each line at the most.",
  },
  { collection: "memory:armed", max: ARMED_MAX, unit: "entries", atBound: "As its table." },
  {
    collection: "memory:expiries",
    max: EXPIRIES_MAX,
    unit: "entries",
    atBound: "Those of orders that have ended leave; there are no more than can work.",
  },
  {
    collection: "memory:waitingFrames",
    max: WAITING_FRAMES_MAX,
    unit: "entries",
    atBound:
      "A further order frame that would have to wait is answered `overloaded`, with a time to come back; no symbol is asked for.",
  },
  {
    collection: "memory:waitingFrameText",
    max: 2 * WAITING_UNITS_MAX,
    unit: "bytes",
    atBound: "As the frames, over all connections; a small one may still find room.",
  },
];
