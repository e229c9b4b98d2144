/** What a call brought with it, judged in this order: body size, media type, text, path, query, fields. */
import { z } from "zod";
import { CALL_DEADLINE_MS } from "../../actors/runtime/envelope.ts";
import { BODY_BYTES_MAX, type Endpoint } from "../contracts/endpoint.ts";
import { type Fault, faultsOf, requestCodeOf } from "../contracts/issues.ts";
import type { EpochMs } from "../domain/time.ts";
import { BODY_MS_MAX, type BodyText, type Media, readBody } from "./body.ts";
import { CallPatience } from "./call-patience.ts";
import type { Call } from "./context.ts";
import { parseJson } from "./json.ts";
import type { RefusalDetails } from "./problem.ts";
import { unstorableFaults } from "./unstorable.ts";

type NoFields = Readonly<Record<never, never>>;
type Fields<Schema> = Schema extends z.ZodType ? z.output<Schema> : NoFields;
type BodyOf<Declared> = Declared extends {
  readonly body: { readonly schema: infer Schema extends z.ZodType };
}
  ? z.output<Schema>
  : undefined;

export type Input<Declared extends Endpoint> = {
  readonly params: Fields<Declared["params"]>;
  readonly query: Fields<Declared["query"]>;
  readonly headers: Fields<Declared["headers"]>;
  readonly body: BodyOf<Declared>;
  /** The body as it came: what actors take. */
  readonly text: string;
};
export type BulkInput<Declared extends Endpoint> = Omit<Input<Declared>, "body"> & {
  readonly media: Media;
};

export type Judged<Value> =
  | { readonly ok: true; readonly value: Value }
  | ({ readonly ok: false } & RefusalDetails);

export async function inputOf<Declared extends Endpoint>(
  c: Call,
  declared: Declared,
): Promise<Judged<Input<Declared>>> {
  const outside = await outsideOf(c, declared);
  if (!outside.ok) return outside;
  const { text, params, query, headers } = outside.value;
  const body = declared.body === undefined ? passed(undefined) : bodyOf(text, declared.body.schema);
  if (!body.ok) return body;
  // SAFETY: each part has passed the schema that its type is inferred from.
  return passed({ params, query, headers, body: body.value, text } as Input<Declared>);
}

export async function bulkInput<Declared extends Endpoint>(
  c: Call,
  declared: Declared,
): Promise<Judged<BulkInput<Declared>>> {
  const outside = await outsideOf(c, declared);
  if (!outside.ok) return outside;
  // SAFETY: as above.
  return passed(outside.value as BulkInput<Declared>);
}

type Outside = {
  readonly text: string;
  readonly media: Media;
  readonly params: unknown;
  readonly query: unknown;
  readonly headers: unknown;
};

/** All but the fields of the body. */
async function outsideOf(c: Call, declared: Endpoint): Promise<Judged<Outside>> {
  const body = await textOf(c, declared);
  if (!body.ok) return body;
  const params = judged(c.req.param(), declared.params ?? NOTHING);
  if (!params.ok) return params;
  const query = queryOf(c, declared);
  if (!query.ok) return query;
  const headers = headersOf(c, declared);
  if (!headers.ok) return headers;
  return passed({
    text: body.text,
    media: body.media,
    params: params.value,
    query: query.value,
    headers: headers.value,
  });
}

async function textOf(c: Call, { body }: Endpoint): Promise<BodyText> {
  if (body === undefined) return { ok: true, text: "", media: "json" };
  const { clock } = c.env.edge;
  const patience = new CallPatience(clock, BODY_MS_MAX);
  c.env.patience = patience;
  const { media = ["json"], bytesMax = BODY_BYTES_MAX, optional = false } = body;
  const read = await readBody(c.req.raw, media, bytesMax, patience, optional);
  // A slow line is not the actors' delay: the deadline runs from here.
  c.env.envelope = { ...c.env.envelope, deadline: (clock.now() + CALL_DEADLINE_MS) as EpochMs };
  return read;
}

function bodyOf(text: string, schema: z.ZodType): Judged<unknown> {
  const fields = jsonObjectOf(text, schema);
  if (!fields.ok) return fields;
  const faults = unstorableFaults(text, fields.value);
  return faults.length === 0 ? fields : { ok: false, code: "invalid", errors: faults };
}

/** One JSON object that the schema takes. */
export function jsonObjectOf<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
): Judged<z.output<Schema>> {
  const parsed = parseJson(text);
  if (!parsed.ok) return parsed;
  const { value } = parsed;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { ok: false, code: "json-invalid", detail: "the body is not one JSON object" };
  }
  return judged(value, schema);
}

function queryOf(c: Call, declared: Endpoint): Judged<unknown> {
  if (!c.req.url.includes("?")) return judged({}, declared.query ?? NOTHING, "query");
  const entries = [...new URL(c.req.url).searchParams];
  if (new Set(entries.map(([name]) => name)).size < entries.length) {
    return { ok: false, code: "duplicate-key", detail: "a query parameter is given twice" };
  }
  return judged(Object.fromEntries(entries), declared.query ?? NOTHING, "query");
}

function judged<Schema extends z.ZodType>(
  value: object,
  schema: Schema,
  where?: "query",
): Judged<z.output<Schema>> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return passed(parsed.data);
  const faults = faultsOf(parsed.error, value).map((fault) => (where === "query" ? inQuery(fault) : fault));
  return { ok: false, code: requestCodeOf(faults), detail: faults[0]?.detail ?? "not valid", errors: faults };
}

/** What is not declared must not come. */
const NOTHING = z.strictObject({});
const passed = <Value>(value: Value): Judged<Value> => ({ ok: true, value });
/** Patterns of queries are those of numbers. */
const inQuery = (fault: Fault): Fault => (fault.code === "format" ? { ...fault, code: "range" } : fault);

/** Of all headers those that the call reads; an Idempotency-Key is read by every call. */
function headersOf(c: Call, { headers: schema = NOTHING }: Endpoint): Judged<unknown> {
  const key = c.req.header("idempotency-key");
  if (key !== undefined && !IDEMPOTENCY_KEY.test(key)) {
    return { ok: false, code: "id-format", detail: "an Idempotency-Key is 1-64 visible ASCII characters" };
  }
  const read = Object.keys(schema.shape).map((name) => [name, c.req.header(name)] as const);
  return judged(Object.fromEntries(read.filter(([, value]) => value !== undefined)), schema);
}

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,64}$/;
