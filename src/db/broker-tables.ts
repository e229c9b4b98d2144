/** Columns of the tables that tell how an account stood beside its broker: what differed, and what was set right in whose name. */
import { integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { at, origin } from "./columns.ts";

const ofAccount = { tenant: text("tenant").notNull(), account: text("account").notNull() };

export const reconciliation = pgTable(
  "reconciliation",
  {
    ...ofAccount,
    id: text("id").notNull(),
    asOf: at("as_of").notNull(),
    differences: jsonb("differences").notNull(),
    total: integer("total").notNull(),
    by: text("by").notNull(),
    reconciledAt: at("reconciled_at").notNull(),
    ...origin,
  },
  (table) => [primaryKey({ columns: [table.tenant, table.account, table.id] })],
);

/** `orders` as they stood afterwards. */
export const adjustment = pgTable(
  "adjustment",
  {
    ...ofAccount,
    id: text("id").notNull(),
    origin: text("origin").notNull(),
    ref: text("ref").notNull(),
    n: integer("n").notNull(),
    what: text("what").notNull(),
    symbol: text("symbol"),
    strategy: text("strategy"),
    orders: jsonb("orders").notNull(),
    reason: text("reason").notNull(),
    by: text("by").notNull(),
    bookedAt: at("booked_at").notNull(),
    ...origin,
  },
  (table) => [primaryKey({ columns: [table.actor, table.seq] })],
);
