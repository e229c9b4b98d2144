/** Violations of an account: what was, or came to stand, where it should not. Each is active until a person resolves it. */
import { z } from "zod";
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

/** A sentence of who resolves, for who reads it later. */
const REASON_UNITS_MAX = 256;
export const VIOLATION_STATUSES = ["active", "resolved"] as const;

const decimalText = z.string();
const resolution = z.strictObject({
  reason: z.string(),
  by: z.string(),
  at: epochMs,
  /** Of the fact that says so. */
  seq: z.int().min(1),
});

export const violationObject = z
  .strictObject({
    seq: z.int().min(1),
    ts: epochMs,
    /** `overfill`, `unsolicited-fill`, `closed-strategy-holds`, or the kind of the limit that the book stands above. */
    code: z.string(),
    symbol: symbolId.nullable(),
    strategy: plainId.nullable(),
    clientOrderId: z.string().nullable(),
    execId: z.string().nullable(),
    /** Of a limit: its id, and by how much. */
    limitId: plainId.nullable(),
    limit: decimalText.nullable(),
    observed: decimalText.nullable(),
    /** Of a limit that was put: how many members of its scope stand above it since; the one named is furthest above. */
    members: z.int().min(1).nullable(),
    /** Of a limit of a class or a group, which of them; else null. */
    member: z.string().nullable(),
    /** Of the limits that were in force; null of one from before this was kept. */
    limitsVersion: z.int().min(0).nullable(),
    status: z.enum(VIOLATION_STATUSES),
    resolution: resolution.nullable(),
    part: factPart,
  })
  .meta({ id: "Violation" });
export type ViolationObject = z.output<typeof violationObject>;

const filter = z.strictObject({
  status: z.enum(VIOLATION_STATUSES).optional(),
  code: z.string().min(1).max(64).optional(),
  symbol: symbolId.optional(),
  strategy: plainId.optional(),
  /** Raised in [from, to). */
  from: queryEpochMs.optional(),
  to: queryEpochMs.optional(),
});
export type ViolationFilter = {
  readonly [Field in keyof z.output<typeof filter>]?: z.output<typeof filter>[Field];
};

export const resolveViolationBody = z.strictObject({
  reason: z.string().min(1).max(REASON_UNITS_MAX),
  /** The subject of the credential that the call is made with. */
  by: z.string().min(1).max(REASON_UNITS_MAX),
});
export type ResolveViolationBody = z.output<typeof resolveViolationBody>;

const seqInPath = z
  .string()
  .regex(/^[1-9]\d{0,15}$/)
  .transform(Number);
const tag = "Risk";

export const getViolations = endpoint({
  method: "GET",
  path: "/v1/accounts/{account}/violations",
  scope: "risk:read",
  tag,
  summary:
    "Violations, the newest first: out of the account, which keeps some ten thousand, then out of Postgres. `total` and `totals`, how many there are of each code, are of those among the ones asked for that the account keeps; they count no older ones. Of an account that is or was split, all of it is of all its parts.",
  params: z.strictObject({ account: plainId }),
  query: listQuery.extend(filter.shape),
  replies: {
    200: listOf(violationObject).extend({ totals: z.record(z.string(), z.int().min(1)) }),
  },
});
export const postViolationResolution = endpoint({
  method: "POST",
  path: "/v1/accounts/{account}/violations/{seq}/resolve",
  scope: "risk:admin",
  tag,
  summary:
    "Says, under a name and with a reason, that a violation is over. It changes nothing else. Of one that has a `part`, say which.",
  params: z.strictObject({ account: plainId, seq: seqInPath }),
  query: z.strictObject({ part: partQuery }),
  body: { schema: resolveViolationBody },
  replies: { 200: z.strictObject({ violation: z.int().min(1), ...resolution.shape, part: factPart }) },
});
