/** Groups of strategies of one account: what they make together. */
import { z } from "zod";
import { listOf, listQuery, plainId } from "./common.ts";
import { endpoint } from "./endpoint.ts";
import { m2mPage, m2mQuery } from "./m2m.ts";
import { statistics, statisticsQuery } from "./statistics.ts";
import { strategyPnl } from "./strategies.ts";

/** Each member's news goes to the group too: what a desk sums up, not a whole firm. */
export const GROUP_STRATEGIES_MAX = 100;
/** A label for people, as a strategy's. */
const NAME_MAX = 128;

const unique = (values: readonly string[]): boolean => new Set(values).size === values.length;

export const groupBody = z.strictObject({
  name: z.string().min(1).max(NAME_MAX),
  strategies: z
    .array(plainId)
    .min(1)
    .max(GROUP_STRATEGIES_MAX)
    .refine(unique, { message: "a strategy is named once", params: { code: "duplicate" } })
    .describe("Open strategies of one account. One that is closed later stays until it is left out."),
});
export type GroupBody = z.output<typeof groupBody>;

export const groupObject = z
  .strictObject({
    id: plainId,
    name: z.string(),
    account: plainId,
    currency: z.string(),
    strategies: z.array(plainId),
  })
  .meta({ id: "StrategyGroup" });
export type GroupObject = z.input<typeof groupObject>;

/** `strategy` is `group:<id>`. */
const groupPnl = strategyPnl.extend({ strategy: z.string() }).meta({ id: "GroupPnl" });

const groupPath = z.strictObject({ group: plainId });
const tag = "Strategy groups";
const read = { scope: "strategy:read", tag } as const;
const write = { scope: "strategy:write", tag } as const;
const path = "/v1/strategy-groups/{group}";

export const putGroup = endpoint({
  ...write,
  method: "PUT",
  path,
  summary:
    "Makes a group, or gives it another name and other members. What a member has made and holds counts from then on; who leaves takes it along. Strategies of several accounts are refused `group-accounts-differ`.",
  params: groupPath,
  body: { schema: groupBody },
  replies: { 200: groupObject },
});
export const listGroups = endpoint({
  ...read,
  method: "GET",
  path: "/v1/strategy-groups",
  summary: "The tenant's groups, by id.",
  query: listQuery,
  replies: { 200: listOf(groupObject) },
});
export const getGroup = endpoint({
  ...read,
  method: "GET",
  path,
  summary: "One group.",
  params: groupPath,
  replies: { 200: groupObject },
});
export const deleteGroup = endpoint({
  ...write,
  method: "DELETE",
  path,
  summary: "Ends a group; its candles stay in Postgres.",
  params: groupPath,
  replies: { 204: undefined },
});
export const getGroupPnl = endpoint({
  ...read,
  method: "GET",
  path: `${path}/pnl`,
  summary:
    "Profit and loss of all members now, at average cost: the sum of theirs. Gross exposure nets them by symbol.",
  params: groupPath,
  replies: { 200: groupPnl },
});
export const getGroupM2m = endpoint({
  ...read,
  method: "GET",
  path: `${path}/m2m`,
  summary: "Mark-to-market candles of the sum of all members, as those of a strategy.",
  params: groupPath,
  query: m2mQuery,
  replies: { 200: m2mPage },
});
export const getGroupStatistics = endpoint({
  ...read,
  method: "GET",
  path: `${path}/statistics`,
  summary: "As those of a strategy; round trips are of each member's legs.",
  params: groupPath,
  query: statisticsQuery,
  replies: { 200: statistics },
});
