/** Shapes that every resource shares. Brands are made here and in their own constructors only. Custom issues carry a stable code in `params.code`. */
import Big from "big.js";
import { z } from "zod";
import { DECIMAL_PATTERN } from "../domain/decimal.ts";
import { ID_PATTERN, SYMBOL_PATTERN } from "../domain/ids.ts";
import { PARTS_MAX } from "../domain/parts-map.ts";
import { EPOCH_MS_LIMIT, EPOCH_MS_MIN, isEpochMs } from "../domain/time.ts";

/** A JSON number has no more than this many digits that can be trusted. */
const NUMBER_DIGITS_MAX = 15;

const coded = (code: string, message: string) => ({ message, params: { code } });

export const symbolId = z
  .string()
  .refine((text) => SYMBOL_PATTERN.test(text), coded("symbol-format", "a symbol is VENUE:TICKER"))
  .meta({ pattern: SYMBOL_PATTERN.source });
export const plainId = z
  .string()
  .refine(
    (text) => ID_PATTERN.test(text),
    coded("id-format", "an id is 1-64 letters, digits, dots, dashes and underscores"),
  )
  .meta({ pattern: ID_PATTERN.source });

export const epochMs = z
  .number()
  .refine((at) => isEpochMs(at), coded("ts-range", "a time is integer epoch milliseconds"))
  .meta({ type: "integer", minimum: EPOCH_MS_MIN, exclusiveMaximum: EPOCH_MS_LIMIT });

/** Beside a `seq`, and only where that is not of the account's own object. */
export const factPart = z
  .int()
  .min(1)
  .max(PARTS_MAX - 1)
  .optional()
  .describe("Of an account that is or was split: the part whose seq it is, where that is not part 0.");

/**
 * Decimal text in canonical form, from text (`-?digits[.digits]`, nothing else) or from a number of at most 15 significant digits.
 * Infinity arrives here as what `1e999` parses to.
 */
export const decimal = z
  .union([z.string(), z.number(), z.literal([Infinity, -Infinity])])
  .meta({ anyOf: [{ type: "string", pattern: DECIMAL_PATTERN.source }, { type: "number" }] })
  .transform((value, context): string => {
    const text = typeof value === "number" ? decimalOfNumber(value) : value;
    if (text !== undefined && DECIMAL_PATTERN.test(text)) return text;
    const code = typeof value === "number" && !Number.isFinite(value) ? "number-not-finite" : "number-format";
    context.addIssue({
      code: "custom",
      message: "a decimal is plain digits, or a number of at most 15 digits",
      params: { code: specialCode(value) ?? code },
    });
    return z.NEVER;
  })
  // Says what comes out, so that replies can be described by it too.
  .pipe(z.string());

const comparable = (text: string): number => new Big(text).cmp(0);
export const positiveDecimal = decimal.refine(
  (text) => comparable(text) > 0,
  coded("not-positive", "must be above zero"),
);
export const nonNegativeDecimal = decimal.refine(
  (text) => comparable(text) >= 0,
  coded("negative", "must not be below zero"),
);

/** Query strings are text: integers in them are parsed, never coerced from anything else. */
export const queryInteger = z
  .string()
  .regex(/^(0|[1-9]\d{0,15})$/)
  .transform(Number);
export const queryEpochMs = queryInteger.pipe(epochMs);

/** What a part of a split account has of its own. */
export const partQuery = queryInteger
  .pipe(
    z
      .int()
      .min(0)
      .max(PARTS_MAX - 1),
  )
  .optional()
  .describe("Of an account that is or was split: what that part, up to 7, has of its own. 0 unless given.");

/** One of these widths of bars; the description of a call lists them, and any other text is refused by a code of its own. */
export const barWidth = <const Width extends string>(widths: readonly Width[]) =>
  z
    .string()
    .refine(
      (text) => widths.some((width) => width === text),
      coded("resolution-unsupported", `expected one of: ${widths.join(", ")}`),
    )
    .meta({ enum: [...widths] })
    .pipe(z.enum(widths));

/** Default and largest page of a list. */
export const PAGE_ITEMS_DEFAULT = 100;
export const PAGE_ITEMS_MAX = 1_000;
export const pageCursor = z
  .string()
  .min(1)
  .max(512)
  .optional()
  .describe("The `nextCursor` of the page before, with everything else as it was asked then.");
export const listQuery = z.strictObject({
  limit: queryInteger
    .pipe(z.int().min(1).max(PAGE_ITEMS_MAX))
    .optional()
    .describe(
      `Items of a page, at most ${PAGE_ITEMS_MAX}; ${PAGE_ITEMS_DEFAULT} unless a call says otherwise.`,
    ),
  cursor: pageCursor,
});

export const listOf = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({ items: z.array(item), nextCursor: z.string().nullable(), total: z.int().min(0) });

function specialCode(value: string | number): string | undefined {
  return typeof value === "string" && /^[+-]?(nan|inf|infinity)$/i.test(value)
    ? "number-not-finite"
    : undefined;
}

/** Undefined where the number is not finite or has more digits than a JSON number can be trusted for. */
function decimalOfNumber(value: number): string | undefined {
  if (!Number.isFinite(value)) return undefined;
  const exact = new Big(value);
  return exact.c.length > NUMBER_DIGITS_MAX ? undefined : exact.toFixed();
}

/** A JSON number that stands for exactly what was written. */
export const isExactNumber = (value: number): boolean => decimalOfNumber(value) !== undefined;

/** A repeat under the same key is the same call. */
export const idempotencyHeaders = z.strictObject({ "idempotency-key": z.string().min(1).max(64).optional() });

/** An If-Match: a version, `"7"` as HTTP writes it, or a bare `7`. */
export const ifMatch = z
  .string()
  .regex(/^("?)\d{1,15}\1$/)
  .transform((text) => text.replaceAll('"', ""));
