/** Cancels that are asked of whoever sends orders to the venue, and how far they have been followed. */
import { z } from "zod";
import { SIDES } from "../domain/order.ts";
import { stateBody, stateScope } from "./accounts.ts";
import { epochMs, listOf, listQuery, plainId, symbolId } from "./common.ts";
import { endpoint } from "./endpoint.ts";

const CAUSES = ["requested", "killed", "disconnected", "dead-man"] as const;

export const massCancelBody = z.strictObject({
  scope: stateScope,
  ...stateBody.pick({ reason: true, by: true }).shape,
});
export type MassCancelBody = z.output<typeof massCancelBody>;

export const massCancelObject = z
  .strictObject({
    id: z.string(),
    /** A state `killed`, an armed connection that closed, or a dead-man switch that nobody held. */
    cause: z.enum(CAUSES),
    scope: z.strictObject({
      kind: z.enum(["account", "strategy", "symbol", "sector", "connection"]),
      id: z.string().optional(),
    }),
    reason: z.string(),
    by: z.string(),
    at: epochMs,
    /** Orders that worked in the scope when it was asked, those that have ended since, and those that have not. */
    asked: z.int().min(0),
    acknowledged: z.int().min(0),
    outstanding: z.int().min(0),
    seq: z.int().min(1),
  })
  .meta({ id: "MassCancel" });

export const massCancelDetail = massCancelObject
  .extend({
    /** Those that still work, the oldest first: at most 1,000 of them. */
    orders: z.array(
      z.strictObject({
        clientOrderId: plainId,
        orderId: z.string(),
        venueOrderId: z.string().nullable(),
        symbol: symbolId,
        side: z.enum(SIDES),
        strategy: plainId.nullable(),
        remainingQty: z.string(),
      }),
    ),
  })
  .meta({ id: "MassCancelDetail" });

/** A switch that nobody has held for so long asks the cancel of everything. */
const TIMEOUT_MS_MIN = 1_000;
const TIMEOUT_MS_MAX = 86_400_000;
export const deadManBody = z.strictObject({
  timeoutMs: z
    .union([z.literal(0), z.int().min(TIMEOUT_MS_MIN).max(TIMEOUT_MS_MAX)])
    .describe("0 takes the switch away."),
});
export const deadManReply = z.strictObject({
  timeoutMs: z.int(),
  /** When it fires unless somebody says so again by then; null where there is none. */
  until: epochMs.nullable(),
  /** Who set it. */
  by: z.string().nullable(),
});

const accountPath = z.strictObject({ account: plainId });
const tag = "Risk";

export const postMassCancel = endpoint({
  method: "POST",
  path: "/v1/accounts/{account}/mass-cancels",
  scope: "risk:trade",
  tag,
  summary:
    "Asks that all working orders of a scope be cancelled: a message `mass-cancel` on the account's stream lists them. Nothing is released before the venue's reports say so.",
  params: accountPath,
  body: { schema: massCancelBody },
  replies: { 200: massCancelObject },
});
export const getMassCancels = endpoint({
  method: "GET",
  path: "/v1/accounts/{account}/mass-cancels",
  scope: "risk:read",
  tag,
  summary: "Mass-cancels, the newest first: the last 100.",
  params: accountPath,
  query: listQuery,
  replies: { 200: listOf(massCancelObject) },
});
export const getMassCancel = endpoint({
  method: "GET",
  path: "/v1/accounts/{account}/mass-cancels/{massCancel}",
  scope: "risk:read",
  tag,
  summary: "One of them, with its orders that still work.",
  params: z.strictObject({ account: plainId, massCancel: plainId }),
  replies: { 200: massCancelDetail },
});
export const postDeadMan = endpoint({
  method: "POST",
  path: "/v1/accounts/{account}/dead-man",
  scope: "risk:trade",
  tag,
  summary:
    "Sets the account's dead-man switch, or holds it: without another call, or an `alive` on the account's stream, within `timeoutMs` the cancel of all that works is asked once, and the switch is gone. It outlives a restart.",
  params: accountPath,
  body: { schema: deadManBody },
  replies: { 200: deadManReply },
});
export const getDeadMan = endpoint({
  method: "GET",
  path: "/v1/accounts/{account}/dead-man",
  scope: "risk:read",
  tag,
  summary: "The account's dead-man switch.",
  params: accountPath,
  replies: { 200: deadManReply },
});
