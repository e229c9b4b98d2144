/** Firms and desks above accounts: what they are, whether they may trade, and how their limits are shared out. */
import Big from "big.js";
import { z } from "zod";
import { decimalsOf } from "../domain/decimal.ts";
import {
  budgetsOf,
  isFirmLimitKind,
  NODE_BUDGETS_MAX,
  PRIORITY_MAX,
  PRIORITY_MIN,
  QUOTA_POLICIES,
  RESERVE_SCALE,
} from "../domain/firm.ts";
import { LIMIT_KINDS } from "../domain/limit.ts";
import { MONEY_SCALE } from "../domain/money.ts";
import { TRADING_STATES } from "../domain/order.ts";
import { decimal, epochMs, listOf, nonNegativeDecimal, pageCursor, plainId, queryInteger } from "./common.ts";
import { REASON_UNITS_MAX, WINDOW_MS_MAX } from "./limits.ts";

/** More than half in reserve would be a lower limit, said badly. */
const RESERVE_PERCENT_MAX = 50;
/** Of each limit, on one page: a thousand accounts below a firm of twelve limits would be some megabytes. */
export const QUOTA_CHILDREN_MAX = 100;
const CURRENCY = /^[A-Z][A-Z0-9]{1,11}$/;

const coded = (code: string, message: string) => ({ message, params: { code } });
const decimalText = z.string();
const nodeName = z.string().describe("`firm:<id>`, `desk:<id>`, or of a split account `account:<id>`.");

const reserve = nonNegativeDecimal
  .refine((text) => !new Big(text).gt(RESERVE_PERCENT_MAX), coded("range", "at most half is kept in reserve"))
  .refine((text) => decimalsOf(text) <= RESERVE_SCALE, coded("scale-exceeded", "at most 4 decimals"))
  .describe("Percent of each limit that is granted to nobody in advance. 0 where it is left out.");

const terms = {
  currency: z
    .string()
    .refine((text) => CURRENCY.test(text), coded("currency-unsupported", "2-12 capital letters and digits")),
  /** `by-use` where it is left out. */
  policy: z.enum(QUOTA_POLICIES).optional(),
  reserve: reserve.optional(),
};

export const firmBody = z.strictObject(terms);
export type FirmBody = z.output<typeof firmBody>;
export const deskBody = z.strictObject({
  ...terms,
  /** A firm or a desk. */
  parent: plainId,
  /** 1 comes first where its parent shares out by priority; 100 where it is left out. */
  priority: z.int().min(PRIORITY_MIN).max(PRIORITY_MAX).optional(),
});
export type DeskBody = z.output<typeof deskBody>;

const state = {
  state: z.enum(TRADING_STATES),
  /** Null where it was never set. */
  reason: z.string().nullable(),
  by: z.string().nullable(),
  at: epochMs.nullable(),
};

export const nodeReply = z
  .strictObject({
    node: nodeName,
    id: plainId,
    currency: z.string(),
    policy: z.enum(QUOTA_POLICIES),
    reserve: decimalText,
    /** Null of a firm. */
    parent: plainId.nullable(),
    priority: z.int().nullable(),
    state: z.strictObject(state),
    /** Those above it, the nearest first, as far as it has heard: the severest of all of them holds. */
    above: z.array(z.strictObject({ node: nodeName, ...state })),
    /** Whether its own parent has answered lately; of a firm it is true. Where it has not nothing grows below. */
    isCurrent: z.boolean(),
    limitsVersion: z.int().min(0),
    /** Accounts and desks that have asked it for something. */
    children: z.int().min(0),
    seq: z.int().min(0),
  })
  .meta({ id: "FirmOrDesk" });
export type NodeReply = z.output<typeof nodeReply>;

const listed = {
  node: nodeName,
  currency: z.string().nullable(),
  parent: plainId.nullable(),
};
export const firmList = listOf(z.strictObject({ firm: plainId, ...listed }));
export const deskList = listOf(z.strictObject({ desk: plainId, ...listed }));

const limitFields = z.strictObject({
  id: plainId,
  kind: z.enum(LIMIT_KINDS),
  threshold: decimal,
  /** What an order comes to that the limit does not admit. `reject` where it is left out. */
  action: z.enum(["reject", "reduce"]).optional(),
  windowMs: z.int().min(1).max(WINDOW_MS_MAX).optional(),
});
type Fields = z.output<typeof limitFields>;
type Rule = readonly [holds: (limit: Fields) => boolean, path: string, code: string, message: string];

const isRate = ({ kind }: Fields): boolean => kind === "max-order-rate";
const RULES: readonly Rule[] = [
  [
    ({ kind }) => isFirmLimitKind(kind),
    "kind",
    "limit-unsupported",
    "only sums over accounts can be shared out",
  ],
  [
    ({ threshold }) => !threshold.startsWith("-"),
    "threshold",
    "field-combination",
    "a threshold is not below zero",
  ],
  [
    (limit) => isRate(limit) === (limit.windowMs !== undefined),
    "windowMs",
    "field-combination",
    "a rate has a window, and nothing else has",
  ],
  [
    (limit) => decimalsOf(limit.threshold) <= (isRate(limit) ? 0 : MONEY_SCALE),
    "threshold",
    "scale-exceeded",
    "a count is a whole number, and money has at most 12 decimals",
  ],
  [
    (limit) => !isRate(limit) || limit.action !== "reduce",
    "action",
    "field-combination",
    "a smaller order passes a rate no sooner",
  ],
];

const nodeLimit = limitFields
  .superRefine((value, context) => {
    for (const [holds, path, code, message] of RULES)
      if (!holds(value)) context.addIssue({ code: "custom", path: [path], ...coded(code, message) });
  })
  .meta({ id: "FirmLimit" });
export type NodeLimit = z.output<typeof nodeLimit>;

export const nodeLimitsBody = z.strictObject({
  limits: z
    .array(nodeLimit)
    .refine((limits) => new Set(limits.map(({ id }) => id)).size === limits.length, {
      ...coded("duplicate", "two limits have the same id"),
    })
    .refine((limits) => limits.reduce((sum, limit) => sum + budgetsOf(limit), 0) <= NODE_BUDGETS_MAX, {
      ...coded("too-many-items", `at most ${NODE_BUDGETS_MAX} limits, a net limit counts as two`),
    }),
});
export type NodeLimitsBody = z.output<typeof nodeLimitsBody>;
export const nodeLimitsReply = z.strictObject({ version: z.int().min(0), limits: z.array(nodeLimit) });
export const nodeLimitsChanged = z.strictObject({ version: z.int().min(0) });
export const nodeLimitsQuery = z.strictObject({ version: queryInteger.optional() });

const attributed = {
  reason: z.string().min(1).max(REASON_UNITS_MAX),
  /** The subject of the credential that the call is made with. */
  by: z.string().min(1).max(REASON_UNITS_MAX),
};
export const nodeStateBody = z.strictObject({ state: z.enum(TRADING_STATES), ...attributed });
export type NodeStateBody = z.output<typeof nodeStateBody>;
const boundMs = z
  .int()
  .describe("Who has not heard of a change by then cannot grow, and whoever has goes by it: milliseconds.");
export const nodeStateReply = z.strictObject({
  node: nodeName,
  state: z.enum(TRADING_STATES),
  /** Of the book of limits and states that its children go by. */
  version: z.string(),
  children: z.int().min(0),
  /** Of them, those that go by this book already. */
  reached: z.int().min(0),
  boundMs,
});

export const admitBody = z.strictObject(attributed);
export type AdmitBody = z.output<typeof admitBody>;
export const childName = z
  .string()
  .refine(
    (text) => /^(desk|account|split|part):[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text),
    coded("id-format", "a child is account:<id> or desk:<id>"),
  );
export const admitReply = z.strictObject({ child: z.string(), isFenced: z.literal(false) });

const quotaChild = z.strictObject({
  child: z.string(),
  granted: decimalText,
  used: decimalText,
  /** What it asked for beyond that and did not get. */
  wanted: decimalText,
  /** When it asked last. */
  heardMs: z.int().min(0).describe("Milliseconds since it asked last."),
  /** It has not asked for so long that it cannot grow. */
  isSilent: z.boolean(),
  /** Two copies of it have asked: nothing is granted until somebody admits one of them. */
  isFenced: z.boolean(),
  /** An account in several shards, which share this among them. */
  isSplit: z.literal(true).optional(),
});
const quotaLimit = z.strictObject({
  id: plainId,
  kind: z.enum(LIMIT_KINDS),
  /** Whose limit it is: its own, or that of a node above, of which it holds a part. */
  node: nodeName,
  budget: z.string().describe("`<node>/<limit id>`; of a net limit `…/long` and `…/short`."),
  windowMs: z.int().optional(),
  /** Of a node above: what it holds of it. */
  limit: decimalText,
  reserve: decimalText,
  granted: decimalText,
  used: decimalText,
  /** limit − granted, and 0 where more is granted. */
  free: decimalText,
  /** More is granted than the limit, since the limit was lowered: nothing more is until that is back. */
  isOver: z.boolean(),
  children: z.array(quotaChild),
});
export const quotaReply = z
  .strictObject({
    node: nodeName,
    currency: z.string(),
    policy: z.enum(QUOTA_POLICIES),
    reserve: decimalText,
    boundMs,
    limitsVersion: z.int().min(0),
    limits: z.array(quotaLimit),
    /** More children, of all limits alike. */
    nextCursor: z.string().nullable(),
    total: z.int().min(0),
  })
  .meta({ id: "Quota" });
export type QuotaView = z.output<typeof quotaReply>;
export const quotaQuery = z.strictObject({
  limit: queryInteger
    .pipe(z.int().min(1).max(QUOTA_CHILDREN_MAX))
    .optional()
    .describe(`Children of a page, at most ${QUOTA_CHILDREN_MAX}, which is also the default.`),
  cursor: pageCursor,
});
