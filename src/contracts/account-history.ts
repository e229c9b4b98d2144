/** What became of an account: its executions, and what it made. */
import { z } from "zod";
import { EXECUTION_TYPES, SIDES } from "../domain/order.ts";
import { epochMs, factPart, listOf, listQuery, plainId, symbolId } from "./common.ts";
import { endpoint } from "./endpoint.ts";

const money = z.string();
const quantity = z.string();
export const dateText = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .meta({ format: "date" });

export const tradingDay = z.strictObject({
  date: dateText.describe("The date by which the trading day is called: that on which it ends."),
  start: epochMs.describe("When the trading day before ended."),
  end: epochMs,
});

export const bookedExecution = z
  .strictObject({
    /** Of the fact that records it. */
    seq: z.int().min(1),
    execId: z.string(),
    type: z.enum(EXECUTION_TYPES),
    /** Null where no order brought it: the opening of a leg, or of an imported book. */
    clientOrderId: z.string().nullable(),
    strategy: plainId.nullable(),
    symbol: symbolId,
    side: z.enum(SIDES),
    /** Of a fill; of a correction as it stands since. */
    qty: quantity.nullable(),
    price: z.string().nullable(),
    /** Below zero: a rebate. In the instrument's currency. */
    fee: money.nullable(),
    /** Of a bust or a correction: the fill that it is about. */
    refExecId: z.string().nullable(),
    /** What it realised at average cost, in the instrument's currency; null where it is not known of it. */
    realised: money.nullable(),
    ts: epochMs,
    bookedAt: epochMs,
    part: factPart,
  })
  .meta({ id: "BookedExecution" });
export type BookedExecution = z.output<typeof bookedExecution>;
const bookedExecutions = listOf(bookedExecution).extend({
  /** Null while Postgres, which has all of them, cannot be asked. */
  total: z.int().min(0).nullable(),
});

const figures = z
  .strictObject({
    realised: money,
    unrealised: money,
    fees: money,
    funding: money,
    /** realised + unrealised − fees + funding */
    total: money,
  })
  .meta({ id: "ProfitFigures" });
export type ProfitFigures = z.output<typeof figures>;

const sinceWhen = {
  /** Since the trading day began; null where it is not known how the account stood then. */
  day: figures
    .extend({
      realised: money
        .nullable()
        .describe("Null by FIFO and LIFO, as unrealised: a close keeps average cost alone."),
      unrealised: money.nullable(),
    })
    .meta({ id: "DayProfitFigures" })
    .nullable(),
  inception: figures,
};
export const PNL_METHODS = ["average", "fifo", "lifo"] as const;
export const PNL_GROUPINGS = ["account", "strategy", "symbol"] as const;

export const pnlReply = z
  .strictObject({
    account: plainId,
    /** All figures are in it; those in other currencies at the rate of now, of the day's start at that of then. */
    currency: z.string(),
    method: z.enum(PNL_METHODS),
    by: z.enum(PNL_GROUPINGS),
    /** The one that `day` is of. */
    tradingDay,
    ...sinceWhen,
    /** By name; empty where the account is not taken apart. */
    items: z.array(
      z.strictObject({
        /** Null: what no strategy holds. */
        strategy: plainId.nullable().optional(),
        symbol: symbolId.optional(),
        ...sinceWhen,
      }),
    ),
    /** Held without a price: 0 unrealised. */
    unpriced: z.array(symbolId),
    /** In a currency whose rate is not known: they count 0. */
    unconverted: z.array(z.string()),
    /** Lines whose oldest fills have been folded: they are shown at average cost, whatever method was asked for. */
    unavailable: z.array(
      z.strictObject({ symbol: symbolId, strategy: plainId.nullable(), reason: z.string() }),
    ),
    seq: z.int().min(0),
  })
  .meta({ id: "AccountPnl" });
export type PnlReply = z.output<typeof pnlReply>;

const accountPath = z.strictObject({ account: plainId });
const read = { method: "GET", scope: "risk:read", tag: "Risk", params: accountPath } as const;

export const getExecutions = endpoint({
  ...read,
  path: "/v1/accounts/{account}/executions",
  summary:
    "What was booked, the newest first: out of the account while it keeps it, then out of Postgres. `total` is null where that is away. Of an account that is or was split, those of all its parts.",
  query: listQuery.extend({
    symbol: symbolId.optional(),
    strategy: plainId.optional(),
    type: z.enum(EXECUTION_TYPES).optional(),
  }),
  replies: { 200: bookedExecutions },
});
export const getAccountPnl = endpoint({
  ...read,
  path: "/v1/accounts/{account}/pnl",
  summary:
    "Profit and loss of the trading day and since inception, by cost method. Methods differ in what is realised and unrealised, never in the total.",
  query: z.strictObject({
    method: z.enum(PNL_METHODS).optional().describe("`average` unless given."),
    by: z.enum(PNL_GROUPINGS).optional().describe("`account` unless given."),
  }),
  replies: { 200: pnlReply },
});
