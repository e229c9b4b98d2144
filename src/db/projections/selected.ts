/**
 * The kinds that there are many of: Postgres selects their typed rows from the facts themselves, so that the archiver reads none. Of any
 * other kind `all.ts` makes the rows. All of these are rows of an account, whose name is the risk shard's own.
 */
import type { PgTable } from "drizzle-orm/pg-core";
import type { PartitionedTable } from "../partitions.ts";
import { riskDecision } from "../schema.ts";

export type Selected = {
  readonly table: PgTable;
  /** Its month is that of the commit, which is its own moment to the millisecond. */
  readonly partitioned: PartitionedTable;
  /** Column ← field of the payload. A fact without a field that the table demands is parked. */
  readonly fields: Readonly<Record<string, string>>;
};

export const SELECTED: Readonly<Record<string, Selected>> = {
  "order-decided": {
    table: riskDecision,
    partitioned: "risk_decision",
    fields: {
      client_order_id: "clientOrderId",
      strategy: "strategy",
      symbol: "symbol",
      side: "side",
      type: "type",
      qty: "qty",
      price: "price",
      decision: "decision",
      allowed_qty: "allowedQty",
      code: "code",
      limits_version: "limitsVersion",
      decided_at: "at",
    },
  },
};
