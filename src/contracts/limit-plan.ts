/** How limits come into force: their versions, what waits to be one, and who has a say in it. */
import { z } from "zod";
import { decimal, epochMs, idempotencyHeaders, listOf, listQuery, plainId, queryInteger } from "./common.ts";
import { endpoint } from "./endpoint.ts";
import { limit, limitsChanged, limitsInForce, REASON_UNITS_MAX, templateUsed } from "./limits.ts";

const reason = z.string().min(1).max(REASON_UNITS_MAX);
/** The subject of the credential that the call is made with. */
const by = z.string().min(1).max(REASON_UNITS_MAX);

export const LIMIT_ORIGINS = ["put", "scheduled", "approved", "override", "override-ended"] as const;
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
