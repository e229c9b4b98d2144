/** Every rule of the keyring: who may make and revoke which key, how long a ticket lives, and what happens at the bounds. */
import { KEYS_MAX, KEYS_PER_TENANT_MAX, TICKETS_MAX, TICKETS_PER_TENANT_MAX } from "./bounds.ts";
import { type Caller, mayActFor } from "./caller.ts";
import type { KeyringEvent, TicketGone } from "./events.ts";
import type { Credential, KeyBody } from "./messages.ts";
import type { KeyRecord, KeyringState } from "./state.ts";
import { isLive } from "./verify.ts";

export type Decision = { readonly ok: true; readonly events: readonly KeyringEvent[] } | Refused;
export type Refused = {
  readonly ok: false;
  readonly code: "forbidden" | "range" | "too-many" | "key-unknown" | "unauthenticated";
  readonly detail: string;
};

/** Long enough for a slow handshake, too short to be passed around. */
export const TICKET_MS = 60_000;

export type NewKey = { readonly id: string; readonly digest: string; readonly body: KeyBody };

export function createKey(
  state: KeyringState,
  { id, digest, body }: NewKey,
  caller: Caller,
  now: number,
): Decision {
  const { scopes, expiresAt, tenant = caller.tenant } = body;
  if (!mayActFor(caller, tenant)) return refuse("forbidden", "a key is made for the caller's own tenant");
  if (expiresAt !== undefined && expiresAt <= now) return refuse("range", "expiresAt lies in the past");
  const forgotten = roomForKey(state, tenant, now);
  if (forgotten === undefined) return refuse("too-many", "there is no room for a further key: revoke one");
  const expiry = expiresAt === undefined ? {} : { expiresAt };
  const key: KeyRecord = { id, digest, tenant, scopes, createdAt: now, createdBy: caller.subject, ...expiry };
  return accept([...forgotten, { kind: "key-created", key }]);
}

/** Its tickets go with it. */
export function revokeKey(state: KeyringState, id: string, caller: Caller, now: number): Decision {
  const key = state.keys.get(id);
  if (key === undefined || !mayActFor(caller, key.tenant))
    return refuse("key-unknown", "there is no such key");
  const { tenant } = key;
  const orphans = [...state.tickets.values()].filter(
    ({ credential }) => credential.subject === id && credential.tenant === tenant,
  );
  return accept([{ kind: "key-revoked", id, tenant, at: now, by: caller.subject }, ...orphans.map(gone)]);
}

export function issueTicket(
  state: KeyringState,
  digest: string,
  credential: Credential,
  now: number,
): Decision {
  if (!isLive(credential, now)) return refuse("unauthenticated", "the credential has expired");
  const expired: TicketGone[] = [];
  let ofTenant = 0;
  for (const ticket of state.tickets.values()) {
    if (ticket.expiresAt <= now) expired.push(gone(ticket));
    else if (ticket.credential.tenant === credential.tenant) ofTenant += 1;
  }
  const isFull = state.tickets.size - expired.length >= TICKETS_MAX;
  if (isFull || ofTenant >= TICKETS_PER_TENANT_MAX)
    return refuse("too-many", "too many tickets are waiting to be used");
  return accept([
    ...expired,
    { kind: "ticket-issued", ticket: { digest, credential, expiresAt: now + TICKET_MS } },
  ]);
}

export type Redemption = { readonly events: readonly KeyringEvent[]; readonly credential?: Credential };

/** One use: whatever the answer, the ticket is gone. */
export function redeemTicket(state: KeyringState, digest: string, now: number): Redemption {
  const ticket = state.tickets.get(digest);
  if (ticket === undefined) return { events: [] };
  const { credential, expiresAt } = ticket;
  const valid = now < expiresAt && isLive(credential, now);
  return { events: [gone(ticket)], ...(valid ? { credential } : {}) };
}

/** The expired keys that leave for a further one, none while there is room; undefined where there is none even then. */
function roomForKey(
  { keys }: KeyringState,
  tenant: string,
  now: number,
): readonly KeyringEvent[] | undefined {
  const all = [...keys.values()];
  const isRoom = (present: readonly KeyRecord[]): boolean =>
    present.length < KEYS_MAX && present.filter((key) => key.tenant === tenant).length < KEYS_PER_TENANT_MAX;
  if (isRoom(all)) return [];
  const live = all.filter((key) => isLive(key, now));
  if (!isRoom(live)) return undefined;
  return all.filter((key) => !isLive(key, now)).map(({ id }) => ({ kind: "key-forgotten", id }));
}

const accept = (events: readonly KeyringEvent[]) => ({ ok: true, events }) as const;
const refuse = (code: Refused["code"], detail: string): Refused => ({ ok: false, code, detail });
const gone = ({ digest }: { readonly digest: string }): TicketGone => ({ kind: "ticket-gone", digest });
