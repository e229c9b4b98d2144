/** A book that stands elsewhere already: it enters an account as openings, or not at all. */
import { z } from "zod";
import { decimal, nonNegativeDecimal, plainId, symbolId } from "./common.ts";
import { BULK_BODY_BYTES_MAX, endpoint } from "./endpoint.ts";
import { orderFields, pricesFit } from "./orders.ts";

/** As many as orders in one request: each is a turn's worth of facts, and a larger book comes in parts. */
export const IMPORTED_POSITIONS_MAX = 1_000;
export const IMPORTED_ORDERS_MAX = 1_000;
/** An account's own currency, and as many beside it as it may name. */
export const IMPORTED_CURRENCIES_MAX = 17;

const coded = (code: string, message: string) => ({ message, params: { code } });
const unique = (values: readonly string[]): boolean => new Set(values).size === values.length;
const nonZero = decimal.refine((text) => /[1-9]/.test(text), coded("zero", "must not be zero"));

export const importedPosition = z.strictObject({
  symbol: symbolId,
  /** The account's default where it is absent. */
  strategy: plainId.optional(),
  /** Signed: negative is short. */
  qty: nonZero,
  /** It may be finer than the instrument's prices: what is held has then cost qty × avgPrice at 12 decimals, ties to even. */
  avgPrice: nonNegativeDecimal,
  /** What it has made and paid so far, in the instrument's currency. */
  realised: decimal.optional(),
  fees: decimal.optional(),
});

const order = orderFields.omit({ reduceOnly: true, replaces: true, ttlMs: true }).extend({
  /** Of `qty`; the rest works. */
  filledQty: nonNegativeDecimal.optional(),
});
export const importedOrder = order.superRefine((value, context) => {
  for (const fault of pricesFit(value)) context.addIssue({ code: "custom", ...fault });
});

export const importBody = z
  .strictObject({
    /** Of this import: the same id with the same body changes nothing more. */
    id: plainId,
    positions: z
      .array(importedPosition)
      .max(IMPORTED_POSITIONS_MAX)
      .refine(
        (all) => unique(all.map(({ symbol, strategy = "" }) => `${symbol} ${strategy}`)),
        coded("duplicate", "a symbol is named once for each strategy"),
      ),
    orders: z
      .array(importedOrder)
      .max(IMPORTED_ORDERS_MAX)
      .refine(
        (all) => unique(all.map(({ clientOrderId }) => clientOrderId)),
        coded("duplicate", "an order is named once"),
      )
      .optional(),
    cash: z
      .array(z.strictObject({ currency: z.string().min(1).max(12), amount: nonZero }))
      .max(IMPORTED_CURRENCIES_MAX)
      .refine(
        (all) => unique(all.map(({ currency }) => currency)),
        coded("duplicate", "a currency is named once"),
      )
      .optional(),
  })
  .meta({ id: "AccountImport" });
export type ImportBody = z.output<typeof importBody>;
export type ImportedPosition = z.output<typeof importedPosition>;
export type ImportedOrder = z.output<typeof importedOrder>;

export const importReply = z.strictObject({
  id: plainId,
  positions: z.int().min(0),
  orders: z.array(z.strictObject({ clientOrderId: plainId, orderId: z.string() })),
  cash: z.int().min(0),
  /** Of the newest fact. */
  seq: z.int().min(0),
});

export const postImport = endpoint({
  method: "POST",
  path: "/v1/accounts/{account}/import",
  scope: "risk:admin",
  tag: "Risk",
  summary:
    "Takes over an existing book, all of it or nothing: positions as opening executions, orders as working ones with what they reserve, cash as deposits and withdrawals. Refused `import-not-flat` where a line of it holds or works something here. Limits do not refuse it; what stands above one is a violation.",
  params: z.strictObject({ account: plainId }),
  body: { schema: importBody, bytesMax: BULK_BODY_BYTES_MAX },
  replies: { 200: importReply },
});
