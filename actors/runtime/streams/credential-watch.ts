/**
 * Whether those who opened the connections may still listen. The issuer is asked once for all connections of a credential, at most every
 * four seconds, and only when something moves: a frame of the client, or a message to it.
 */
import type { Clock } from "../clock.ts";
import type { SocketCredential, StillValid } from "../connection.ts";
import { within } from "../within.ts";

/** A revoked key stops within 5 s: this, and a second for the answer on its way. */
export const CHECK_MS_MIN = 4_000;
/** After a check that nobody answered: soon enough for the first who can. */
const RETRY_MS_MIN = 1_000;
/** An issuer that takes longer has not answered: frames wait for it, and nobody else is asked meanwhile. */
export const ANSWER_MS_MAX = 4_000;
/** So long the issuer may be away before nobody is believed any more: longer than a restart of its object. */
export const UNANSWERED_MS_MAX = 30_000;

/** `unknown`: nobody answered, and has not for too short a time to believe nobody. */
export type Verdict = "valid" | "invalid" | "unknown";

/** A credential that connections were opened with, and what is known of it. */
export type Standing = {
  readonly credential: SocketCredential;
  /** When it was last asked for. */
  askedAt: number;
  /** When it was asked for and nobody answered, for the first time since somebody did. */
  unansweredSince: number | undefined;
  verdict: Verdict;
  asking: Promise<Verdict> | undefined;
  connections: number;
};

export class CredentialWatch {
  readonly #clock: Clock;
  readonly #stillValid: StillValid | undefined;
  readonly #standings = new Map<string, Standing>();
  /** No credential is due before that. */
  #dueAt = 0;

  constructor(clock: Clock, stillValid: StillValid | undefined) {
    this.#clock = clock;
    this.#stillValid = stillValid;
  }

  /** One more connection; the edge has looked at its credential a moment ago, or a load found it open. */
  admit(credential: SocketCredential): Standing {
    const key = keyOf(credential);
    const known = this.#standings.get(key);
    const standing: Standing = known ?? {
      credential,
      askedAt: 0,
      unansweredSince: undefined,
      verdict: "unknown",
      asking: undefined,
      connections: 0,
    };
    standing.connections += 1;
    if (known === undefined) this.#dueAt = 0;
    this.#standings.set(key, standing);
    return standing;
  }

  forget(standing: Standing): void {
    standing.connections -= 1;
    if (standing.connections === 0) this.#standings.delete(keyOf(standing.credential));
  }

  /** At once where it is known well enough, else when the issuer has answered. */
  check(standing: Standing): Verdict | Promise<Verdict> {
    const now = this.#clock.now();
    const { expiresAt } = standing.credential;
    if (expiresAt !== undefined && expiresAt <= now) return "invalid";
    if (this.#stillValid === undefined) return "valid";
    if (standing.asking !== undefined) return standing.asking;
    if (now < askableAt(standing)) return standing.verdict;
    return this.#ask(standing, this.#stillValid, now);
  }

  /** Those that are due to be looked at after a message. Mostly none, and then nothing is looked through. */
  due(): readonly Standing[] {
    const now = this.#clock.now();
    if (now < this.#dueAt) return [];
    const due = [...this.#standings.values()].filter((standing) => dueAt(standing) <= now);
    this.#dueAt = now + CHECK_MS_MIN;
    for (const standing of this.#standings.values()) {
      const at = dueAt(standing);
      if (at > now) this.#dueAt = Math.min(this.#dueAt, at);
    }
    return due;
  }

  #ask(standing: Standing, stillValid: StillValid, now: number): Promise<Verdict> {
    standing.askedAt = now;
    standing.asking = answerOf(stillValid, standing.credential).then((holds) => {
      standing.asking = undefined;
      if (holds !== undefined) standing.unansweredSince = undefined;
      standing.verdict = holds === undefined ? this.#unanswered(standing) : holds ? "valid" : "invalid";
      return standing.verdict;
    });
    return standing.asking;
  }

  /** Measured from the first question without an answer: a connection may be quiet for hours, and nobody is asked then. */
  #unanswered(standing: Standing): Verdict {
    standing.unansweredSince ??= standing.askedAt;
    return this.#clock.now() - standing.unansweredSince > UNANSWERED_MS_MAX ? "invalid" : "unknown";
  }
}

const askableAt = ({ verdict, askedAt }: Standing): number =>
  askedAt + (verdict === "unknown" ? RETRY_MS_MIN : CHECK_MS_MIN);

/** When it can be asked about again, or has an end of its own. */
const dueAt = (standing: Standing): number =>
  Math.min(askableAt(standing), standing.credential.expiresAt ?? Number.POSITIVE_INFINITY);

const keyOf = ({ tenant, subject, scopes, expiresAt }: SocketCredential): string =>
  JSON.stringify([tenant, subject, scopes, expiresAt]);

/** Undefined where nobody answered. A stub may throw before it calls. */
async function answerOf(stillValid: StillValid, credential: SocketCredential): Promise<boolean | undefined> {
  try {
    return await within(stillValid(credential), ANSWER_MS_MAX);
  } catch {
    return undefined;
  }
}
