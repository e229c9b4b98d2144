/** Reference data of tradable instruments: put one, put many, read one, search. */
import { z } from "zod";
import { ALIASES_MAX, CONTRACTS, INSTRUMENT_STATUSES, INSTRUMENT_TYPES } from "../domain/instrument.ts";
import { decimal, epochMs, listOf, listQuery, plainId, symbolId } from "./common.ts";
import { BULK_BODY_BYTES_MAX, endpoint } from "./endpoint.ts";

/** A line of a watch list; longer texts belong elsewhere. */
const DESCRIPTION_UNITS_MAX = 256;
/** Room for the longest sector and issuer names in use. */
const LABEL_UNITS_MAX = 64;
/** Factor models have at most some dozens of factors. */
export const FACTORS_MAX = 64;
/** The longest tokens in use are those of option contracts. */
const TOKEN_UNITS_MAX = 64;
/** Instruments of one put: about as many as an 8 MiB body can hold, and few enough that the facts of one call fit the directory's outbox. */
export const INSTRUMENTS_PER_PUT_MAX = 40_000;
/** What a person types into a search box. */
export const QUERY_UNITS_MAX = 64;

/** Nothing that a terminal obeys, and nothing that no storage keeps: half of a character pair, and code points that are no characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u;
const printable = (unitsMax: number) =>
  z
    .string()
    .min(1)
    .max(unitsMax)
    .refine((text) => !UNPRINTABLE.test(text), {
      message: "printable characters only",
      params: { code: "range" },
    });
const label = printable(LABEL_UNITS_MAX);
const token = printable(TOKEN_UNITS_MAX);

/**
 * The shape alone. What the values must be to each other (positive tick, scales that fit, an option's strike) is the directory's
 * rule and refused `instrument-invalid`.
 */
export const instrumentBody = z.strictObject({
  description: printable(DESCRIPTION_UNITS_MAX),
  type: z.enum(INSTRUMENT_TYPES),
  exchange: plainId,
  currency: label,
  tickSize: decimal,
  lotSize: decimal,
  multiplier: decimal,
  contract: z
    .enum(CONTRACTS)
    .optional()
    .describe(
      "Linear (as without it): worth size × price × multiplier in the currency. Inverse: size × multiplier ÷ price in the currency, which is the coin that it is settled in. Fixed as the scales are.",
    ),
  priceScale: z.int().optional(),
  sizeScale: z.int().optional(),
  minQty: decimal.optional(),
  maxQty: decimal.optional(),
  minNotional: decimal.optional(),
  sector: label.optional(),
  country: label.optional(),
  issuer: label.optional(),
  factors: z
    .record(plainId, decimal)
    .refine((factors) => Object.keys(factors).length <= FACTORS_MAX, {
      message: `at most ${FACTORS_MAX} factors`,
      params: { code: "too-many-items" },
    })
    .optional(),
  aliases: z
    .record(plainId, token)
    .refine((aliases) => Object.keys(aliases).length <= ALIASES_MAX, {
      message: `at most ${ALIASES_MAX} aliases`,
      params: { code: "too-many-items" },
    })
    .optional()
    .describe(
      'What brokers and vendors call it, a token each: `{"kite": "256265"}`. No two instruments have the same token of one broker.',
    ),
  timezone: label,
  session: label,
  calendar: label.optional(),
  marginInitial: decimal.optional(),
  marginMaintenance: decimal.optional(),
  status: z.enum(INSTRUMENT_STATUSES),
  quoteBars: z
    .boolean()
    .optional()
    .describe("Whether bars are built of its quotes, too; without it where the type is fx."),
  underlying: symbolId.optional(),
  expiry: epochMs.optional(),
  strike: decimal.optional(),
  right: z.enum(["call", "put"]).optional(),
});

/** One line of a bulk import, and what the directory is asked to store. */
export const instrumentLine = instrumentBody.extend({ symbol: symbolId });
export type InstrumentLine = z.output<typeof instrumentLine>;

const text = z.string();
/** An instrument as it is answered: decimals are text, defaults are filled in, factors are plain numbers. */
export const instrumentReply = z.strictObject({
  symbol: text,
  description: text,
  type: z.enum(INSTRUMENT_TYPES),
  exchange: text,
  currency: text,
  tickSize: text,
  lotSize: text,
  multiplier: text,
  contract: z.literal("inverse").optional(),
  priceScale: z.int(),
  sizeScale: z.int(),
  minQty: text.optional(),
  maxQty: text.optional(),
  minNotional: text.optional(),
  sector: text.optional(),
  country: text.optional(),
  issuer: text.optional(),
  factors: z.record(z.string(), z.number()).optional(),
  aliases: z.record(z.string(), text).optional(),
  timezone: text,
  session: text,
  calendar: text.optional(),
  marginInitial: text.optional(),
  marginMaintenance: text.optional(),
  status: z.enum(INSTRUMENT_STATUSES),
  quoteBars: z.boolean().optional(),
  underlying: text.optional(),
  expiry: z.int().optional(),
  strike: text.optional(),
  right: z.enum(["call", "put"]).optional(),
  version: z.int().min(1),
});
export type InstrumentReply = z.output<typeof instrumentReply>;

/** A broker has no colon in its name; its token may. */
const ALIAS_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}:.{1,64}$/u;
const isAbsent = (value: unknown): boolean => value === undefined;

const bySymbol = z.strictObject({ symbol: symbolId });

export const putInstrument = endpoint({
  method: "PUT",
  path: "/v1/instruments/{symbol}",
  scope: "market:write",
  summary:
    "Makes or replaces an instrument. Scales, multiplier, contract, currency and time zone stay as it was made; putting the same again changes nothing.",
  tag: "Instruments",
  params: bySymbol,
  body: { schema: instrumentBody },
  replies: { 200: instrumentReply },
});

export const putInstruments = endpoint({
  method: "POST",
  path: "/v1/instruments",
  scope: "market:write",
  summary:
    "Makes or replaces many instruments, one JSON object with its symbol per line: all of them, or none.",
  tag: "Instruments",
  body: { schema: instrumentLine, media: ["ndjson"], bytesMax: BULK_BODY_BYTES_MAX },
  replies: { 200: z.strictObject({ items: z.array(instrumentReply) }) },
});

export const getInstrument = endpoint({
  method: "GET",
  path: "/v1/instruments/{symbol}",
  scope: "market:read",
  summary: "One instrument.",
  tag: "Instruments",
  params: bySymbol,
  replies: { 200: instrumentReply },
});

export const searchInstruments = endpoint({
  method: "GET",
  path: "/v1/instruments",
  scope: "market:read",
  summary:
    "Instruments by the beginning of symbol or ticker, of words in the description or of an alias, in order of symbol; or the one that a broker's token means (`alias=kite:256265`).",
  tag: "Instruments",
  query: listQuery
    .extend({
      query: z
        .string()
        .max(QUERY_UNITS_MAX)
        .optional()
        .describe("The beginning of a symbol, a ticker, a word of the description or an alias, in any case."),
      type: z.enum(INSTRUMENT_TYPES).optional().describe("Of this type alone."),
      exchange: plainId.optional().describe("Listed at this exchange alone, as instruments name it."),
      alias: z.string().regex(ALIAS_PATTERN).optional().describe("`<broker>:<token>`, on its own."),
    })
    .refine(
      ({ alias, limit: _, ...others }) => alias === undefined || Object.values(others).every(isAbsent),
      {
        message: "an alias means one instrument, whatever else is asked for",
        path: ["alias"],
        params: { code: "field-combination" },
      },
    ),
  replies: { 200: listOf(instrumentReply) },
});
