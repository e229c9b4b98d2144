/** Risk limits of an account: one versioned set, replaced as a whole. */
import Big from "big.js";
import { z } from "zod";
import { SYMBOL_PATTERN } from "../domain/ids.ts";
import {
  LIMIT_ACTIONS,
  LIMIT_KINDS,
  LIMIT_SCOPE_KINDS,
  LIMIT_UNITS,
  type LimitKind,
  PRICE_REFERENCES,
} from "../domain/limit.ts";
import { decimal, epochMs, nonNegativeDecimal, plainId, symbolId } from "./common.ts";
import { inherited } from "./inherited-limits.ts";

/** One of each kind for a few strategies and symbols; each is evaluated for each order. */
export const LIMITS_MAX = 100;
/** Rules of diversification speak of the largest ten or twenty; each decision adds up so many. */
const TOP_SYMBOLS_MAX = 50;
/** A restricted list of a whole desk. */
const RESTRICTED_SYMBOLS_MAX = 1_000;
/** A sentence of who put them, for who reads it later. */
export const REASON_UNITS_MAX = 256;
/** A year of sessions: risk of one bar says nothing of what lies beyond. */
export const HORIZON_DAYS_MAX = 250;
/** Anything longer is a daily limit. */
export const WINDOW_MS_MAX = 86_400_000;

export { LIMIT_KINDS, LIMIT_SCOPE_KINDS as SCOPE_KINDS };

type Rule = {
  readonly holds: (limit: z.output<typeof fields>) => boolean;
  readonly path: string;
  readonly message: string;
};

const WITHOUT_THRESHOLD: readonly LimitKind[] = ["restricted-list", "self-match", "reduce-only"];
const WINDOWED: readonly LimitKind[] = [
  "max-order-rate",
  "max-message-rate",
  "price-collar-period",
  "repeated-execution",
];
/** Fields that only some kinds look at: what would be ignored is refused. */
const ONLY_FOR = {
  unit: ["max-gross-exposure", "max-net-exposure"],
  reference: ["price-collar"],
  participation: ["max-days-to-liquidate", "max-order-qty", "max-order-notional"],
  volatilityReference: ["max-order-qty", "max-order-notional"],
  confidence: ["max-var"],
  horizonDays: ["max-var"],
  n: ["max-top-weight"],
  factor: ["max-factor-exposure"],
  rho: ["max-cluster-gross"],
} as const satisfies Partial<Record<keyof z.output<typeof fields>, readonly LimitKind[]>>;
/** Without it these say nothing, and nobody fills it in. */
const NEEDED: Partial<Readonly<Record<LimitKind, "n" | "factor" | "participation">>> = {
  "max-days-to-liquidate": "participation",
  "max-top-weight": "n",
  "max-factor-exposure": "factor",
};
/** A smaller order passes these no sooner. */
const WHATEVER_QTY: readonly LimitKind[] = [
  "max-working-orders",
  "max-order-rate",
  "max-message-rate",
  "max-daily-orders",
  "max-daily-trades",
  "price-collar",
  "price-collar-period",
  "max-price-age",
  "duplicate-order",
  "repeated-execution",
  "restricted-list",
  "max-spread",
  "self-match",
];
const COUNTS: readonly LimitKind[] = [
  "max-working-orders",
  "max-order-rate",
  "max-message-rate",
  "max-daily-orders",
  "max-daily-trades",
  "max-price-age",
  "duplicate-order",
  "repeated-execution",
];

const mostOf = (kind: LimitKind): number =>
  kind === "duplicate-order" ? WINDOW_MS_MAX : Number.POSITIVE_INFINITY;
export const coded = (code: string, message: string) => ({ message, params: { code } });
const isWhole = (text: string | undefined): boolean => text === undefined || !/\.\d*[1-9]/.test(text);

const isAbove = (one: string, other: string): boolean => new Big(one).gt(other);
const isIn = (text: string, from: string, to: string): boolean => !isAbove(from, text) && !isAbove(text, to);

/** Symbols hold a colon, all other ids do not: each scope's id has its own form. */
const scopeId = z.string();
export const limitScope = z
  .strictObject({ kind: z.enum(LIMIT_SCOPE_KINDS), id: scopeId.min(1).max(64).optional() })
  .refine(
    ({ kind, id }) => kind !== "symbol" || id === undefined || SYMBOL_PATTERN.test(id),
    coded("symbol-format", "a symbol is VENUE:TICKER"),
  );

const levelPercent = z.int().min(1).max(100).optional();
const ascends = (levels: readonly (number | undefined)[]): boolean => {
  const given = levels.filter((level) => level !== undefined);
  return given.length > 0 && given.every((level, place) => place === 0 || level > (given[place - 1] ?? 0));
};

const fields = z.strictObject({
  id: plainId,
  kind: z.enum(LIMIT_KINDS),
  scope: limitScope.optional(),
  threshold: decimal.optional(),
  warnAt: decimal.optional(),
  action: z.enum(LIMIT_ACTIONS),
  windowMs: z.int().min(1).max(WINDOW_MS_MAX).optional(),
  unit: z.enum(LIMIT_UNITS).optional(),
  reference: z.enum(PRICE_REFERENCES).optional(),
  /** Of an average day's volume: of a limit on one order it is a second bound. */
  participation: nonNegativeDecimal.optional(),
  /** Of a day's returns: of a symbol that is more volatile the limit is less by as much. */
  volatilityReference: nonNegativeDecimal.optional(),
  levels: z
    .strictObject({
      warn: levelPercent,
      slow: levelPercent,
      stop: levelPercent,
    })
    .optional()
    .describe(
      "In percent of the threshold, ascending. Each that is reached is told (`utilisation-level`); from `slow` on one order a second is let through beside what closes, at `stop` the limit trips.",
    ),
  confidence: nonNegativeDecimal.optional(),
  horizonDays: z.int().min(1).optional(),
  n: z.int().min(1).max(TOP_SYMBOLS_MAX).optional(),
  factor: plainId.optional(),
  rho: decimal.optional(),
  symbols: z.array(symbolId).max(RESTRICTED_SYMBOLS_MAX).optional(),
});

/** Which fields stand together. What the shard does not evaluate yet is its own refusal, `limit-unsupported`. */
const RULES: readonly Rule[] = [
  {
    holds: ({ levels }) => levels === undefined || ascends([levels.warn, levels.slow, levels.stop]),
    path: "levels",
    message: "at least one level, and each above the one before",
  },
  {
    holds: ({ kind, threshold }) => WITHOUT_THRESHOLD.includes(kind) === (threshold === undefined),
    path: "threshold",
    message: "this kind has a threshold, or has none",
  },
  {
    holds: ({ kind, threshold }) => kind === "max-correlation" || threshold?.startsWith("-") !== true,
    path: "threshold",
    message: "a threshold is not below zero",
  },
  {
    holds: ({ kind, threshold }) =>
      !COUNTS.includes(kind) || (isWhole(threshold) && Number(threshold) <= mostOf(kind)),
    path: "threshold",
    message: "this threshold is a whole number; where it is a window it is a day at the most",
  },
  {
    holds: ({ warnAt, threshold }) => warnAt === undefined || threshold !== undefined,
    path: "warnAt",
    message: "there is no threshold to warn before",
  },
  {
    holds: ({ kind, windowMs }) => WINDOWED.includes(kind) === (windowMs !== undefined),
    path: "windowMs",
    message: "this kind has a window, or has none",
  },
  {
    holds: ({ warnAt, threshold }) =>
      warnAt === undefined || threshold === undefined || !isAbove(warnAt, threshold),
    path: "warnAt",
    message: "a warning comes at the threshold or before it",
  },
  {
    holds: ({ kind, warnAt }) => warnAt === undefined || kind !== "duplicate-order",
    path: "warnAt",
    message: "an order is a duplicate, or it is none",
  },
  {
    holds: ({ kind, action }) => action !== "reduce" || !WHATEVER_QTY.includes(kind),
    path: "action",
    message: "a smaller order passes this kind no sooner: reject or warn",
  },
  {
    holds: ({ confidence = "0.5" }) => !isAbove("0.5", confidence) && isAbove("1", confidence),
    path: "confidence",
    message: "a confidence is from 0.5 to below 1",
  },
  {
    holds: ({ horizonDays = 1 }) => horizonDays <= HORIZON_DAYS_MAX,
    path: "horizonDays",
    message: `a horizon is at most ${HORIZON_DAYS_MAX} days`,
  },
  {
    holds: ({ rho = "0" }) => isIn(rho, "-1", "1"),
    path: "rho",
    message: "a correlation is from -1 to 1",
  },
  {
    holds: ({ kind, threshold = "0" }) => kind !== "max-correlation" || isIn(threshold, "-1", "1"),
    path: "threshold",
    message: "a correlation is from -1 to 1",
  },
  ...Object.entries(ONLY_FOR).map(([field, kinds]): Rule => {
    const those: readonly LimitKind[] = kinds;
    return {
      holds: (limit) => limit[field as keyof typeof ONLY_FOR] === undefined || those.includes(limit.kind),
      path: field,
      message: `only ${kinds.join(" and ")} look at it`,
    };
  }),
  ...Object.entries(NEEDED).map(
    ([kind, field]): Rule => ({
      holds: (limit) => limit.kind !== kind || limit[field] !== undefined,
      path: field,
      message: `${kind} needs it`,
    }),
  ),
  ...(["participation", "volatilityReference"] as const).map(
    (field): Rule => ({
      holds: ({ [field]: part }) => part === undefined || (isAbove(part, "0") && !isAbove(part, "1")),
      path: field,
      message: "it is a part of one: above 0 and not above 1",
    }),
  ),
  {
    holds: ({ kind, scope, symbols }) =>
      (kind === "restricted-list" || scope?.kind === "group") === (symbols !== undefined),
    path: "symbols",
    message: "a restricted list names symbols and so does the scope of a group, nothing else does",
  },
  {
    holds: ({ scope }) => scope?.kind !== "group" || scope.id !== undefined,
    path: "scope",
    message: "a group has an id",
  },
];

export const limit = fields
  .superRefine((value, context) => {
    for (const rule of RULES) {
      if (rule.holds(value)) continue;
      context.addIssue({ code: "custom", path: [rule.path], ...coded("field-combination", rule.message) });
    }
  })
  .meta({ id: "Limit" });
export type LimitObject = z.output<typeof limit>;

const uniqueIds = (limits: readonly LimitObject[]): boolean =>
  new Set(limits.map(({ id }) => id)).size === limits.length;

export const limitList = z
  .array(limit)
  .max(LIMITS_MAX)
  .refine(uniqueIds, coded("duplicate", "two limits have the same id"));

export const planned = {
  /** Not before this moment; at once without one. */
  effectiveAt: epochMs.optional(),
  reason: z.string().min(1).max(REASON_UNITS_MAX).optional(),
};
export const templateUsed = z.strictObject({ id: plainId, version: z.int().min(1) });

/** As the account itself takes them: what a template is has been looked up by then. */
export const limitsBody = z.strictObject({
  limits: limitList,
  ...planned,
  template: templateUsed.optional(),
});
export type LimitsBody = z.output<typeof limitsBody>;

/** As they are in force: a limit with an override holds as that says, for all of its scope or for some members of it. */
const limitInForce = fields
  .extend({
    override: z
      .strictObject({
        id: plainId,
        /** Without it. */
        threshold: z.string(),
        until: epochMs,
        reason: z.string(),
        by: z.string(),
      })
      .optional(),
    /** Members of its scope that have a limit of their own by an override: they stand beside it, under the same id. */
    except: z.array(z.string()).optional(),
  })
  .meta({ id: "LimitInForce" });
export type LimitInForce = z.output<typeof limitInForce>;
export const limitsInForce = z.array(limitInForce);
export const limitsReply = z.strictObject({ version: z.int().min(0), limits: limitsInForce, inherited });
