/** Makes what must not be guessed. Only digests go further than the reply that shows it. */
import type { Envelope } from "../runtime/envelope.ts";
import { randomHex, randomToken, sha256Hex } from "../runtime/id.ts";

/** 64 random bits name a key: ten thousand of them never meet. */
const ID_BYTES = 8;
const SECRET_BYTES = 32;
/** 128 bits outlast a minute of guessing by far. */
const TICKET_BYTES = 16;

/** The secret itself is for its reply alone. */
export type MadeKey = { readonly id: string; readonly secret: string; readonly digest: string };
export type NewTicket = { readonly ticket: string; readonly digest: string };

export async function newKey(): Promise<MadeKey> {
  const secret = randomToken(SECRET_BYTES);
  return { id: randomHex(ID_BYTES), secret, digest: await sha256Hex(secret) };
}

export async function newTicket(): Promise<NewTicket> {
  const ticket = randomHex(TICKET_BYTES);
  return { ticket, digest: await sha256Hex(ticket) };
}

/** An Idempotency-Key as it is remembered: the same key of another caller is another key. */
export type Attempt = { readonly key: string; readonly bodyHash: string };

export async function attemptOf(
  { idempotencyKey, principal }: Envelope,
  body: string,
): Promise<Attempt | undefined> {
  if (idempotencyKey === undefined) return undefined;
  const key = JSON.stringify([principal.tenant, principal.subject, idempotencyKey]);
  return { key: await sha256Hex(key), bodyHash: await sha256Hex(body) };
}
