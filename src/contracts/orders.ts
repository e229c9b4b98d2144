/** Orders as they come, and as they stand. */
import { z } from "zod";
import {
  ORDER_STATUSES,
  ORDER_TYPES,
  SIDES,
  TIMES_IN_FORCE,
  TTL_MS_MAX,
  TTL_MS_MIN,
} from "../domain/order.ts";
import { epochMs, listOf, listQuery, plainId, positiveDecimal, symbolId } from "./common.ts";
import { decisionsReply } from "./decisions.ts";
import { endpoint } from "./endpoint.ts";
import { plainOrders } from "./plain-orders.ts";

/** A full basket of an index; decided in one turn of some ten milliseconds. */
export const ORDERS_PER_REQUEST_MAX = 1_000;

const coded = (code: string, message: string) => ({ message, params: { code } });

const fields = z.strictObject({
  clientOrderId: plainId,
  strategy: plainId.optional(),
  symbol: symbolId,
  side: z.enum(SIDES),
  type: z.enum(ORDER_TYPES),
  qty: positiveDecimal,
  price: positiveDecimal.optional(),
  stopPrice: positiveDecimal.optional(),
  timeInForce: z.enum(TIMES_IN_FORCE).optional(),
  reduceOnly: z.boolean().optional(),
  /** The working order of the same symbol, side and strategy that this one takes the place of. */
  replaces: plainId.optional(),
  ttlMs: z
    .int()
    .min(TTL_MS_MIN)
    .max(TTL_MS_MAX)
    .optional()
    .describe(
      "So long after it was accepted the order works no more, whatever the venue has said: what it reserves is released, and an `expire` of the reason `ttl` says so. Without it a reservation whose outcome is unknown stays.",
    ),
});
export const orderFields = fields;
type Fields = z.output<typeof fields>;
type Priced = Pick<Fields, "type" | "price" | "stopPrice">;

const hasLimit = ({ type }: Priced): boolean => type === "limit" || type === "stop-limit";
const hasStop = ({ type }: Priced): boolean => type === "stop" || type === "stop-limit";

const LIMIT_FAULT = {
  ...coded("field-combination", "limit and stop-limit have a price, market and stop have none"),
  path: ["price"],
};
const STOP_FAULT = {
  ...coded("field-combination", "stop and stop-limit have a stopPrice, market and limit have none"),
  path: ["stopPrice"],
};
const limitFits = (value: Priced): boolean => hasLimit(value) === (value.price !== undefined);
const stopFits = (value: Priced): boolean => hasStop(value) === (value.stopPrice !== undefined);

/** What is wrong with the prices that come with an order's type. */
export const pricesFit = (value: Priced) => [
  ...(limitFits(value) ? [] : [LIMIT_FAULT]),
  ...(stopFits(value) ? [] : [STOP_FAULT]),
];

export const order = fields
  .refine(limitFits, LIMIT_FAULT)
  .refine(stopFits, STOP_FAULT)
  .refine((value) => value.replaces !== value.clientOrderId, {
    ...coded("field-combination", "an order does not replace itself"),
    path: ["replaces"],
  });
export type OrderObject = z.output<typeof order>;

const batch = z.strictObject({ orders: z.array(order).min(1).max(ORDERS_PER_REQUEST_MAX) });

/** The one that has `orders` is judged as a batch, all else as one order: faults are told of the shape that was meant. */
export const ordersBody = z
  .unknown()
  .transform((value, context): readonly OrderObject[] => {
    // SAFETY: what it takes is what the schema would give back, as it is.
    const plain = plainOrders(value, ORDERS_PER_REQUEST_MAX) as readonly OrderObject[] | undefined;
    if (plain !== undefined) return plain;
    const isBatch = typeof value === "object" && value !== null && "orders" in value;
    const parsed = isBatch ? batch.safeParse(value) : order.safeParse(value);
    if (parsed.success) return "orders" in parsed.data ? parsed.data.orders : [parsed.data];
    // SAFETY: finished issues of one parse are raw issues of another; nothing reads `inst` of them.
    for (const issue of parsed.error.issues) context.issues.push(issue as never);
    return z.NEVER;
  })
  .meta({ override: { anyOf: [inputShape(order), inputShape(batch)] } });

/** One order alone is told everything; of many, what does not pass and the tightest check that does. */
export const shownQuery = z.strictObject({ checks: z.enum(["all", "telling"]).optional() });

export const orderObject = z
  .strictObject({
    clientOrderId: plainId,
    orderId: z.string(),
    /** Null where it is of none. */
    strategy: plainId.nullable(),
    symbol: symbolId,
    side: z.enum(SIDES),
    type: z.enum(ORDER_TYPES),
    /** What was allowed. */
    qty: z.string(),
    filledQty: z.string(),
    /** Still working at the venue: "0" once the order has ended. */
    remainingQty: z.string(),
    price: z.string().nullable(),
    stopPrice: z.string().nullable(),
    timeInForce: z.enum(TIMES_IN_FORCE).nullable(),
    reduceOnly: z.boolean(),
    /** The order that it was sent to take the place of. */
    replaces: plainId.nullable(),
    status: z.enum(ORDER_STATUSES),
    acceptedAt: epochMs,
    /** Corporate actions that changed it while it worked. */
    adjusted: z.array(z.string()),
    /** When the venue said that it has it; null before. */
    acknowledgedAt: epochMs.nullable(),
    venueOrderId: z.string().nullable(),
    /** Null where its sender set no `ttlMs`. */
    expiresAt: epochMs.nullable(),
    /** remainingQty at the price that the order was valued at. Of an order and its pending replacement the larger stands with the original. */
    reservedNotional: z.string(),
  })
  .meta({ id: "OrderState" });

const accountPath = z.strictObject({ account: plainId });
const tag = "Risk";

export const postChecks = endpoint({
  method: "POST",
  path: "/v1/accounts/{account}/checks",
  scope: "risk:trade",
  tag,
  summary: "A dry run: the decisions that these orders would get now, without effect.",
  params: accountPath,
  query: shownQuery,
  body: { schema: ordersBody },
  replies: { 200: decisionsReply },
});
export const postOrders = endpoint({
  method: "POST",
  path: "/v1/accounts/{account}/orders",
  scope: "risk:trade",
  tag,
  summary:
    "Checks and reserves one order or up to 1,000, in sequence, each seeing the reservations before it. A repeat of an order gets its first decision.",
  params: accountPath,
  query: shownQuery,
  body: { schema: ordersBody },
  replies: { 200: decisionsReply },
});
export const getOrders = endpoint({
  method: "GET",
  path: "/v1/accounts/{account}/orders",
  scope: "risk:read",
  tag,
  summary:
    "Accepted orders, the newest first: all that work, and the last 10,000 that ended (all of them are in Postgres).",
  params: accountPath,
  query: listQuery.extend({ status: z.enum(ORDER_STATUSES).optional() }),
  replies: { 200: listOf(orderObject) },
});

function inputShape(schema: z.ZodType): object {
  const { $schema: _, ...shape } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return shape;
}
