/** All keys and tickets, by id and by digest. No secret is ever in memory longer than the turn that makes it. */
import type { Credential, Scope } from "./messages.ts";

export type KeyRecord = {
  readonly id: string;
  /** SHA-256 of the secret, hex. The secret has 256 random bits: a slower hash would protect nothing. */
  readonly digest: string;
  readonly tenant: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: number;
  readonly createdBy: string;
  readonly expiresAt?: number;
};

export type Ticket = { readonly digest: string; readonly credential: Credential; readonly expiresAt: number };

export type KeyringState = {
  readonly keys: Map<string, KeyRecord>;
  /** By digest. All live equally long, so they stand in order of expiry. */
  readonly tickets: Map<string, Ticket>;
};

export const initialState = (): KeyringState => ({ keys: new Map(), tickets: new Map() });
