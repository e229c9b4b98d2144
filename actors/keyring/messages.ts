/** API keys and one-use tickets. A secret is shown once and stored as a digest. */
import type { Envelope } from "../runtime/envelope.ts";
import type { ActorReply } from "../runtime/reply.ts";

/** What a credential allows. `expiresAt` and `notAfter` in epoch ms. */
export type Credential = {
  readonly tenant: string;
  readonly subject: string;
  readonly scopes: readonly string[];
  readonly expiresAt?: number;
};

export interface KeyringApi {
  /** Body and reply: JSON text of the public shapes. The reply holds the secret, once. */
  create(envelope: Envelope, body: string): Promise<ActorReply<string>>;
  list(envelope: Envelope, query: { limit: number; after?: string }): Promise<ActorReply<{ items: readonly string[]; total: number; next?: string }>>;
  revoke(envelope: Envelope, id: string): Promise<ActorReply<null>>;
  /** Who holds this key, or refusal `unauthenticated`: unknown, wrong, expired and revoked are told apart by nobody. */
  verify(envelope: Envelope, keyId: string, secretSha256: string): Promise<ActorReply<Credential>>;
  ticket(envelope: Envelope, credential: Credential): Promise<ActorReply<string>>;
  redeem(envelope: Envelope, ticket: string): Promise<ActorReply<Credential>>;
}
