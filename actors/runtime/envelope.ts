/** What travels beside every call: RPC carries no headers, so the first argument of each actor method is this. */
import type { EpochMs } from "../../src/domain/time.ts";
import { randomHex } from "./id.ts";

export const ENVELOPE_VERSION = 1;
/** Long enough for a cold object and a full group; a caller that waits longer has given up. */
export const CALL_DEADLINE_MS = 10_000;

export type Principal = {
  readonly tenant: string;
  /** Who acts: the key's id or the token's subject. `by` fields must equal it. */
  readonly subject: string;
};

export type Envelope = {
  readonly v: number;
  readonly requestId: string;
  readonly traceparent: string;
  /** Work that has not started by then is dropped unstarted. */
  readonly deadline: EpochMs;
  readonly principal: Principal;
  readonly idempotencyKey?: string;
  /** Of a split account: the version of the map by which this part alone is asked. */
  readonly parts?: number;
};

const REQUEST_ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const TRACEPARENT_PATTERN = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const SYSTEM: Principal = { tenant: "system", subject: "outcry" };

/** Ids of the caller are kept when they are well formed and replaced when they are not: they reach logs and facts. */
export function envelopeFromHeaders(headers: Headers, principal: Principal, now: EpochMs): Envelope {
  const requestId = headers.get("x-request-id") ?? "";
  const traceparent = headers.get("traceparent") ?? "";
  const idempotencyKey = headers.get("idempotency-key");
  const fresh = newIds();
  return {
    v: ENVELOPE_VERSION,
    requestId: REQUEST_ID_PATTERN.test(requestId) ? requestId : fresh.requestId,
    traceparent: TRACEPARENT_PATTERN.test(traceparent) ? traceparent : fresh.traceparent,
    deadline: (now + CALL_DEADLINE_MS) as EpochMs,
    principal,
    ...(idempotencyKey === null ? {} : { idempotencyKey }),
  };
}

/** For work that no request asked for: timers, outbox deliveries, cron. */
export function systemEnvelope(now: EpochMs, deadlineMs: number = CALL_DEADLINE_MS): Envelope {
  return {
    v: ENVELOPE_VERSION,
    ...newIds(),
    deadline: (now + deadlineMs) as EpochMs,
    principal: SYSTEM,
  };
}

/** N and N−1 are read: worker and object code differ for minutes during a deploy. */
export const isReadable = (envelope: Envelope): boolean =>
  envelope.v === ENVELOPE_VERSION || envelope.v === ENVELOPE_VERSION - 1;

/** Asking for randomness costs more than the bytes: one question for all of them. */
function newIds(): Pick<Envelope, "requestId" | "traceparent"> {
  const digits = randomHex(36);
  return {
    requestId: digits.slice(0, 24),
    traceparent: `00-${digits.slice(24, 56)}-${digits.slice(56)}-01`,
  };
}
