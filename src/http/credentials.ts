/** A request into a credential. Readers are asked in order: a signed token will be one more of them. */
import type { Credential } from "../../actors/keyring/messages.ts";
import type { Clock } from "../../actors/runtime/clock.ts";
import type { Envelope } from "../../actors/runtime/envelope.ts";
import { sha256Hex } from "../../actors/runtime/id.ts";
import { type ActorReply, answer, type Refusal, refusal } from "../../actors/runtime/reply.ts";
import { SCOPES } from "../contracts/endpoint.ts";
import { API_KEY_PATTERN, parseApiKey } from "../contracts/keys.ts";
import type { ActorPorts } from "../ports.ts";
import { ask } from "./ask.ts";
import { ExpiringMap } from "./expiring-map.ts";

/** Keys in use at one time in one isolate; a credential takes some hundred bytes. */
export const CREDENTIALS_MAX = 10_000;
/** A revoked key stops within 5 s: this, and a second for the keyring's answer on its way. */
export const CREDENTIAL_AGE_MS_MAX = 4_000;

/** `sha256` is that of the whole token. Undefined: not a credential of this kind, or not a valid one. */
export type CredentialReader = (
  token: string,
  sha256: string,
  envelope: Envelope,
) => Promise<Credential | Refusal | undefined>;

// One token, no list: a header that came twice arrives joined by a comma. 4 KB hold a signed token with our claims.
const BEARER = /^Bearer ([A-Za-z0-9._~+/=-]{1,4096})$/i;
/** The same whatever was wrong: absent, malformed, unknown, expired and revoked are told apart by nobody. */
const UNAUTHENTICATED = refusal("unauthenticated", "send a valid credential as Authorization: Bearer");
const NOT_IN_A_PATH = refusal("forbidden", "in a path only a key whose sole scope is market:read is taken");

export const bearerIn = (headers: Headers): string | undefined =>
  BEARER.exec(headers.get("authorization") ?? "")?.[1];

export class Credentials {
  readonly #readers: readonly CredentialReader[];
  readonly #clock: Clock;
  /** By the token as it came: digesting it again for each call would cost more than all else here. It lives as long as its entry. */
  readonly #verified = new ExpiringMap<Credential>(CREDENTIALS_MAX, CREDENTIAL_AGE_MS_MAX);

  constructor(readers: readonly CredentialReader[], clock: Clock) {
    this.#readers = readers;
    this.#clock = clock;
  }

  async of(headers: Headers, envelope: Envelope): Promise<ActorReply<Credential>> {
    const token = bearerIn(headers);
    return token === undefined ? UNAUTHENTICATED : this.#of(token, envelope);
  }

  /** A path is kept by proxies and histories: only a key that may read market data and nothing else is taken there. */
  async ofPath(key: string, envelope: Envelope): Promise<ActorReply<Credential>> {
    if (!API_KEY_PATTERN.test(key)) return UNAUTHENTICATED;
    const reply = await this.#of(key, envelope);
    return reply.ok && !onlyReadsMarket(reply.value) ? NOT_IN_A_PATH : reply;
  }

  async #of(token: string, envelope: Envelope): Promise<ActorReply<Credential>> {
    const credential = this.#verified.get(token, this.#clock.now()) ?? (await this.#read(token, envelope));
    if (credential === undefined) return UNAUTHENTICATED;
    if ("ok" in credential) return credential;
    return isExpired(credential, this.#clock) ? UNAUTHENTICATED : answer(credential);
  }

  async #read(token: string, envelope: Envelope): Promise<Credential | Refusal | undefined> {
    const askedAt = this.#clock.now();
    const sha256 = await sha256Hex(token);
    for (const reader of this.#readers) {
      const read = await reader(token, sha256, envelope);
      if (read === undefined) continue;
      // Remembered from when it was asked for: it may have been revoked while the answer was on its way.
      if (!("ok" in read)) this.#verified.set(token, read, askedAt);
      return read;
    }
    return undefined;
  }
}

const onlyReadsMarket = ({ scopes }: Credential): boolean =>
  scopes.length === 1 && scopes[0] === "market:read";

const isExpired = (credential: Credential, clock: Clock): boolean =>
  credential.expiresAt !== undefined && credential.expiresAt <= clock.now();

/** The holder of the root key, who sees every tenant. No key of the keyring has this id. */
export const ROOT_SUBJECT = "root";

/** The first admin key, known by its digest. Digests are compared, so the time that takes tells nothing of the key. */
export const rootKeyReader = (rootKeySha256: string | undefined): CredentialReader => {
  const root: Credential = { tenant: "default", subject: ROOT_SUBJECT, scopes: SCOPES };
  return async (_token, sha256) => (sha256 === rootKeySha256 ? root : undefined);
};

export const apiKeyReader =
  (actors: ActorPorts, clock: Clock): CredentialReader =>
  async (token, _sha256, envelope) => {
    const key = parseApiKey(token);
    if (key === undefined) return undefined;
    const secretSha256 = await sha256Hex(key.secret);
    const reply = await ask(clock, envelope, () => actors.keyring().verify(envelope, key.id, secretSha256));
    if (reply.ok) return reply.value;
    return reply.code === "unauthenticated"
      ? undefined
      : refusal("dependency-unavailable", "credentials cannot be checked now");
  };
