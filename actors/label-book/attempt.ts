/** A creation as it is remembered: under its Idempotency-Key and its own id, each with what it asked for. */
import type { Envelope } from "../runtime/envelope.ts";
import { randomHex, sha256Hex } from "../runtime/id.ts";
import type { NewLabel } from "./messages.ts";

/** 96 bits: a tenant's ids never meet. */
const ID_BYTES = 12;

export type Attempt = {
  /** The label's: the caller's own, or a new one. */
  readonly id: string;
  readonly keys: readonly string[];
  readonly bodyHash: string;
};

/** The same key of another caller is another key. Spaces and the order of fields make no other body. */
export async function attemptOf({ idempotencyKey, principal }: Envelope, body: NewLabel): Promise<Attempt> {
  const { id, symbol, ts, text, color, metadata = {} } = body;
  const fields = Object.entries(metadata).sort(([one], [other]) => (one < other ? -1 : 1));
  const asked = JSON.stringify([id ?? null, symbol, ts, text, color ?? null, fields]);
  const keys = [
    ...(idempotencyKey === undefined ? [] : [JSON.stringify(["key", principal.subject, idempotencyKey])]),
    ...(id === undefined ? [] : [JSON.stringify(["id", id])]),
  ];
  return { id: id ?? `l-${randomHex(ID_BYTES)}`, keys, bodyHash: await sha256Hex(asked) };
}
