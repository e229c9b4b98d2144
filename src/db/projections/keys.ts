/** Facts of the keyring: rows of `api_key`, by what may be shown of a key. */
import { apiKey } from "../schema.ts";
import { originOf, type Projection } from "./projection.ts";

// SAFETY: the keyring's `events.ts` describes these payloads; one of another shape leaves a NOT NULL column empty and is parked.
type KeyCreated = {
  readonly id: string;
  readonly tenant: string;
  readonly prefix: string;
  readonly scopes: readonly string[];
  readonly createdAt: number;
  readonly expiresAt?: number;
};
type KeyRevoked = { readonly id: string; readonly revokedAt: number };

export const keyCreated: Projection = (fact) => {
  const { id, tenant, prefix, scopes, createdAt, expiresAt } = JSON.parse(fact.payload) as KeyCreated;
  const times = { created_at: createdAt, expires_at: expiresAt ?? null, revoked_at: null };
  return [
    {
      table: apiKey,
      change: { put: "newer-fact" },
      rows: [{ id, tenant, prefix, scopes, ...times, ...originOf(fact) }],
    },
  ];
};

export const keyRevoked: Projection = (fact) => {
  const { id, revokedAt } = JSON.parse(fact.payload) as KeyRevoked;
  return [
    {
      table: apiKey,
      change: { set: ["revoked_at"] },
      rows: [{ id, revoked_at: revokedAt, ...originOf(fact) }],
    },
  ];
};
