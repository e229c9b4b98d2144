/** One decision in words and numbers, with what it was made from. */
import { z } from "zod";
import { ORDER_TYPES, TIMES_IN_FORCE } from "../domain/order.ts";
import { partQuery, plainId } from "./common.ts";
import { checkResult, decisionRecord } from "./decisions.ts";
import { endpoint } from "./endpoint.ts";

const price = z.string().nullable();

export const explanation = decisionRecord
  .extend({
    /** One sentence. */
    summary: z.string(),
    /** All of them, each with one sentence. */
    checks: z.array(checkResult.extend({ words: z.string() })),
    /** The rest of what was sent. Null, as `inputs`, where the decision's fact has left the account and Postgres cannot be asked. */
    order: z
      .strictObject({
        type: z.enum(ORDER_TYPES),
        price,
        stopPrice: price,
        timeInForce: z.enum(TIMES_IN_FORCE).nullable(),
        reduceOnly: z.boolean(),
        replaces: z.string().nullable(),
      })
      .nullable(),
    inputs: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe(
        "All that the checks looked at, in integers: quantities and prices at the instrument's scales, money at 10⁻¹². Null also where no check was made.",
      ),
    limits: z
      .array(z.unknown())
      .nullable()
      .describe("The limits that it was made under; null once the account keeps that version no more."),
    inherited: z
      .array(z.unknown())
      .optional()
      .describe("Limits of the nodes above, which held beside them; absent where there were none."),
    sameAgain: z
      .boolean()
      .nullable()
      .describe(
        "Whether it came out the same, byte by byte, when it was made again just now; null where something for that is missing.",
      ),
  })
  .meta({ id: "Explanation" });

export const getDecision = endpoint({
  method: "GET",
  path: "/v1/accounts/{account}/decisions/{seq}",
  scope: "risk:read",
  tag: "Risk",
  summary:
    "One decision, explained: each check with its numbers and a sentence, what it was made from, and whether it comes out the same again.",
  params: z.strictObject({
    account: plainId,
    seq: z
      .string()
      .regex(/^[1-9]\d{0,15}$/)
      .transform(Number),
  }),
  query: z.strictObject({ part: partQuery }),
  replies: { 200: explanation },
});
