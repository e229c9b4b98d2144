/** History of one symbol from elsewhere, in bulk: bars of one width, each judged by itself. Bars that we built from trades always win. */
import { z } from "zod";
import { RESOLUTIONS } from "../domain/bar.ts";
import { barWidth, decimal, epochMs, plainId, symbolId } from "./common.ts";
import { BULK_BODY_BYTES_MAX, endpoint } from "./endpoint.ts";

/** A day bar for every trading day of two centuries, or a month of minutes that never pause; about a second of our work. */
export const BARS_PER_IMPORT_MAX = 50_000;
/** Columns that one request names. */
const COLUMNS_UNITS_MAX = 1_024;

/** Why a row was rejected, where the fault is not one of shape (`required`, `type`, `unknown-field`, …). */
const IMPORT_CODES = [
  "misaligned",
  "ts-future",
  "ts-range",
  "bar-inconsistent",
  "duplicate-bar",
  "price-not-positive",
  "size-negative",
  "scale-exceeded",
  "number-range",
  "number-format",
  "field-combination",
] as const;

export const importedBar = z
  .strictObject({
    t: epochMs.optional().describe("Start of the bar, exactly."),
    date: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}$/)
      .optional()
      .describe(
        "In place of `t` for days, and for weeks and months by the first date of them: the trading day, as `2000-01-31`.",
      ),
    o: decimal,
    h: decimal,
    l: decimal,
    c: decimal,
    v: decimal,
    n: z.int().min(0).optional(),
    vw: decimal.nullable().optional().describe("At most 8 decimals, from the lowest price to the highest."),
    rev: z
      .int()
      .min(0)
      .max(1_000_000)
      .optional()
      .describe(
        "Which revision of the bar this is; one that is not above what stands changes nothing. Without it whatever differs is the next one.",
      ),
    resolution: barWidth(RESOLUTIONS)
      .optional()
      .describe("Where the query does not name it; one for all rows."),
  })
  .refine(({ t, date }) => (t === undefined) !== (date === undefined), {
    message: "a bar has either t or date",
    params: { code: "field-combination" },
  })
  .meta({ id: "ImportedBar" });
export type ImportedBar = z.output<typeof importedBar>;

const count = z.int().min(0);
/** accepted + rejected = sent; accepted = inserted + revised + unchanged + kept. */
export const importReply = z.strictObject({
  accepted: count,
  inserted: count.describe("New bars."),
  revised: count.describe(
    "Bars that an import had made, and that differ now: one revision more, or the one that was told.",
  ),
  unchanged: count.describe("As they stood."),
  kept: count.describe(
    "What stood stays: a bar of trades, the span that our own bars cover, or a revision that was not above it.",
  ),
  rejected: z.array(
    z.strictObject({
      index: z.int().min(0).describe("Place of the row in the request, from 0; a CSV's header is none."),
      code: z.string().meta({ examples: [...IMPORT_CODES] }),
      detail: z.string(),
    }),
  ),
});
export type ImportReply = z.output<typeof importReply>;

export const importQuery = z.strictObject({
  resolution: barWidth(RESOLUTIONS).optional().describe("Width of all bars; it may be a column instead."),
  source: plainId.describe("Where the bars come from, in a word."),
  columns: z
    .string()
    .min(1)
    .max(COLUMNS_UNITS_MAX)
    .optional()
    .describe(
      "CSV: which column is which field, as `t:Time,o:Open`. Usual names (`date`, `open`, `Close`, `volume` …) need none.",
    ),
  ignore: z
    .string()
    .min(1)
    .max(COLUMNS_UNITS_MAX)
    .optional()
    .describe(
      "CSV: columns that are passed over, as `adjclose,name`. Any other that has no field is refused.",
    ),
});
export type ImportQuery = z.output<typeof importQuery>;

export const postBars = endpoint({
  method: "POST",
  path: "/v1/symbols/{symbol}/bars",
  scope: "market:write",
  summary:
    "Imports bars of one width, as NDJSON or CSV with a header; each row is judged by itself. Bars that were built from trades always win, before and after. The same again changes nothing; what differs from an imported bar is its next revision. Wider bars are folded from the imported ones for every span that these touch, unless they were imported themselves. While Postgres is away nothing is taken (503): send the same again.",
  tag: "Market data",
  params: z.strictObject({ symbol: symbolId }),
  query: importQuery,
  body: { schema: importedBar, media: ["ndjson", "csv"], bytesMax: BULK_BODY_BYTES_MAX },
  replies: { 200: importReply },
});
