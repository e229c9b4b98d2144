/** Labels: a tenant's own notes on a symbol at a moment, with every version that there was. Text stays text, to the last character. */
import { z } from "zod";
import { LABEL_METADATA_KEYS_MAX } from "../domain/label.ts";
import {
  epochMs,
  idempotencyHeaders,
  ifMatch,
  isExactNumber,
  listOf,
  listQuery,
  plainId,
  queryEpochMs,
  queryInteger,
  symbolId,
} from "./common.ts";
import { endpoint } from "./endpoint.ts";
import { isSpan, SPAN_FAULT } from "./time-window.ts";

/** In UTF-16 units: a note beside a candle, not a document. */
export const LABEL_TEXT_MAX = 2_000;
/** In UTF-16 units: a value is a word or a link. */
export const LABEL_METADATA_TEXT_MAX = 256;
/** Its path leads to the stream. */
const RESERVED_ID = "stream";

const coded = (code: string, message: string) => ({ message, params: { code } });

/** Unicode's control characters but for newline and tab: C0, DEL and C1. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
const plainText = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => !CONTROL.test(text), coded("text", "of control characters only newline and tab"));

const labelId = plainId.refine((id) => id !== RESERVED_ID, coded("id-format", "this id is not free"));
const labelText = plainText(LABEL_TEXT_MAX).min(1);
/** `#rgb`, `#rrggbb`, `#rrggbbaa` or a name; never anything that a style sheet would read as more than a colour. */
const labelColor = z.string().regex(/^(#[0-9a-fA-F]{3}|#[0-9a-fA-F]{6}|#[0-9a-fA-F]{8}|[a-zA-Z]{3,24})$/);
const metadataValue = z
  .union([plainText(LABEL_METADATA_TEXT_MAX), z.number(), z.boolean()])
  .refine(
    (value) => typeof value !== "number" || isExactNumber(value),
    coded("number-format", "a number has at most 15 digits"),
  );
const fewKeys = (fields: object): boolean => Object.keys(fields).length <= LABEL_METADATA_KEYS_MAX;
const tooManyKeys = coded("too-many-items", `metadata has at most ${LABEL_METADATA_KEYS_MAX} names`);
const metadata = z.record(plainId, metadataValue).refine(fewKeys, tooManyKeys);

export const newLabel = z.strictObject({
  id: labelId.optional().describe("Ours unless given. A repeat with the same id is the same label."),
  symbol: symbolId,
  ts: epochMs.describe("Of what it is about; it may lie in the future."),
  text: labelText,
  color: labelColor.optional(),
  metadata: metadata.optional(),
});
export type NewLabel = z.output<typeof newLabel>;

export const labelPatch = z
  .strictObject({
    ts: epochMs.optional(),
    text: labelText.optional(),
    color: labelColor.nullable().optional().describe("Null takes it away."),
    metadata: z
      .record(plainId, metadataValue.nullable())
      .refine(fewKeys, tooManyKeys)
      .optional()
      .describe("By name: a value takes the place of the one before, null takes it away."),
  })
  .refine(
    (patch) => Object.values(patch).some((value) => value !== undefined),
    coded("field-combination", "a patch changes text, ts, color or metadata"),
  );
export type LabelPatch = z.output<typeof labelPatch>;

const who = z.string();
const version = z.int().min(1);

export const label = z
  .strictObject({
    id: plainId,
    symbol: symbolId,
    ts: epochMs,
    text: z.string(),
    color: z.string().optional(),
    metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    version,
    createdAt: epochMs,
    createdBy: who.describe("The credential's principal."),
    updatedAt: epochMs,
    updatedBy: who,
  })
  .meta({ id: "Label" });
export type LabelObject = z.input<typeof label>;

/** What a stream says of a label that is gone. */
export const labelGone = z.strictObject({
  id: plainId,
  symbol: symbolId,
  deleted: z.literal(true),
  version,
});
export type LabelGone = z.input<typeof labelGone>;

export const labelVersion = z
  .strictObject({
    version,
    at: epochMs,
    by: who,
    what: z.enum(["created", "changed", "deleted"]),
    label: label.nullable().describe("The label as it stood from then on; null where it was deleted."),
  })
  .meta({ id: "LabelVersion" });
export type LabelVersionObject = z.input<typeof labelVersion>;

const tag = "Labels";
const read = { scope: "market:read", tag } as const;
const write = { scope: "market:write", tag } as const;
const path = z.strictObject({ id: plainId });
const matchHeaders = z.strictObject({ "if-match": ifMatch.optional() });

export const postLabel = endpoint({
  ...write,
  method: "POST",
  path: "/v1/labels",
  summary:
    "Puts a label on a symbol. A repeat with the same Idempotency-Key or the same id of its own gets the first reply; with another body it is refused `idempotency-key-reused`.",
  headers: idempotencyHeaders,
  body: { schema: newLabel },
  replies: { 201: label },
});
export const listLabels = endpoint({
  ...read,
  method: "GET",
  path: "/v1/labels",
  summary: "The tenant's labels, the newest by `ts` first; of one symbol, from `from` up to before `to`.",
  query: listQuery
    .extend({
      symbol: symbolId.optional().describe("Of this symbol alone."),
      from: queryEpochMs.optional().describe("Of `ts`, inclusive."),
      to: queryEpochMs.optional().describe("Exclusive."),
    })
    .refine(isSpan, SPAN_FAULT),
  replies: { 200: listOf(label) },
});
export const getLabel = endpoint({
  ...read,
  method: "GET",
  path: "/v1/labels/{id}",
  summary: "One label.",
  params: path,
  replies: { 200: label },
});
export const patchLabel = endpoint({
  ...write,
  method: "PATCH",
  path: "/v1/labels/{id}",
  summary:
    "Changes what is named and leaves the rest. With If-Match: <version> it is refused `version-conflict` where the label is another version by now. What changes nothing makes no version.",
  params: path,
  headers: matchHeaders,
  body: { schema: labelPatch },
  replies: { 200: label },
});
export const deleteLabel = endpoint({
  ...write,
  method: "DELETE",
  path: "/v1/labels/{id}",
  summary: "Deletes a label; again changes nothing. Its history stays, and its id is not free again.",
  params: path,
  headers: matchHeaders,
  replies: { 204: undefined },
});
export const getLabelHistory = endpoint({
  ...read,
  method: "GET",
  path: "/v1/labels/{id}/history",
  summary:
    "Every version of a label, the newest first, with who made it and when: also of one that was deleted. What is older than the actor keeps comes from Postgres.",
  params: path,
  query: z.strictObject({
    ...listQuery.shape,
    limit: queryInteger
      .pipe(z.int().min(1).max(200))
      .optional()
      .describe("Versions of a page, at most 200; 100 unless given."),
  }),
  replies: { 200: listOf(labelVersion) },
});
