/** An account against its broker's statement: what differs, and differences set right by adjustments that say whose they are. */
import { z } from "zod";
import { SIDES } from "../domain/order.ts";
import { DIFFERENCE_CODES, DIFFERENCE_KINDS, DIFFERENCES_MAX } from "../domain/reconciliation.ts";
import { IMPORTED_CURRENCIES_MAX } from "./account-import.ts";
import {
  decimal,
  epochMs,
  idempotencyHeaders,
  nonNegativeDecimal,
  plainId,
  positiveDecimal,
  symbolId,
} from "./common.ts";
import { BULK_BODY_BYTES_MAX, endpoint } from "./endpoint.ts";

/** Symbols that one account follows. */
export const BROKER_POSITIONS_MAX = 5_000;
/** Orders that work in one account. */
export const BROKER_ORDERS_MAX = 10_000;
/** A sentence of who set it right, for who reads it later. */
const REASON_UNITS_MAX = 256;

/** The newest one is asked for by this in place of an id, which is `r` and digits. */
export const NEWEST_RECONCILIATION = "newest";

const coded = (code: string, message: string) => ({ message, params: { code } });
const unique = (values: readonly string[]): boolean => new Set(values).size === values.length;

const brokerPosition = z.strictObject({
  symbol: symbolId,
  /** Signed, of the whole account. */
  qty: decimal,
  avgPrice: nonNegativeDecimal.optional(),
});
const brokerOrder = z.strictObject({
  clientOrderId: plainId,
  symbol: symbolId,
  side: z.enum(SIDES),
  qty: positiveDecimal,
  /** Not compared where it is absent. */
  filledQty: nonNegativeDecimal.optional(),
  /** Its limit: what an order that is missing here is valued at. */
  price: positiveDecimal.optional(),
});

/** Each list that is there is the whole of what the broker has; a list that is absent is not compared. */
export const reconcileBody = z
  .strictObject({
    /** When the broker drew it up. */
    asOf: epochMs,
    positions: z
      .array(brokerPosition)
      .max(BROKER_POSITIONS_MAX)
      .refine((all) => unique(all.map(({ symbol }) => symbol)), coded("duplicate", "a symbol is named once")),
    orders: z
      .array(brokerOrder)
      .max(BROKER_ORDERS_MAX)
      .refine(
        (all) => unique(all.map(({ clientOrderId }) => clientOrderId)),
        coded("duplicate", "an order is named once"),
      )
      .optional(),
    /** As `GET …/balances` tells the account's cash: paid in less paid out, without what positions have earned. */
    cash: z
      .array(z.strictObject({ currency: z.string().min(1).max(12), amount: decimal }))
      .max(IMPORTED_CURRENCIES_MAX)
      .refine(
        (all) => unique(all.map(({ currency }) => currency)),
        coded("duplicate", "a currency is named once"),
      )
      .optional(),
  })
  .meta({ id: "BrokerBook" });
export type ReconcileBody = z.output<typeof reconcileBody>;
export type BrokerPosition = z.output<typeof brokerPosition>;
export type BrokerOrder = z.output<typeof brokerOrder>;

/** Null as a strategy: what is held without one. */
const lineChange = z.strictObject({ strategy: plainId.nullable(), qty: z.string() });
export const proposalObject = z.discriminatedUnion("action", [
  z.strictObject({
    action: z.literal("trade"),
    /** Signed, by line; another strategy can be named when it is resolved. */
    lines: z.array(lineChange),
    /** The broker's average, or the mark. */
    price: z.string(),
  }),
  z.strictObject({ action: z.literal("set-average-price"), price: z.string() }),
  z.strictObject({ action: z.literal("end-order") }),
  z.strictObject({
    action: z.literal("add-order"),
    strategy: plainId.nullable(),
    side: z.enum(SIDES),
    /** `limit` where the broker told its price, else it is valued at the mark. */
    type: z.enum(["limit", "market"]),
    qty: z.string(),
    filledQty: z.string(),
    price: z.string(),
  }),
  z.strictObject({ action: z.literal("change-order"), qty: z.string(), filledQty: z.string() }),
  z.strictObject({ action: z.literal("adjust-cash"), amount: z.string() }),
]);

export const differenceObject = z
  .strictObject({
    /** From 1; by this number it is resolved. */
    n: z.int().min(1),
    kind: z.enum(DIFFERENCE_KINDS),
    symbol: symbolId.optional(),
    clientOrderId: plainId.optional(),
    currency: z.string().optional(),
    /** A signed quantity, an average price, an amount, or of an order `filled/quantity`; null where there is none. */
    ours: z.string().nullable(),
    theirs: z.string().nullable(),
    /** What resolving it books; null where nothing can be booked, and then `code` says why. */
    proposal: proposalObject.nullable(),
    code: z.enum(DIFFERENCE_CODES).optional(),
    resolved: z
      .strictObject({ at: epochMs, by: z.string(), reason: z.string(), seq: z.int().min(1) })
      .optional(),
  })
  .meta({ id: "BookDifference" });

export const reconciliationObject = z
  .strictObject({
    id: plainId,
    /** Of its fact. */
    seq: z.int().min(1),
    asOf: epochMs,
    at: epochMs,
    by: z.string(),
    differences: z.array(differenceObject).describe(`The first ones, at most ${DIFFERENCES_MAX}.`),
    /** How many there are. */
    total: z.int().min(0),
  })
  .meta({ id: "Reconciliation" });
export type ReconciliationObject = z.output<typeof reconciliationObject>;

export const resolveBody = z.strictObject({
  accept: z
    .array(z.int().min(1))
    .min(1)
    .max(DIFFERENCES_MAX)
    .refine((all) => new Set(all).size === all.length, coded("duplicate", "a difference is named once")),
  /** Where quantities and orders are booked, in place of the lines that were proposed. An open one. */
  strategy: plainId.optional(),
  reason: z.string().min(1).max(REASON_UNITS_MAX),
  /** The subject of the credential that the call is made with. */
  by: z.string().min(1).max(REASON_UNITS_MAX),
});
export type ResolveBody = z.output<typeof resolveBody>;

const accountPath = z.strictObject({ account: plainId });
const onePath = accountPath.extend({ reconciliation: plainId });
const tag = "Risk";

export const postReconcile = endpoint({
  method: "POST",
  path: "/v1/accounts/{account}/reconcile",
  scope: "risk:admin",
  tag,
  summary:
    "Compares the broker's positions, orders and cash with the account's, and keeps what differs: the newest 100 reconciliations can be read and resolved. It changes nothing else.",
  params: accountPath,
  headers: idempotencyHeaders,
  body: { schema: reconcileBody, bytesMax: BULK_BODY_BYTES_MAX },
  replies: { 200: reconciliationObject },
});
export const getNewestReconcile = endpoint({
  method: "GET",
  path: "/v1/accounts/{account}/reconcile",
  scope: "risk:read",
  tag,
  summary: "The reconciliation that was made last; null where none was made yet.",
  params: accountPath,
  replies: { 200: z.strictObject({ newest: reconciliationObject.nullable() }) },
});
export const getReconcile = endpoint({
  method: "GET",
  path: "/v1/accounts/{account}/reconcile/{reconciliation}",
  scope: "risk:read",
  tag,
  summary: "What differed, and what of it was resolved since, by whom and why.",
  params: onePath,
  replies: { 200: reconciliationObject },
});
export const postResolve = endpoint({
  method: "POST",
  path: "/v1/accounts/{account}/reconcile/{reconciliation}/resolve",
  scope: "risk:admin",
  tag,
  summary:
    "Books what these differences propose, all or nothing, as adjustments in the name of `by`. Refused `reconcile-outdated` where a line, order or cash of theirs is another by now.",
  params: onePath,
  headers: idempotencyHeaders,
  body: { schema: resolveBody },
  replies: { 200: reconciliationObject },
});
