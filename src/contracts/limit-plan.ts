/** How limits come into force: put at once or for later, approved and overridden; and their versions. */
import { z } from "zod";
import {
  decimal,
  epochMs,
  idempotencyHeaders,
  ifMatch,
  listOf,
  listQuery,
  plainId,
  queryEpochMs,
  queryInteger,
} from "./common.ts";
import { endpoint } from "./endpoint.ts";
import {
  coded,
  limit,
  limitList,
  limitsInForce,
  limitsReply,
  planned,
  REASON_UNITS_MAX,
  templateUsed,
} from "./limits.ts";

const reason = z.string().min(1).max(REASON_UNITS_MAX);
/** The subject of the credential that the call is made with. */
const by = z.string().min(1).max(REASON_UNITS_MAX);

export const LIMIT_ORIGINS = [
  "put",
  "scheduled",
  "approved",
  "override",
  "override-ended",
  "parent",
] as const;
const version = z.int().min(0);

export const limitVersion = z
  .strictObject({
    version: z.int().min(1),
    /** It was in force from then until the next one's `since`. */
    since: epochMs,
    by: z.string().nullable(),
    /** What brought it; null of a version from before this was kept, as all below. */
    what: z.enum(LIMIT_ORIGINS).nullable(),
    reason: z.string().nullable(),
    /** The id under which it waited, or the override that began or ended. */
    ref: z.string().nullable(),
    approvedBy: z.string().nullable(),
    template: templateUsed.nullable(),
    /** How many there are in it. */
    limits: z.int().min(0),
  })
  .meta({ id: "LimitVersion" });
export type LimitVersion = z.output<typeof limitVersion>;

/** A limit that holds in place of the one that was put, until a moment. Without `member` for all of its scope. */
const overrideTerms = {
  limitId: plainId,
  /** One member of the limit's scope: a symbol, a strategy, a sector … */
  member: z.string().min(1).max(64).optional(),
  threshold: decimal,
  until: epochMs,
};

export const pendingLimits = z
  .strictObject({
    id: plainId,
    what: z.enum(["set", "override", "four-eyes"]),
    /** `scheduled`: until its `effectiveAt`. `proposed`: until somebody else approves it. `in-force`: an override, until it ends. */
    status: z.enum(["scheduled", "proposed", "in-force"]),
    by: z.string(),
    at: epochMs,
    reason: z.string().nullable(),
    approvedBy: z.string().nullable(),
    effectiveAt: epochMs.nullable(),
    template: templateUsed.nullable(),
    /** Of a set. */
    limits: z.array(limit).optional(),
    /** Limits that it is looser than, for which it has to be approved. */
    loosens: z.array(plainId),
    override: z.strictObject(overrideTerms).optional(),
  })
  .meta({ id: "PendingLimits" });
export type PendingLimitsObject = z.output<typeof pendingLimits>;

export const attributedBody = z.strictObject({ by, reason });
export type AttributedBody = z.output<typeof attributedBody>;
export const overrideBody = z.strictObject({ ...overrideTerms, by, reason });
export type OverrideBody = z.output<typeof overrideBody>;
export const proposalBody = z.strictObject({
  /** Four eyes are left by four eyes. */
  fourEyes: z.literal(false),
  by,
  reason,
});
export type ProposalBody = z.output<typeof proposalBody>;

/** As they are sent: the limits, or the name of a template. */
export const plannedSet = { limits: limitList.optional(), template: plainId.optional(), ...planned };
type Source = { readonly limits?: unknown; readonly template?: unknown };
export const hasOneSource = ({ limits, template }: Source): boolean =>
  (limits === undefined) !== (template === undefined);
export const ONE_SOURCE = {
  ...coded("field-combination", "either limits or the name of a template"),
  path: ["limits"],
};
const limitsRequest = z.strictObject(plannedSet).refine(hasOneSource, ONE_SOURCE);

/** After a change: the version in force, and what waits or was begun by it. */
export const limitsChanged = z.strictObject({
  version,
  pending: z
    .strictObject({
      id: plainId,
      status: z.enum(["scheduled", "proposed", "in-force"]),
      effectiveAt: epochMs.optional(),
    })
    .optional(),
});
export type LimitsChanged = z.output<typeof limitsChanged>;

const accountPath = z.strictObject({ account: plainId });
const onePath = z.strictObject({ account: plainId, id: plainId });
const tag = "Risk";
const read = { method: "GET", scope: "risk:read", tag, params: accountPath } as const;
const change = {
  method: "POST",
  scope: "risk:admin",
  tag,
  headers: idempotencyHeaders,
} as const;
const changed = { 200: limitsChanged } as const;

export const putLimits = endpoint({
  method: "PUT",
  path: "/v1/accounts/{account}/limits",
  scope: "risk:admin",
  tag,
  summary:
    "Replaces the whole set of limits, at once or from `effectiveAt` on (within a year). With If-Match: <version> it is refused `version-conflict` where another set is in force. Where the account has `fourEyes` and some limit would be looser it waits for somebody else to approve it: `pending` says so. Kinds and scopes that are not evaluated yet are refused `limit-unsupported`, never ignored.",
  params: accountPath,
  headers: z.strictObject({ "if-match": ifMatch.optional() }),
  body: { schema: limitsRequest },
  replies: { 200: limitsChanged },
});
export const getLimits = endpoint({
  method: "GET",
  path: "/v1/accounts/{account}/limits",
  scope: "risk:read",
  tag,
  summary:
    "The limits in force, those of a version, or those that were in force at a moment (the last 100 versions are kept by the account, all of them in Postgres).",
  params: accountPath,
  query: z
    .strictObject({ version: queryInteger.optional(), asOf: queryEpochMs.optional() })
    .refine(({ version: of, asOf }) => of === undefined || asOf === undefined, {
      ...coded("field-combination", "a version, or a moment"),
      path: ["asOf"],
    }),
  replies: { 200: limitsReply },
});
export const getLimitVersions = endpoint({
  ...read,
  path: "/v1/accounts/{account}/limits/versions",
  summary: "Versions of the limits, the newest first: since when each held, who brought it, how and why.",
  query: listQuery,
  replies: { 200: listOf(limitVersion).extend({ total: z.int().min(0).nullable() }) },
});
export const getLimitDiff = endpoint({
  ...read,
  path: "/v1/accounts/{account}/limits/diff",
  summary:
    "What differs between two versions of the limits, and which of the first are loosened by the second.",
  query: z.strictObject({ from: queryInteger, to: queryInteger }),
  replies: {
    200: z.strictObject({
      from: version,
      to: version,
      added: limitsInForce,
      removed: limitsInForce,
      changed: z.array(
        z.strictObject({
          ...{ id: plainId, fields: z.array(z.string()) },
          ...{ before: limitsInForce.element, after: limitsInForce.element },
        }),
      ),
      /** Ids of limits that nothing in the second version is at least as tight as. */
      loosens: z.array(plainId),
    }),
  },
});
export const getPendingLimits = endpoint({
  ...read,
  path: "/v1/accounts/{account}/limits/pending",
  summary: "Sets that take effect later, what waits to be approved, and the overrides in force, by time.",
  replies: { 200: z.strictObject({ version, items: z.array(pendingLimits) }) },
});
export const postLimitOverride = endpoint({
  ...change,
  path: "/v1/accounts/{account}/limits/overrides",
  summary:
    "Another threshold for one limit, or for one member of its scope, until a moment (31 days at the most): a version of the limits when it begins, and one when it ends. A later override of the same takes its place.",
  params: accountPath,
  body: { schema: overrideBody },
  replies: changed,
});
export const postLimitProposal = endpoint({
  ...change,
  path: "/v1/accounts/{account}/limits/proposals",
  summary: "Proposes that the account needs no second person any more for limits that are looser.",
  params: accountPath,
  body: { schema: proposalBody },
  replies: changed,
});
export const postLimitApproval = endpoint({
  ...change,
  path: "/v1/accounts/{account}/limits/proposals/{id}/approve",
  summary:
    "Brings what was proposed into force, or schedules it. Its own proposer is refused `approval-own`, and it is refused `proposal-outdated` once other limits were put.",
  params: onePath,
  body: { schema: attributedBody },
  replies: changed,
});
export const postLimitRefusal = endpoint({
  ...change,
  path: "/v1/accounts/{account}/limits/proposals/{id}/reject",
  summary: "Ends a proposal: its proposer withdraws it, or somebody else refuses it.",
  params: onePath,
  body: { schema: attributedBody },
  replies: changed,
});
export const postLimitCancellation = endpoint({
  ...change,
  path: "/v1/accounts/{account}/limits/pending/{id}/cancel",
  summary:
    "Takes back a set that is scheduled, or ends an override before its time. Where that loosens a limit of an account with `fourEyes` it is refused `approval-required`.",
  params: onePath,
  body: { schema: attributedBody },
  replies: changed,
});
