/** Columns of the table of what persons said of violations. */
import { bigint, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { at, origin } from "./columns.ts";

export const violationResolution = pgTable(
  "violation_resolution",
  {
    tenant: text("tenant").notNull(),
    account: text("account").notNull(),
    /** Seq of the fact that raised it; `seq` is that of the fact that resolves it. */
    violation: bigint("violation", { mode: "number" }).notNull(),
    reason: text("reason").notNull(),
    by: text("by").notNull(),
    resolvedAt: at("resolved_at").notNull(),
    ...origin,
  },
  (table) => [primaryKey({ columns: [table.actor, table.violation] })],
);
