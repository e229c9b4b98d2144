/** Bars of quotes in Postgres: both sides and what lies between them in one row. */
import { boolean, integer, numeric, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { at, origin } from "./columns.ts";

export const quoteBar = pgTable(
  "quote_bar",
  {
    symbol: text("symbol").notNull(),
    resolution: text("resolution").notNull(),
    start: at("start").notNull(),
    bidOpen: numeric("bid_open").notNull(),
    bidHigh: numeric("bid_high").notNull(),
    bidLow: numeric("bid_low").notNull(),
    bidClose: numeric("bid_close").notNull(),
    askOpen: numeric("ask_open").notNull(),
    askHigh: numeric("ask_high").notNull(),
    askLow: numeric("ask_low").notNull(),
    askClose: numeric("ask_close").notNull(),
    midOpen: numeric("mid_open").notNull(),
    midHigh: numeric("mid_high").notNull(),
    midLow: numeric("mid_low").notNull(),
    midClose: numeric("mid_close").notNull(),
    quotes: integer("quotes").notNull(),
    rev: integer("rev").notNull(),
    state: text("state").notNull(),
    partial: boolean("partial").notNull(),
    ...origin,
  },
  (table) => [primaryKey({ columns: [table.symbol, table.resolution, table.start] })],
);
