/**
 * Everything that is ever measured, by its public name: what is not declared here cannot be counted. Labels have fixed values, but for
 * those that the code of an actor or the declared routes bound (`null`). Never the name of an actor or of a tenant.
 */
import { REFUSAL_CODES } from "../../src/domain/refusals.ts";

type Labels = Readonly<Record<string, readonly string[] | null>>;
type Common = { readonly help: string; readonly labels?: Labels };
export type Metric =
  | ({ readonly type: "counter" } & Common)
  | ({ readonly type: "histogram"; readonly buckets: readonly number[] } & Common)
  /** `over`: what the actors of one kind make together. `live`: says nothing any more once its actor is silent. */
  | ({ readonly type: "gauge"; readonly over: "sum" | "max"; readonly live?: boolean } & Common);

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** From one commit to Postgres: minutes while it is away. */
const LONG_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800];
const POWERS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];
const THOUSANDS = [1, 10, 50, 100, 250, 500, 1_000, 2_500, 5_000];

const counter = (help: string, labels?: Labels) =>
  ({ type: "counter", help, ...(labels === undefined ? {} : { labels }) }) as const;
const histogram = (help: string, buckets: readonly number[], labels?: Labels) =>
  ({ type: "histogram", help, buckets, ...(labels === undefined ? {} : { labels }) }) as const;
const sum = (help: string) => ({ type: "gauge", over: "sum", help }) as const;
const live = (help: string) => ({ type: "gauge", over: "sum", live: true, help }) as const;
const max = (help: string, labels?: Labels) =>
  ({ type: "gauge", over: "max", help, ...(labels === undefined ? {} : { labels }) }) as const;

export const METRICS = {
  outcry_http_requests_total: counter("Calls answered.", { method: null, route: null, status: null }),
  outcry_http_problems_total: counter("Calls refused, by the code of the problem.", { code: REFUSAL_CODES }),
  outcry_http_request_duration_seconds: histogram("From a call's arrival to its answer.", SECONDS, {
    method: null,
    route: null,
  }),

  outcry_actors: sum("Actors that have reported."),
  outcry_fenced_actors: sum("Actors that another copy has taken the mirror from."),
  outcry_mailbox_depth: live("Commands waiting."),
  outcry_mailbox_wait_seconds: histogram("From a command's arrival to its turn.", SECONDS),
  outcry_group_commands: histogram("Commands that shared one transaction.", POWERS),
  outcry_commands_total: counter("Commands that took their turn."),
  outcry_refusals_total: counter("Commands refused, by code.", { code: REFUSAL_CODES }),
  outcry_failures_total: counter("Commands that failed without an answer."),
  outcry_facts_total: counter("Facts recorded."),
  outcry_outbox_facts: sum("Facts that some destination has not confirmed."),
  outcry_outbox_waiting_actors: sum("Actors whose facts have waited for Postgres for more than two seconds."),
  outcry_outbox_lag_seconds: max(
    "Age of the oldest fact that waits for Postgres, where that is more than two seconds.",
  ),
  outcry_storage_rows_read_total: counter(
    "Rows that actors read from their own storage, as the platform bills them.",
  ),
  outcry_storage_rows_written_total: counter(
    "Rows that actors wrote to their own storage, index entries included.",
  ),
  outcry_archive_delay_seconds: histogram("From a fact's commit to its place in Postgres.", LONG_SECONDS),
  outcry_timers: sum("Named timers that stand."),
  outcry_sockets: sum("Connected WebSockets."),
  outcry_idempotency_keys: max(
    "Keys that a repeat is recognised by: the window that is covered, of the actor with most.",
  ),
  outcry_bound_used_ratio: max(
    "Size of a collection as part of its bound, of the actor where it is fullest.",
    {
      collection: null,
    },
  ),
  outcry_breaker_state: max("0 closed, 1 half open, 2 open.", { breaker: null }),

  outcry_archiver_transactions_total: counter("Transactions that Postgres committed."),
  outcry_archiver_batches_total: counter("Batches of one actor each that were committed."),
  outcry_archiver_rows_total: counter("Facts that were committed."),
  outcry_archiver_transaction_rows: histogram("Facts that shared one Postgres transaction.", THOUSANDS),
  outcry_archiver_parked_facts_total: counter("Facts that Postgres refuses for what they hold, kept beside."),
  outcry_archiver_errors_total: counter("Transactions that failed and will be tried again."),

  outcry_ticks_total: counter("Ticks, by what became of them.", {
    outcome: ["accepted", "duplicate", "late", "rejected"],
  }),
  outcry_trade_conditions_unknown_total: counter(
    "Conditions of trades that no table knows: the trades count as regular.",
  ),
  outcry_late_ticks_folded_total: counter(
    "Late trades, cancels and corrections that went into their bars after their day had closed.",
  ),
  outcry_late_ticks_unfolded_total: counter(
    "Those that were too old for that, or did not wait for want of room.",
  ),
  outcry_bars_total: counter("Bars that became final, and revisions of those that were.", {
    state: ["final", "revised"],
  }),
  outcry_orders_total: counter("Orders decided, repeats and dry runs left out.", {
    decision: ["accept", "reduce", "reject"],
  }),
  outcry_fills_total: counter("Fills booked."),
  outcry_quota_orders_total: counter(
    "Orders of accounts that have a parent, by whether they waited for it.",
    {
      way: ["local", "asked"],
    },
  ),
  outcry_quota_asks_total: counter("Asks of a parent for quota, by what became of them.", {
    outcome: ["answered", "refused", "away"],
  }),
  outcry_violations_total: counter("Violations raised."),
  outcry_candles_total: counter(
    "Candles of strategies that became final, and revisions of those that were.",
    {
      state: ["final", "revised"],
    },
  ),
  outcry_position_drifts_total: counter(
    "Times that a strategy held something else than its account, and took what that holds.",
  ),
  outcry_series_dropped_total: counter("Readings that had no room in a metrics shard."),
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof METRICS;
type NamesOf<Type extends Metric["type"]> = {
  [Name in MetricName]: (typeof METRICS)[Name]["type"] extends Type ? Name : never;
}[MetricName];
export type CounterName = NamesOf<"counter">;
export type HistogramName = NamesOf<"histogram">;
export type GaugeName = NamesOf<"gauge">;

/** Undefined where nothing of that name is declared: a report may come from newer code. */
export const metricOf = (name: string): Metric | undefined =>
  Object.hasOwn(METRICS, name) ? METRICS[name as MetricName] : undefined;
