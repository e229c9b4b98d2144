/** Who holds a key. What does not hold takes the same path and the same comparison as what does. */
import { ROOT_SUBJECT } from "./caller.ts";
import type { Credential } from "./messages.ts";
import type { KeyRecord, KeyringState } from "./state.ts";

/** Length of a SHA-256 in hex. */
const DIGEST_UNITS = 64;
/** Compared with where no key has the id; it is never accepted. */
const NO_DIGEST = "0".repeat(DIGEST_UNITS);

/** Undefined for unknown, wrong, expired and revoked alike. */
export function credentialOf(
  state: KeyringState,
  keyId: string,
  digest: string,
  now: number,
): Credential | undefined {
  const key = state.keys.get(keyId);
  const same = sameDigest(digest, key?.digest ?? NO_DIGEST);
  return key !== undefined && same && isLive(key, now) ? heldBy(key) : undefined;
}

/** Of a credential that was proven before: whether its key is still there, unexpired, and still allows as much. */
export function holdsStill(
  state: KeyringState,
  credential: Credential,
  hasRootKey: boolean,
  now: number,
): boolean {
  if (!isLive(credential, now)) return false;
  if (credential.subject === ROOT_SUBJECT) return hasRootKey;
  const key = state.keys.get(credential.subject);
  if (key === undefined || key.tenant !== credential.tenant || !isLive(key, now)) return false;
  return credential.scopes.every((scope) => key.scopes.includes(scope));
}

export const isLive = ({ expiresAt }: Pick<KeyRecord, "expiresAt">, now: number): boolean =>
  expiresAt === undefined || now < expiresAt;

/**
 * Looks at every digit whatever the first ones say. The platform's own comparison exists on one host only; and since digests are
 * compared, the time would tell of a digest and not of a secret.
 */
export function sameDigest(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let at = 0; at < DIGEST_UNITS; at++) difference |= one.charCodeAt(at) ^ other.charCodeAt(at);
  return difference === 0 && one.length === DIGEST_UNITS;
}

const heldBy = ({ id, tenant, scopes, expiresAt }: KeyRecord): Credential => ({
  tenant,
  subject: id,
  scopes,
  ...(expiresAt === undefined ? {} : { expiresAt }),
});
