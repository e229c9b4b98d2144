/** What a symbol's corporate action does to what an account holds and works in it. */
import { z } from "zod";
import { plainId, symbolId } from "./common.ts";
import { endpoint } from "./endpoint.ts";

export const accountActionBody = z.strictObject({
  symbol: symbolId,
  /** As it was recorded for the symbol. */
  id: plainId,
  by: z.string().min(1).max(128).describe("The subject of the credential."),
});
export type AccountActionBody = z.output<typeof accountActionBody>;

export const ACTION_OUTCOMES = ["applied", "taken-back", "unchanged", "not-due", "manual"] as const;

export const accountActionReply = z.strictObject({
  symbol: symbolId,
  id: plainId,
  outcome: z
    .enum(ACTION_OUTCOMES)
    .describe(
      "`unchanged`: nothing was held or worked before its ex-date, or it was applied before. `not-due`: its ex-date has not come. `manual`: it cannot be applied here, and a violation `corporate-action-manual` says so.",
    ),
  /** Lines and orders that are others since. */
  positions: z.int().min(0),
  orders: z.int().min(0),
  seq: z.int().min(0),
});
export type AccountActionReply = z.output<typeof accountActionReply>;

export const postAccountAction = endpoint({
  method: "POST",
  path: "/v1/accounts/{account}/corporate-actions",
  scope: "risk:admin",
  tag: "Risk",
  summary:
    "Applies a recorded split, bonus or dividend of a symbol to the account's positions and orders from before its ex-date, once; one that was revoked since is taken back. The account does the same by itself once a day.",
  params: z.strictObject({ account: plainId }),
  body: { schema: accountActionBody },
  replies: { 200: accountActionReply },
});
