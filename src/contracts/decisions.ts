/** What a risk shard says to an order: the verdict, its reasons, and every check with its numbers. */
import { z } from "zod";
import { BUILT_IN_CODES } from "../domain/check-codes.ts";
import { SIDES } from "../domain/order.ts";
import { epochMs, factPart, listOf, listQuery, plainId, symbolId } from "./common.ts";
import { endpoint } from "./endpoint.ts";
import { LIMIT_KINDS, SCOPE_KINDS } from "./limits.ts";

export const DECISIONS = ["accept", "reduce", "reject"] as const;
export const VERDICTS = ["pass", "warn", "fail", "skip"] as const;

const decisionCode = z.enum([...new Set([...BUILT_IN_CODES, ...LIMIT_KINDS])]);
/** Decimal text in the threshold's unit; null where the check has no number. */
const measured = z.string().nullable();

export const checkResult = z
  .strictObject({
    code: decisionCode,
    kind: decisionCode,
    /** FIX OrdRejReason (tag 103) that a failure has, and RiskLimitType (tag 1530) of a limit, where there is one. */
    fixCode: z.int().optional(),
    riskLimitType: z.int().optional(),
    /** `firm` and `desk`: inherited from there. */
    scope: z.strictObject({ kind: z.enum([...SCOPE_KINDS, "firm", "desk"]), id: z.string().optional() }),
    verdict: z.enum(VERDICTS),
    /** Percent of equity is shown as the money that it comes to. */
    limit: measured,
    /** Before the order; working orders count. */
    observed: measured,
    /** With the whole order. */
    projected: measured,
    /** limit − projected: below zero where the order goes past it. */
    headroom: measured,
    /** projected / limit at 6 decimals; null where the limit is 0. */
    utilisation: measured,
    /** Why a limit could not be measured: it then fails, unless the order only closes. */
    reason: z.string().optional(),
  })
  .meta({ id: "CheckResult" });

const decisionFields = {
  clientOrderId: plainId,
  decision: z.enum(DECISIONS),
  /** What may be sent to the venue: on the lot grid, "0" where rejected. */
  allowedQty: z.string(),
  /** The first failing check in the published order. */
  code: decisionCode.optional(),
  /** FIX OrdRejReason (tag 103) of that check. */
  fixCode: z.int().optional(),
  checks: z.array(checkResult),
  /** Codes of checks that warn and do not refuse. */
  warnings: z.array(decisionCode),
  limitsVersion: z.int().min(0),
  /** Of the fact that records this decision; of a dry run, of the newest fact that it saw. */
  seq: z.int().min(0),
  /** Absent where rejected, and in a dry run. */
  orderId: z.string().optional(),
};
export const decision = z.strictObject(decisionFields).meta({ id: "Decision" });
export type DecisionObject = z.output<typeof decision>;
export const decisionsReply = z.strictObject({ decisions: z.array(decision) });

/** A decision with what it was about, for the account's history. */
export const decisionRecord = z.strictObject({
  ...decisionFields,
  symbol: symbolId,
  side: z.enum(SIDES),
  qty: z.string(),
  strategy: plainId.nullable(),
  ts: epochMs,
  part: factPart,
});

/** FIX OrdRejReason 15: unknown account. */
const FIX_UNKNOWN_ACCOUNT = 15;

/** The answer to orders for an account that does not exist. Nothing is remembered of it, and no actor is made. */
export function accountUnknownDecisions(clientOrderIds: readonly string[]): string {
  const decisions = clientOrderIds.map((clientOrderId): DecisionObject => {
    const check = {
      code: "account-unknown",
      kind: "account-unknown",
      scope: { kind: "account" },
      verdict: "fail",
      limit: null,
      observed: null,
      projected: null,
      headroom: null,
      utilisation: null,
    } as const;
    return {
      clientOrderId,
      decision: "reject",
      allowedQty: "0",
      code: "account-unknown",
      fixCode: FIX_UNKNOWN_ACCOUNT,
      checks: [check],
      warnings: [],
      limitsVersion: 0,
      seq: 0,
    };
  });
  return JSON.stringify({ decisions });
}

const filter = z.strictObject({
  decision: z.enum(DECISIONS).optional(),
  /** The first failing check. */
  code: decisionCode.optional(),
  symbol: symbolId.optional(),
  strategy: plainId.optional(),
});
export type DecisionFilter = {
  readonly [Field in keyof z.output<typeof filter>]?: z.output<typeof filter>[Field];
};

export const getDecisions = endpoint({
  method: "GET",
  path: "/v1/accounts/{account}/decisions",
  scope: "risk:read",
  tag: "Risk",
  summary:
    "Decisions, the newest first, all or those about something; older ones than the actor keeps are in Postgres. Of an account that is or was split, those of all its parts.",
  params: z.strictObject({ account: plainId }),
  query: listQuery.extend(filter.shape),
  replies: { 200: listOf(decisionRecord) },
});
