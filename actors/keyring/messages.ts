/** API keys and one-use tickets. A secret is shown once and stored as a digest. */

import { z } from "zod";
import { SCOPES, type Scope } from "../../src/contracts/endpoint.ts";
import { faultsOf, requestCodeOf } from "../../src/contracts/issues.ts";
import { type KeyBody, keyBody } from "../../src/contracts/keys.ts";
import { parsedJson } from "../../src/domain/json.ts";
import type { Envelope } from "../runtime/envelope.ts";
import type { ActorReply } from "../runtime/reply.ts";

export type { Scope } from "../../src/contracts/endpoint.ts";
export type { KeyBody, KeyReply, NewKeyReply } from "../../src/contracts/keys.ts";
export type { TicketReply } from "../../src/contracts/tickets.ts";

/** What a credential allows. `expiresAt` in epoch ms. `subject` is the id of the key, or the token's subject. */
export type Credential = {
  readonly tenant: string;
  readonly subject: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt?: number;
};

export type KeyPage = { readonly items: readonly string[]; readonly total: number; readonly next?: string };

export interface KeyringApi {
  /**
   * Body and reply: JSON text of the public shapes. The reply holds the secret, once: so a repeat of the envelope's Idempotency-Key is
   * refused `idempotency-key-reused` with the id of the key that it made.
   */
  create(envelope: Envelope, body: string): Promise<ActorReply<string>>;
  /** Keys of the caller's tenant in order of id, all keys for root. */
  list(envelope: Envelope, query: { limit: number; after?: string }): Promise<ActorReply<KeyPage>>;
  /** Another tenant's key is as unknown as one that never was. */
  revoke(envelope: Envelope, id: string): Promise<ActorReply<null>>;
  /** Who holds this key, or refusal `unauthenticated`: unknown, wrong, expired and revoked are told apart by nobody. The digest is of the secret alone, hex. */
  verify(envelope: Envelope, keyId: string, secretSha256: string): Promise<ActorReply<Credential>>;
  /** JSON text `{ticket, expiresAt}`. */
  ticket(envelope: Envelope, credential: Credential): Promise<ActorReply<string>>;
  /** The credential, once; then, or after 60 s, or when its key was revoked: `unauthenticated`. */
  redeem(envelope: Envelope, ticket: string): Promise<ActorReply<Credential>>;
  /** Whether who was admitted with this credential would be again: an open socket outlives the call that opened it. */
  stillValid(envelope: Envelope, credential: Credential): Promise<ActorReply<boolean>>;
}

export function parseKeyBody(body: string): ActorReply<KeyBody> {
  const value = parsedJson(body);
  const parsed = keyBody.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const errors = faultsOf(parsed.error, value);
  return { ok: false, code: requestCodeOf(errors), errors };
}

const credential = z.object({
  tenant: z.string().min(1),
  subject: z.string().min(1),
  scopes: z.array(z.enum(SCOPES)),
  expiresAt: z.int().optional(),
});

export function parseCredential(value: Credential): ActorReply<Credential> {
  const parsed = credential.safeParse(value);
  if (!parsed.success) return { ok: false, code: "invalid", detail: "not a credential" };
  const { expiresAt, ...held } = parsed.data;
  return { ok: true, value: expiresAt === undefined ? held : { ...held, expiresAt } };
}
