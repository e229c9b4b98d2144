/** Corporate actions of one symbol: what was announced, by whom and when, and the factors that follow. Bars themselves are never changed. */
import { z } from "zod";
import { decimalText, scaledBigint } from "../domain/decimal.ts";
import { listOf, listQuery, nonNegativeDecimal, plainId, positiveDecimal, symbolId } from "./common.ts";
import { endpoint } from "./endpoint.ts";

/** Where times of bars begin and end: an action before or after them could adjust nothing. */
const FIRST_DATE = "1973-03-03";
const LAST_DATE = "2286-11-20";
/** As long as a decimal's fraction may be. */
const FRACTION_DIGITS = 18;

/** `0.10` and `0.1` are the same terms. */
function plain(text: string): string {
  const scaled = scaledBigint(text, FRACTION_DIGITS);
  return scaled.ok ? decimalText(scaled.value, FRACTION_DIGITS) : text;
}
const above = positiveDecimal.transform(plain).pipe(z.string());
const notBelow = nonNegativeDecimal.transform(plain).pipe(z.string());
const text = z.string();

const exDate = z.iso.date().refine((date) => date >= FIRST_DATE && date <= LAST_DATE, {
  message: `between ${FIRST_DATE} and ${LAST_DATE}`,
  params: { code: "range" },
});

/** The five kinds, each with its own terms, and what all of them have. */
const kinds = <Shared extends z.ZodRawShape, Above extends z.ZodType, NotBelow extends z.ZodType>(
  shared: Shared,
  positive: Above,
  nonNegative: NotBelow,
) =>
  z.discriminatedUnion("type", [
    /** Of `from` shares become `to`: 4:1 is from 1 to 4. */
    z.strictObject({ ...shared, type: z.literal("split"), from: positive, to: positive }),
    /** So many new shares, free of charge, for so many held. */
    z.strictObject({ ...shared, type: z.literal("bonus"), bonusShares: positive, heldShares: positive }),
    /** So many new shares at `price` for so many held. */
    z.strictObject({
      ...shared,
      ...{ type: z.literal("rights"), offered: positive, held: positive, price: nonNegative },
    }),
    /** Cash for one share. */
    z.strictObject({ ...shared, type: z.literal("dividend"), amount: positive }),
    /** The worth of what is given away for one share. */
    z.strictObject({ ...shared, type: z.literal("spin-off"), value: positive }),
  ]);

export const corporateActionBody = kinds(
  {
    id: plainId,
    /** The first trading day without the right: earlier days are adjusted. */
    exDate,
    referencePrice: above
      .optional()
      .describe("The last raw close before the ex-date. Without it, it is taken from the bars of days."),
  },
  above,
  notBelow,
);
export type CorporateActionBody = z.output<typeof corporateActionBody>;

const recorded = {
  id: text,
  exDate: text,
  referencePrice: text.optional(),
  recordedAt: z.int(),
  recordedBy: text.optional().describe("Whose call it was; told to that tenant alone, as is `revokedBy`."),
};
export const recordedAction = kinds(recorded, text, text);

const ratio = z.strictObject({
  numerator: text,
  denominator: text,
  value: text.describe("At 15 decimals, ties to even."),
});
export const corporateActionObject = kinds(
  {
    ...recorded,
    revokedAt: z.int().optional().describe("A revoked action stays in the record and adjusts nothing."),
    revokedBy: text.optional(),
    factors: z
      .strictObject({
        price: ratio,
        volume: ratio,
        priceBefore: text.optional().describe("The close that the price factor stands on."),
      })
      .nullable()
      .describe(
        "By what prices and volumes before the ex-date are multiplied; null where that is not known.",
      ),
    factorsCode: z
      .enum(["reference-price-unknown", "factor-invalid", "history-unavailable"])
      .optional()
      .describe("Why there are none."),
  },
  text,
  text,
).meta({ id: "CorporateAction" });
export type CorporateActionObject = z.output<typeof corporateActionObject>;

const tag = "Market data";
const path = "/v1/symbols/{symbol}/actions";

export const postAction = endpoint({
  method: "POST",
  path,
  scope: "market:write",
  summary:
    "Records a split, bonus issue, rights issue, dividend or spin-off. The same id and terms answer the same again, other terms 409; an id that was revoked stays so.",
  tag,
  params: z.strictObject({ symbol: symbolId }),
  body: { schema: corporateActionBody },
  replies: { 201: recordedAction },
});

export const listActions = endpoint({
  method: "GET",
  path,
  scope: "market:read",
  summary:
    "The symbol's corporate actions by ex-date, revoked ones too, with the factors that they stand for.",
  tag,
  params: z.strictObject({ symbol: symbolId }),
  query: listQuery,
  replies: { 200: listOf(corporateActionObject) },
});

export const revokeAction = endpoint({
  method: "DELETE",
  path: `${path}/{id}`,
  scope: "market:write",
  summary:
    "Revokes an action: bars are adjusted as if it had never been, and the record keeps it. Again is no news.",
  tag,
  params: z.strictObject({ symbol: symbolId, id: plainId }),
  replies: { 204: undefined },
});
