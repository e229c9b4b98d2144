/**
 * Facts of the keyring, as they go to the archiver. Neither secret nor digest leaves the object.
 * `key-created`: `{id, prefix, tenant, scopes: [scope…], createdAt, createdBy, expiresAt?}`; times in epoch ms, `prefix` is the part of
 * the key that may be shown. `key-revoked`: `{id, tenant, revokedAt, revokedBy}`. Expired keys make no fact: `expiresAt` says it.
 */
import type { KeyRecord, Ticket } from "./state.ts";

export type KeyCreated = { readonly kind: "key-created"; readonly key: KeyRecord };
export type KeyRevoked = {
  readonly kind: "key-revoked";
  readonly id: string;
  readonly tenant: string;
  readonly at: number;
  readonly by: string;
};
/** Local: an expired key made room. */
export type KeyForgotten = { readonly kind: "key-forgotten"; readonly id: string };
/** Local: tickets live for a minute and are nobody's history. */
export type TicketIssued = { readonly kind: "ticket-issued"; readonly ticket: Ticket };
export type TicketGone = { readonly kind: "ticket-gone"; readonly digest: string };

export type KeyringEvent = KeyCreated | KeyRevoked | KeyForgotten | TicketIssued | TicketGone;

export const prefixOf = (id: string): string => `ok_${id}`;

/** The payload of a fact; undefined for what stays in the object. */
export function factOf(event: KeyringEvent): string | undefined {
  switch (event.kind) {
    case "key-created": {
      const { digest: _, ...shown } = event.key;
      return JSON.stringify({ ...shown, prefix: prefixOf(event.key.id) });
    }
    case "key-revoked":
      return JSON.stringify({ id: event.id, tenant: event.tenant, revokedAt: event.at, revokedBy: event.by });
    case "key-forgotten":
    case "ticket-issued":
    case "ticket-gone":
      return undefined;
  }
}
