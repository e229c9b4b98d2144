/** API keys: make, list, revoke. A secret is shown once, in the reply that makes it. */
import { z } from "zod";
import { epochMs, idempotencyHeaders, listOf, listQuery, plainId } from "./common.ts";
import { endpoint, SCOPES } from "./endpoint.ts";

/** `ok_<id>_<secret>`: the secret is 32 random bytes as base64url. What is hashed and stored is the secret alone. */
export const API_KEY_PATTERN = /^ok_([a-z0-9]{1,32})_([A-Za-z0-9_-]{43})$/;

/** The two parts of a key, or undefined where it cannot be one. */
export function parseApiKey(key: string): { readonly id: string; readonly secret: string } | undefined {
  const [, id, secret] = API_KEY_PATTERN.exec(key) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

export const keyBody = z.strictObject({
  scopes: z
    .array(z.enum(SCOPES))
    .min(1)
    .max(SCOPES.length)
    .refine((scopes) => new Set(scopes).size === scopes.length, {
      message: "each scope once",
      params: { code: "field-combination" },
    }),
  /** The caller's own unless given; only root may name another. */
  tenant: plainId.optional(),
  expiresAt: epochMs.optional(),
});
export type KeyBody = z.output<typeof keyBody>;

export const keyReply = z.strictObject({
  id: z.string(),
  /** The part of the key that may be shown. */
  prefix: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  tenant: z.string(),
  createdAt: z.int(),
  createdBy: z.string(),
  expiresAt: z.int().optional(),
});
export type KeyReply = z.output<typeof keyReply>;

export const newKeyReply = keyReply.extend({ key: z.string() });
export type NewKeyReply = z.output<typeof newKeyReply>;

export const createKey = endpoint({
  method: "POST",
  headers: idempotencyHeaders,
  path: "/v1/keys",
  scope: "admin",
  summary:
    "Makes an API key. The reply is the only place where its secret is ever shown; so a repeat of the same Idempotency-Key is a 409 that names the key it made.",
  tag: "Operations",
  body: { schema: keyBody },
  replies: { 201: newKeyReply },
});

export const listKeys = endpoint({
  method: "GET",
  path: "/v1/keys",
  scope: "admin",
  summary: "The tenant's API keys, without their secrets.",
  tag: "Operations",
  query: listQuery,
  replies: { 200: listOf(keyReply) },
});

export const revokeKey = endpoint({
  method: "DELETE",
  path: "/v1/keys/{id}",
  scope: "admin",
  summary: "Revokes an API key for good. It stops within 5 s everywhere.",
  tag: "Operations",
  params: z.strictObject({ id: plainId }),
  replies: { 204: undefined },
});
