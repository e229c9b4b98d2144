/** What a venue reports of orders. Executions are truths: they are booked, not judged. */
import { z } from "zod";
import { EXECUTION_TYPES, SIDES } from "../domain/order.ts";
import { decimal, epochMs, nonNegativeDecimal, plainId, positiveDecimal, symbolId } from "./common.ts";
import { endpoint } from "./endpoint.ts";

/** As many as orders in one request. */
export const EXECUTIONS_PER_REQUEST_MAX = 1_000;
/** As other ids; a venue's own may have any letters. */
export const VENUE_ORDER_ID_UNITS_MAX = 64;

/** Why an execution was refused. Nothing is remembered of a refused one: put right, it may come again under its id. */
export const EXECUTION_CODES = [
  "exec-id-reused",
  "ts-future",
  "order-unknown",
  "order-final",
  "order-mismatch",
  "not-replacing",
  "instrument-unknown",
  "fx-missing",
  "scale-exceeded",
  "number-range",
  "account-unknown",
  "fee-currency-unsupported",
  // Of a bust or a correction.
  "ref-unknown",
  "ref-not-a-fill",
  "ref-too-old",
  "already-busted",
  "overloaded",
] as const;
export const EXECUTION_STATUSES = ["applied", "duplicate", "refused"] as const;

const coded = (code: string, message: string) => ({ message, params: { code } });

type Stated = {
  readonly type: (typeof EXECUTION_TYPES)[number];
  readonly qty?: unknown;
  readonly price?: unknown;
  readonly fee?: unknown;
  readonly feeCurrency?: unknown;
  readonly refExecId?: unknown;
  readonly venueOrderId?: unknown;
};
const isRevision = ({ type }: Stated): boolean => type === "bust" || type === "correct";
const states = (...fields: readonly unknown[]): boolean => fields.some((field) => field !== undefined);

export const executionReport = z
  .strictObject({
    type: z.enum(EXECUTION_TYPES),
    execId: plainId,
    /** Of a `replace`: the new order. Of a bust or a correction: the order of the fill that it is about. */
    clientOrderId: plainId,
    /** Needed of a fill whose order is not known here; else they must agree with the order. */
    symbol: symbolId.optional(),
    side: z.enum(SIDES).optional(),
    qty: positiveDecimal.optional(),
    price: nonNegativeDecimal.optional(),
    /** Below zero: a rebate. */
    fee: decimal.optional(),
    feeCurrency: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .describe("The instrument's own. A fee in another is a movement of cash of type `fee`."),
    refExecId: plainId
      .optional()
      .describe(
        "The fill that never was (`bust`), or was another (`correct`: all of qty, price and fee that changed).",
      ),
    venueOrderId: z
      .string()
      .min(1)
      .max(VENUE_ORDER_ID_UNITS_MAX)
      .optional()
      .describe("Of an `acknowledge`: the venue's own name of the order."),
    ts: epochMs,
  })
  .refine(({ type, venueOrderId }: Stated) => venueOrderId === undefined || type === "acknowledge", {
    ...coded("field-combination", "only an acknowledgement has the venue's name of the order"),
    path: ["venueOrderId"],
  })
  .refine(({ type, qty, price }) => type !== "fill" || (qty !== undefined && price !== undefined), {
    ...coded("field-combination", "a fill has qty and price"),
    path: ["qty"],
  })
  .refine(
    (report: Stated) =>
      report.type === "fill" || report.type === "correct" || !states(report.qty, report.price, report.fee),
    { ...coded("field-combination", "only a fill or a correction has qty, price and fee"), path: ["type"] },
  )
  .refine(
    ({ type, feeCurrency }: Stated) => feeCurrency === undefined || type === "fill" || type === "correct",
    { ...coded("field-combination", "only a fill or a correction has a fee"), path: ["feeCurrency"] },
  )
  .refine((report: Stated) => isRevision(report) === states(report.refExecId), {
    ...coded(
      "field-combination",
      "a bust or a correction names the fill that it is about, and nothing else does",
    ),
    path: ["refExecId"],
  })
  .refine((report: Stated) => report.type !== "correct" || states(report.qty, report.price, report.fee), {
    ...coded("field-combination", "a correction has what is another: qty, price or fee"),
    path: ["type"],
  })
  .meta({ id: "Execution" });
export type ExecutionReport = z.output<typeof executionReport>;

export const executionsBody = z.strictObject({
  executions: z.array(executionReport).min(1).max(EXECUTIONS_PER_REQUEST_MAX),
});

export const executionsReply = z.strictObject({
  results: z.array(
    z.strictObject({
      execId: plainId,
      status: z.enum(EXECUTION_STATUSES),
      code: z.enum(EXECUTION_CODES).optional(),
    }),
  ),
  /** Of the newest fact. */
  seq: z.int().min(0),
});

export const postExecutions = endpoint({
  method: "POST",
  path: "/v1/accounts/{account}/executions",
  scope: "risk:trade",
  tag: "Risk",
  summary:
    "Books acknowledgements, fills, cancels, rejects, expiries and replaces, and what busts and corrects an earlier fill. A fill above what remains, after the end of its order, or of no known order is booked and raises a violation.",
  params: z.strictObject({ account: plainId }),
  body: { schema: executionsBody },
  replies: { 200: executionsReply },
});
