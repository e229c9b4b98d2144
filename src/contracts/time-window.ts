/** A span of time in a query, [from, to), and the page of bars that lies in it. */
import { z } from "zod";
import { pageCursor, queryEpochMs, queryInteger } from "./common.ts";

type Span = { readonly from?: number | undefined; readonly to?: number | undefined };

export const isSpan = ({ from, to }: Span): boolean => from === undefined || to === undefined || from < to;
/** What a query is told that `isSpan` denies. */
export const SPAN_FAULT = { message: "from lies before to", path: ["from"], params: { code: "range" } };

/** Default and largest page. */
export const BARS_DEFAULT = 300;
export const BARS_MAX = 1_000;

const count = queryInteger.pipe(z.int().min(1).max(BARS_MAX));

export const barWindow = {
  from: queryEpochMs.optional().describe("The earliest start of a bar, epoch ms. Inclusive."),
  to: queryEpochMs
    .optional()
    .describe("Bars that start before, epoch ms. Exclusive; it may lie in the future."),
  countback: count.optional().describe("So many bars before `to`, wherever `from` stands."),
  limit: count
    .optional()
    .describe(`Bars of a page, the newest of those asked for: ${BARS_DEFAULT} unless given.`),
  cursor: pageCursor,
};
