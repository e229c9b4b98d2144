/** What an account's decisions go by: what each symbol has told it, in which version, and how old it is. */
import { z } from "zod";
import { listOf, listQuery, plainId, symbolId } from "./common.ts";
import { endpoint } from "./endpoint.ts";

const age = z.int().min(0).nullable();
const version = z.int().min(0);
const price = z.string();

export const inputObject = z
  .strictObject({
    symbol: symbolId,
    /** Of the price: `missing` where nothing prices a position (after a restart until the symbol is met), `stale` after a minute. */
    status: z.enum(["fresh", "stale", "missing"]),
    instrumentVersion: version,
    /** Of what a position is marked at. */
    priceAgeMs: age,
    liquidityVersion: version.nullable(),
    /** Since the newest session closed that it stands on. */
    liquidityAgeMs: age,
    /** `stale` from the fifth close after that session on. */
    liquidityStatus: z.enum(["fresh", "stale", "missing"]),
    /** Of the trading day [from, until). */
    previousClose: z.strictObject({ price, from: z.int(), until: z.int() }).nullable(),
    /** Lowest and highest mark of each window that limits compare with; null until all of it is known. */
    windows: z.array(z.strictObject({ windowMs: z.int(), low: price.nullable(), high: price.nullable() })),
    /** Bars that it has told, where limits or readers ask for them. */
    returns: z
      .strictObject({ observations: z.int().min(0), isEnough: z.boolean(), hasGap: z.boolean() })
      .nullable(),
  })
  .meta({ id: "DecisionInput" });
export type InputObject = z.output<typeof inputObject>;

export const getInputs = endpoint({
  method: "GET",
  path: "/v1/accounts/{account}/inputs",
  scope: "risk:read",
  tag: "Risk",
  summary:
    "What decisions go by: of each symbol that the account follows the versions and ages of what it was told, by symbol. Nothing is fetched for it: after a restart it says what is missing.",
  params: z.strictObject({ account: plainId }),
  query: listQuery.extend({ symbol: symbolId.optional() }),
  replies: { 200: listOf(inputObject) },
});
