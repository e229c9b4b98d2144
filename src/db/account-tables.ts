/** Columns of the tables that tell what became of accounts: cash, revised lines, snapshots. */
import { bigint, date, integer, jsonb, numeric, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { at, origin } from "./columns.ts";

const ofAccount = { tenant: text("tenant").notNull(), account: text("account").notNull() };

export const cashMovement = pgTable(
  "cash_movement",
  {
    ...ofAccount,
    id: text("id").notNull(),
    type: text("type").notNull(),
    currency: text("currency").notNull(),
    amount: numeric("amount").notNull(),
    /** Of what was booked into a line: then it is none of the account's cash. */
    symbol: text("symbol"),
    strategy: text("strategy"),
    note: text("note"),
    ts: at("ts").notNull(),
    bookedAt: at("booked_at").notNull(),
    ...origin,
  },
  (table) => [primaryKey({ columns: [table.actor, table.seq, table.bookedAt] })],
);

/** A line at a moment at which it became another than it was told, by what was no fill; `n` counts those of one fact. */
export const lineRevision = pgTable(
  "line_revision",
  {
    ...ofAccount,
    reason: text("reason").notNull(),
    id: text("id").notNull(),
    symbol: text("symbol").notNull(),
    strategy: text("strategy"),
    currency: text("currency").notNull(),
    qty: numeric("qty").notNull(),
    cost: numeric("cost").notNull(),
    realised: numeric("realised").notNull(),
    fees: numeric("fees").notNull(),
    funding: numeric("funding").notNull(),
    ts: at("ts").notNull(),
    bookedAt: at("booked_at").notNull(),
    n: integer("n").notNull(),
    ...origin,
  },
  (table) => [primaryKey({ columns: [table.actor, table.seq, table.n, table.bookedAt] })],
);

/** `head` of the first part alone; `first_seq` is that part's. */
export const accountSnapshot = pgTable(
  "account_snapshot",
  {
    ...ofAccount,
    kind: text("kind").notNull(),
    day: date("day").notNull(),
    part: integer("part").notNull(),
    firstSeq: bigint("first_seq", { mode: "number" }).notNull(),
    head: jsonb("head"),
    positions: jsonb("positions").notNull(),
    takenAt: at("taken_at").notNull(),
    ...origin,
  },
  (table) => [primaryKey({ columns: [table.actor, table.seq, table.takenAt] })],
);
