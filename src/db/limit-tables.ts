/** Columns of the table of limit sets as they were in force. */
import { integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { at, origin } from "./columns.ts";

/** A version holds from `since` until that of the next one. `by` and `origin`: null in versions from before they were told. */
export const limitVersion = pgTable(
  "limit_version",
  {
    tenant: text("tenant").notNull(),
    account: text("account").notNull(),
    version: integer("version").notNull(),
    limits: jsonb("limits").notNull(),
    by: text("by"),
    origin: jsonb("origin"),
    since: at("since").notNull(),
    ...origin,
  },
  (table) => [primaryKey({ columns: [table.tenant, table.account, table.version] })],
);
