/** Movements of cash that no fill brings: paid in and out, funding, dividends, interest, fees, adjustments. */
import { z } from "zod";
import { CASH_TYPES, CASH_TYPES_OF_LINES } from "../domain/cash.ts";
import { decimal, epochMs, plainId, symbolId } from "./common.ts";
import { endpoint } from "./endpoint.ts";

/** As many as executions in one request. */
export const CASH_PER_REQUEST_MAX = 1_000;
/** A sentence for who reads the statement. */
const NOTE_UNITS_MAX = 256;

/** Why a movement was refused. Nothing is remembered of a refused one. */
export const CASH_CODES = [
  "cash-id-reused",
  "ts-future",
  "instrument-unknown",
  "strategy-unknown",
  "currency-mismatch",
  "fx-missing",
  "scale-exceeded",
  "number-range",
  "account-unknown",
  "overloaded",
] as const;

const coded = (code: string, message: string) => ({ message, params: { code } });
const isNegative = (amount: string): boolean => amount.startsWith("-");

export const cashMovement = z
  .strictObject({
    id: plainId,
    type: z.enum(CASH_TYPES),
    currency: z.string().min(1).max(64),
    amount: decimal
      .refine((amount) => /[1-9]/.test(amount), coded("not-zero", "a movement moves something"))
      .describe("Above zero where the account receives it."),
    symbol: symbolId
      .optional()
      .describe("Of funding, dividends and fees: booked to what is held in it, in its currency."),
    strategy: plainId.optional(),
    ts: epochMs,
    note: z.string().max(NOTE_UNITS_MAX).optional(),
  })
  .refine(({ type, amount }) => type !== "deposit" || !isNegative(amount), {
    ...coded("range", "a deposit is above zero"),
    path: ["amount"],
  })
  .refine(({ type, amount }) => type !== "withdrawal" || isNegative(amount), {
    ...coded("range", "a withdrawal is below zero"),
    path: ["amount"],
  })
  .refine(({ type, symbol }) => symbol === undefined || CASH_TYPES_OF_LINES.has(type), {
    ...coded("field-combination", "only funding, dividends and fees are of a symbol"),
    path: ["symbol"],
  })
  .refine(({ symbol, strategy }) => strategy === undefined || symbol !== undefined, {
    ...coded("field-combination", "cash of a strategy is of one of its symbols"),
    path: ["strategy"],
  })
  .meta({ id: "CashMovement" });
export type CashMovement = z.output<typeof cashMovement>;

export const cashBody = z.strictObject({
  movements: z.array(cashMovement).min(1).max(CASH_PER_REQUEST_MAX),
});

export const cashReply = z.strictObject({
  results: z.array(
    z.strictObject({
      id: plainId,
      status: z.enum(["applied", "duplicate", "refused"]),
      code: z.enum(CASH_CODES).optional(),
    }),
  ),
  /** Of the newest fact. */
  seq: z.int().min(0),
});

export const postCash = endpoint({
  method: "POST",
  path: "/v1/accounts/{account}/cash",
  scope: "risk:admin",
  tag: "Risk",
  summary:
    "Books movements of cash, each once by its id. Deposits and withdrawals are no profit or loss; with a symbol it belongs to what is held in it.",
  params: z.strictObject({ account: plainId }),
  body: { schema: cashBody },
  replies: { 200: cashReply },
});
