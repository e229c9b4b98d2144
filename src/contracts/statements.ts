/** How an account stood at the close of its trading days, and what lies between two of them. */
import { z } from "zod";
import { PARTS_MAX } from "../domain/parts-map.ts";
import { bookedExecution, tradingDay } from "./account-history.ts";
import {
  epochMs,
  factPart,
  listOf,
  listQuery,
  partQuery,
  plainId,
  queryEpochMs,
  symbolId,
} from "./common.ts";
import { endpoint } from "./endpoint.ts";
import { isSpan, SPAN_FAULT } from "./time-window.ts";

/** A sentence of who took the snapshot, for who reads it later. */
const REASON_UNITS_MAX = 256;
/** Items of each list of a statement, the oldest first; its sums count all of them. */
export const STATEMENT_ITEMS_MAX = 1_000;

/** A date that exists, and not before time is counted here. */
const closedDate = z.iso
  .date()
  .refine((date) => date >= "1970-01-01", { message: "from 1970 on", params: { code: "range" } });

const money = z.string();
const quantity = z.string();

const moneyOf = { cash: money, realised: money, unrealised: money, fees: money, funding: money };

export const currencyBalance = z.strictObject({
  currency: z.string(),
  ...moneyOf,
  total: money,
  /** What one of it was worth in the account's currency; null where that was not known: it counts 0 in the account's sums. */
  fxRate: z.string().nullable(),
});

const standing = {
  currency: z.string(),
  /** startingEquity + cash + realised + unrealised − fees + funding */
  equity: money,
  startingEquity: money,
  ...moneyOf,
  total: money,
};

const SNAPSHOT_KINDS = ["close", "manual"] as const;
export const snapshotObject = z
  .strictObject({
    /** Of the fact that records it, and its id. */
    seq: z.int().min(1),
    kind: z.enum(SNAPSHOT_KINDS).describe("`close`: by itself, at the end of a trading day."),
    reason: z.string().nullable(),
    by: z.string().nullable(),
    /** The trading day that it closes, or that it was taken in. */
    day: tradingDay,
    at: epochMs.describe("When it was taken."),
    ...standing,
    /** total less that of the close before and broughtIn's; null where there was none to compare with, or it lacked a price or a rate. */
    dayPnl: money.nullable(),
    broughtIn: z
      .strictObject({ realised: money, unrealised: money, fees: money, total: money })
      .optional()
      .describe(
        "What lines that were imported since the close before had made by then; absent where that is nothing.",
      ),
    currencies: z.array(currencyBalance),
    positions: z.int().min(0).describe("How many it has."),
    unpriced: z.array(symbolId),
    part: factPart,
  })
  .meta({ id: "AccountSnapshot" });
export type SnapshotObject = z.output<typeof snapshotObject>;

export const snapshotBody = z.strictObject({ reason: z.string().min(1).max(REASON_UNITS_MAX).optional() });

export const snapshotPosition = z.strictObject({
  symbol: symbolId,
  strategy: plainId.nullable(),
  /** Of the instrument: all money here is in it. */
  currency: z.string(),
  qty: quantity,
  /** Signed: below zero for a short. */
  cost: money,
  avgPrice: z.string().nullable(),
  marketPrice: z.string().nullable(),
  unrealised: money,
  realised: money,
  fees: money,
  funding: money,
});
export type SnapshotPosition = z.output<typeof snapshotPosition>;

const stood = z
  .strictObject({
    /** Null where the account began in this statement. */
    seq: z.int().min(1).nullable(),
    at: epochMs.nullable(),
    ...standing,
    positions: z.array(snapshotPosition),
  })
  .meta({ id: "StatementSide" });

const cashMovement = z.strictObject({
  seq: z.int().min(1),
  id: z.string(),
  type: z.string(),
  currency: z.string(),
  amount: money,
  symbol: symbolId.nullable(),
  strategy: plainId.nullable(),
  note: z.string().nullable(),
  ts: epochMs,
  bookedAt: epochMs,
});

/** A change of a line that no fill brought. Money in the instrument's currency, `cost` signed. */
const lineRevision = z.strictObject({
  seq: z.int().min(1),
  reason: z.string(),
  /** The report, action, movement or adjustment. */
  id: z.string(),
  symbol: symbolId,
  strategy: plainId.nullable(),
  currency: z.string(),
  qty: quantity,
  cost: money,
  realised: money,
  fees: money,
  funding: money,
  ts: epochMs,
  bookedAt: epochMs,
});

export const statementReply = z
  .strictObject({
    account: plainId,
    day: tradingDay,
    opening: stood,
    closing: stood,
    /** closing.equity = opening.equity + capital + cash + realised + unrealised − fees + funding + fx, exactly. */
    movement: z.strictObject({
      capital: money.describe(
        "The account's starting equity was put anew, or an import brought something along.",
      ),
      broughtIn: money.describe(
        "Of capital, what lines that were imported had made by then: it is in no other part.",
      ),
      cash: money.describe("Paid in less paid out; interest and adjustments of cash too."),
      realised: money,
      unrealised: money.describe("By how much it changed."),
      fees: money,
      funding: money,
      fx: money.describe("What other rates made of that which was there before."),
    }),
    /** By currency, without any rate: what was booked, and what both ends say. They differ by nothing. */
    currencies: z.array(
      z.strictObject({
        currency: z.string(),
        opening: z.strictObject(moneyOf),
        booked: z.strictObject({ cash: money, realised: money, fees: money, funding: money }),
        closing: z.strictObject(moneyOf),
        difference: z.strictObject({ cash: money, realised: money, fees: money, funding: money }),
      }),
    ),
    reconciles: z.boolean().describe("Every difference is 0."),
    executions: z.array(bookedExecution),
    cash: z.array(cashMovement),
    corporateActions: z.array(lineRevision),
    /** Busts, corrections and attributed adjustments, with what they changed. */
    adjustments: z.array(lineRevision),
    /** Of each list there are at most the first 1,000 here. */
    counts: z.strictObject({
      executions: z.int().min(0),
      cash: z.int().min(0),
      corporateActions: z.int().min(0),
      adjustments: z.int().min(0),
    }),
    part: factPart,
    parts: z
      .array(
        z
          .int()
          .min(1)
          .max(PARTS_MAX - 1),
      )
      .optional()
      .describe(
        "Other parts that closed this day, of an account that is or was split: each has a statement of its own (`part`), and none of it is in this one. Absent where there are none.",
      ),
  })
  .meta({ id: "Statement" });
export type StatementReply = z.output<typeof statementReply>;

const accountPath = z.strictObject({ account: plainId });
const read = { method: "GET", scope: "risk:read", tag: "Risk", params: accountPath } as const;

export const postSnapshot = endpoint({
  method: "POST",
  path: "/v1/accounts/{account}/snapshots",
  scope: "risk:admin",
  tag: "Risk",
  summary:
    "Records how the account stands now. At the end of each trading day one is taken by itself; a statement is what lies between two of those.",
  params: accountPath,
  body: { schema: snapshotBody, optional: true },
  replies: { 200: snapshotObject },
});
export const getSnapshots = endpoint({
  ...read,
  path: "/v1/accounts/{account}/snapshots",
  summary:
    "Snapshots, the newest first, out of Postgres. Of an account that is or was split, those of one part.",
  query: listQuery
    .extend({
      from: queryEpochMs.optional().describe("Taken at or after, epoch ms."),
      to: queryEpochMs.optional().describe("Taken before, epoch ms."),
      kind: z.enum(SNAPSHOT_KINDS).optional(),
      part: partQuery,
    })
    .refine(isSpan, SPAN_FAULT),
  replies: { 200: listOf(snapshotObject) },
});
export const getStatement = endpoint({
  ...read,
  path: "/v1/accounts/{account}/statements",
  summary:
    "A closed trading day, out of Postgres: how it opened and closed, everything that was booked in it, and sums that lead from one to the other. What is reported late counts in the day that it was booked in. Of an account that is or was split, it is of one part: `parts` names the others.",
  query: z.strictObject({ date: closedDate, part: partQuery }),
  replies: { 200: statementReply },
});
