/** Columns of the tables of labels. */
import { integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { at, origin } from "./columns.ts";

/** Which of whose labels a row is about. */
const ofLabel = { tenant: text("tenant").notNull(), id: text("id").notNull() };

/** A tenant's notes on symbols as they stand; one that was deleted says when. */
export const label = pgTable(
  "label",
  {
    ...ofLabel,
    symbol: text("symbol").notNull(),
    ts: at("ts").notNull(),
    text: text("text").notNull(),
    color: text("color"),
    metadata: jsonb("metadata").notNull(),
    version: integer("version").notNull(),
    createdAt: at("created_at").notNull(),
    createdBy: text("created_by").notNull(),
    updatedAt: at("updated_at").notNull(),
    updatedBy: text("updated_by").notNull(),
    deletedAt: at("deleted_at"),
    ...origin,
  },
  (table) => [primaryKey({ columns: [table.tenant, table.id] })],
);

/** The audit of labels: who made which version, when, and its public text. */
export const labelVersion = pgTable(
  "label_version",
  {
    ...ofLabel,
    version: integer("version").notNull(),
    what: text("what").notNull(),
    at: at("at").notNull(),
    by: text("by").notNull(),
    body: text("body").notNull(),
    ...origin,
  },
  (table) => [primaryKey({ columns: [table.tenant, table.id, table.version] })],
);
