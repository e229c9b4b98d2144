/** Columns of the table of corporate actions. */
import { date, jsonb, numeric, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { at, origin } from "./columns.ts";

/** An action as it stands; one that was revoked says when. */
export const corporateAction = pgTable(
  "corporate_action",
  {
    symbol: text("symbol").notNull(),
    id: text("id").notNull(),
    type: text("type").notNull(),
    exDate: date("ex_date").notNull(),
    /** The fields of its type. */
    terms: jsonb("terms").notNull(),
    referencePrice: numeric("reference_price"),
    recordedAt: at("recorded_at").notNull(),
    /** `{tenant, subject}`. */
    recordedBy: jsonb("recorded_by").notNull(),
    revokedAt: at("revoked_at"),
    revokedBy: jsonb("revoked_by"),
    ...origin,
  },
  (table) => [primaryKey({ columns: [table.symbol, table.id] })],
);
