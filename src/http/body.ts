/** The body of a request: bounded while it arrives, of a declared media type, well-formed text. */
import { TookTooLong } from "../../actors/runtime/within.ts";
import { SECOND_MS } from "../domain/time.ts";
import type { CallPatience } from "./call-patience.ts";
import type { RefusalDetails } from "./problem.ts";

/** A body of 8 MiB comes over a slow line in this time; a client that drips bytes is cut off. */
export const BODY_MS_MAX = 15 * SECOND_MS;

export type Media = "json" | "ndjson" | "csv";
export type BodyText =
  | { readonly ok: true; readonly text: string; readonly media: Media }
  | ({ readonly ok: false } & RefusalDetails);

export const MEDIA_TYPES: Readonly<Record<Media, string>> = {
  json: "application/json",
  ndjson: "application/x-ndjson",
  csv: "text/csv",
};
const BYTE_ORDER_MARK = "\ufeff";
/** The mark in UTF-8. */
const BYTE_ORDER_MARK_BYTES = [0xef, 0xbb, 0xbf];
/** It remembers nothing from one whole text to the next. */
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const NO_FIELDS: BodyText = { ok: true, text: "{}", media: "json" };

/** Reads what came and judges it in this order: too large, wrong media, no text. Nothing, where that may be, is a body of no fields. */
export async function readBody(
  request: Request,
  media: readonly Media[],
  bytesMax: number,
  patience: CallPatience,
  isOptional = false,
): Promise<BodyText> {
  const bytes = await readBytes(request, bytesMax, patience);
  if (!(bytes instanceof Uint8Array)) return { ok: false, ...bytes };
  if (isEncoded(request.headers)) return refuse("encoding-unsupported", "send the body as it is");
  if (isOptional && bytes.byteLength === 0) return NO_FIELDS;
  const named = mediaOf(request.headers, media);
  if (named === undefined) {
    const wanted = media.map((one) => MEDIA_TYPES[one]).join(" or ");
    return refuse("media-type", `the body's Content-Type must be ${wanted}`);
  }
  // Spreadsheets begin their CSV with a mark.
  const text = textOf(named === "csv" ? unmarked(bytes) : bytes);
  if (text !== undefined) return { ok: true, text, media: named };
  return named === "csv"
    ? refuse("csv-invalid", "the body is not UTF-8")
    : refuse("json-invalid", "the body is not UTF-8 without a byte order mark");
}

const unmarked = (bytes: Uint8Array): Uint8Array =>
  BYTE_ORDER_MARK_BYTES.every((byte, place) => bytes[place] === byte)
    ? bytes.subarray(BYTE_ORDER_MARK_BYTES.length)
    : bytes;

const refuse = (code: RefusalDetails["code"], detail: string): BodyText => ({ ok: false, code, detail });

/** Content-Length is believed only when it says "too much": what arrives is counted. */
async function readBytes(
  request: Request,
  bytesMax: number,
  patience: CallPatience,
): Promise<Uint8Array | RefusalDetails> {
  const tooLarge: RefusalDetails = {
    code: "body-too-large",
    detail: `a body here has at most ${bytesMax} bytes`,
  };
  const declared = request.headers.get("content-length");
  if (Number(declared ?? 0) > bytesMax) return tooLarge;
  if (declared !== null) return (await readDeclared(request, bytesMax, patience)) ?? tooLarge;
  if (request.body === null) return new Uint8Array(0);
  const reader = request.body.getReader();
  const state = { late: false };
  const timer = setTimeout(() => {
    state.late = true;
    void reader.cancel();
  }, BODY_MS_MAX);
  try {
    const bytes = await collect(reader, bytesMax);
    if (state.late) return { code: "body-timeout" };
    return bytes ?? tooLarge;
  } catch {
    return TORN;
  } finally {
    clearTimeout(timer);
  }
}

const TORN: RefusalDetails = { code: "json-invalid", detail: "the body ended before it was whole" };

/** The host ends a body where its Content-Length does, so it is read at once: piece by piece costs ten times as much. Counted all the same. */
async function readDeclared(
  request: Request,
  bytesMax: number,
  patience: CallPatience,
): Promise<Uint8Array | RefusalDetails | undefined> {
  try {
    const bytes = new Uint8Array(await patience.with(request.arrayBuffer()));
    return bytes.byteLength > bytesMax ? undefined : bytes;
  } catch (error) {
    return error instanceof TookTooLong ? { code: "body-timeout" } : TORN;
  }
}

/** Undefined where more than `bytesMax` come. */
async function collect(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  bytesMax: number,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.byteLength;
    if (size > bytesMax) {
      void reader.cancel();
      return undefined;
    }
    chunks.push(part.value);
  }
  return joined(chunks, size);
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

function isEncoded(headers: Headers): boolean {
  const encoding = headers.get("content-encoding");
  return encoding !== null && encoding.trim().toLowerCase() !== "identity";
}

/** `application/json`, at most with `charset=utf-8`, and nothing that merely looks like it. */
function mediaOf(headers: Headers, media: readonly Media[]): Media | undefined {
  const given = headers.get("content-type") ?? "";
  if (given === MEDIA_TYPES.json && media.includes("json")) return "json";
  const [type, ...parameters] = given
    .toLowerCase()
    .split(";")
    .map((part) => part.trim());
  const utf8 = parameters.every(
    (parameter) => parameter === "charset=utf-8" || parameter === 'charset="utf-8"',
  );
  return utf8 ? media.find((one) => MEDIA_TYPES[one] === type) : undefined;
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = UTF8.decode(bytes);
    return text.startsWith(BYTE_ORDER_MARK) ? undefined : text;
  } catch {
    return undefined;
  }
}
