/** Limits that were reached and stay so until a person releases them. */
import { z } from "zod";
import { epochMs, listOf, listQuery, plainId } from "./common.ts";
import { endpoint } from "./endpoint.ts";
import { LIMIT_KINDS } from "./limits.ts";

/** A sentence of who releases, for who reads it later. */
const REASON_UNITS_MAX = 256;
/** The longest of what a scope's member can be: a symbol, a strategy, a class as reference data has it. */
const MEMBER_UNITS_MAX = 256;

const decimalText = z.string();

export const tripObject = z
  .strictObject({
    limitId: plainId,
    /** Whom of the limit's scope it is about; null of the account. */
    member: z.string().nullable(),
    kind: z.enum(LIMIT_KINDS),
    /** As they were when it was reached, in the limit's unit. */
    limit: decimalText,
    observed: decimalText,
    at: epochMs,
  })
  .meta({ id: "LimitTrip" });

export const releaseBody = z.strictObject({
  /** Without it the limit is released for all members that it is tripped for. */
  member: z.string().min(1).max(MEMBER_UNITS_MAX).optional(),
  reason: z.string().min(1).max(REASON_UNITS_MAX),
  /** The subject of the credential that the call is made with. */
  by: z.string().min(1).max(REASON_UNITS_MAX),
});
export type ReleaseBody = z.output<typeof releaseBody>;

const tag = "Risk";

export const getTrips = endpoint({
  method: "GET",
  path: "/v1/accounts/{account}/trips",
  scope: "risk:read",
  tag,
  summary:
    "Limits that are tripped, the oldest first: each refuses whatever does not close, whatever it would measure by now, until it is released or the set of limits has it no longer.",
  params: z.strictObject({ account: plainId }),
  query: listQuery,
  replies: { 200: listOf(tripObject) },
});
export const postRelease = endpoint({
  method: "POST",
  path: "/v1/accounts/{account}/limits/{limitId}/release",
  scope: "risk:admin",
  tag,
  summary:
    "Releases a tripped limit, under a name and with a reason. A day's loss that is still above its limit cannot be released (`limit-reached`); a drawdown is measured from what the account is worth then.",
  params: z.strictObject({ account: plainId, limitId: plainId }),
  body: { schema: releaseBody },
  replies: {
    200: z.strictObject({
      limitId: plainId,
      /** Those that are released; null of the account. */
      members: z.array(z.string().nullable()),
      reason: z.string(),
      by: z.string(),
      at: epochMs,
      seq: z.int().min(0),
    }),
  },
});
