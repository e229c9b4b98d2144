/** Sets of limits by name, of a tenant; and limits for many accounts at once. */
import { z } from "zod";
import { epochMs, listOf, listQuery, plainId } from "./common.ts";
import { endpoint } from "./endpoint.ts";
import { hasOneSource, ONE_SOURCE, plannedSet } from "./limit-plan.ts";
import { limit, limitList, REASON_UNITS_MAX } from "./limits.ts";

/** As many as a desk looks after by one set, and as answers within a call's patience. */
export const BULK_ACCOUNTS_MAX = 100;

export const templateBody = z.strictObject({
  limits: limitList,
  reason: z.string().min(1).max(REASON_UNITS_MAX).optional(),
});
export type TemplateBody = z.output<typeof templateBody>;

export const limitTemplate = z
  .strictObject({
    template: plainId,
    /** Counts its puts. */
    version: z.int().min(1),
    limits: z.array(limit),
    by: z.string(),
    at: epochMs,
    reason: z.string().nullable(),
  })
  .meta({ id: "LimitTemplate" });
/** In a list: `size` says how many limits it has. */
export const listedTemplate = limitTemplate
  .omit({ limits: true })
  .extend({ size: z.int().min(0) })
  .meta({ id: "ListedLimitTemplate" });
export type LimitTemplateObject = z.output<typeof limitTemplate>;

const distinct = (accounts: readonly string[]): boolean => new Set(accounts).size === accounts.length;
const bulkLimitsBody = z
  .strictObject({
    accounts: z
      .array(plainId)
      .min(1)
      .max(BULK_ACCOUNTS_MAX)
      .refine(distinct, { message: "an account is named twice", params: { code: "duplicate" } }),
    ...plannedSet,
  })
  .refine(hasOneSource, ONE_SOURCE);

const tag = "Risk";
const onePath = z.strictObject({ template: plainId });

export const putLimitTemplate = endpoint({
  method: "PUT",
  path: "/v1/limit-templates/{template}",
  scope: "risk:admin",
  tag,
  summary:
    "Keeps a set of limits under a name of the tenant's. Accounts that were put by it before keep what they have until it is put there again.",
  params: onePath,
  body: { schema: templateBody },
  replies: { 200: limitTemplate },
});
export const getLimitTemplate = endpoint({
  method: "GET",
  path: "/v1/limit-templates/{template}",
  scope: "risk:read",
  tag,
  summary: "A template of the tenant's.",
  params: onePath,
  replies: { 200: limitTemplate },
});
export const deleteLimitTemplate = endpoint({
  method: "DELETE",
  path: "/v1/limit-templates/{template}",
  scope: "risk:admin",
  tag,
  summary: "Forgets a template. Limits of accounts stay as they are.",
  params: onePath,
  replies: { 204: undefined },
});
export const listLimitTemplates = endpoint({
  method: "GET",
  path: "/v1/limit-templates",
  scope: "risk:read",
  tag,
  summary: "The tenant's templates, by name.",
  query: listQuery,
  replies: { 200: listOf(listedTemplate) },
});
export const putManyLimits = endpoint({
  method: "PUT",
  path: "/v1/limits",
  scope: "risk:admin",
  tag,
  summary:
    "The same set for up to 100 accounts, each by itself: what one refuses is told of it, and the others have it.",
  body: { schema: bulkLimitsBody },
  replies: {
    200: z.strictObject({
      results: z.array(
        z.strictObject({
          account: plainId,
          /** Of the limits in force there; absent where it refused. */
          version: z.int().min(0).optional(),
          /** Where the set waits. */
          pending: z
            .strictObject({
              id: plainId,
              status: z.enum(["scheduled", "proposed"]),
              effectiveAt: epochMs.optional(),
            })
            .optional(),
          code: z.string().optional(),
          detail: z.string().optional(),
        }),
      ),
    }),
  },
});
