/** One call of an actor as the edge makes it: bounded in time, and a throw becomes the refusal that it means. */
import type { Clock } from "../../actors/runtime/clock.ts";
import type { Envelope } from "../../actors/runtime/envelope.ts";
import { type ActorReply, type Refusal, refusal } from "../../actors/runtime/reply.ts";
import { Patience, within } from "../../actors/runtime/within.ts";
import type { Log } from "../ports.ts";
import type { CallPatience } from "./call-patience.ts";

/** What a caller is told to wait where an actor is flooded: the platform sheds its queue in less. */
const OVERLOADED_RETRY_MS = 1_000;

/** A thrown call means that nobody knows whether it took effect; a repeat is safe by its idempotency key. Why it was thrown is the log's. */
export function ask<Value>(
  clock: Clock,
  envelope: Envelope,
  call: () => Promise<ActorReply<Value>>,
  log?: Log,
): Promise<ActorReply<Value>> {
  return answered(() => within(call(), Math.max(0, envelope.deadline - clock.now())), envelope, log);
}

/** The same where the call has a timer that runs already. */
export function askWith<Value>(
  patience: CallPatience,
  envelope: Envelope,
  call: () => Promise<ActorReply<Value>>,
  log: Log,
): Promise<ActorReply<Value>> {
  return answered(() => patience.until(envelope.deadline).with(call()), envelope, log);
}

async function answered<Value>(
  asking: () => Promise<ActorReply<Value>>,
  envelope: Envelope,
  log?: Log,
): Promise<ActorReply<Value>> {
  try {
    return await asking();
  } catch (error) {
    return refusalFor(error, envelope, log);
  }
}

/** The same of many actors at once, with one timer for all: each is answered for by itself, in the order of the calls. */
export async function askAll<Value>(
  clock: Clock,
  envelope: Envelope,
  calls: readonly (() => Promise<ActorReply<Value>>)[],
): Promise<ActorReply<Value>[]> {
  const patience = new Patience(Math.max(0, envelope.deadline - clock.now()));
  const asked = calls.map(async (call) => {
    try {
      return await patience.with(call());
    } catch (error) {
      return refusalFor(error, envelope);
    }
  });
  const replies = await Promise.all(asked);
  patience.end();
  return replies;
}

function refusalFor(error: unknown, { requestId }: Envelope, log?: Log): Refusal {
  // The platform refused the call before the actor saw it. Repeating it here would only add to the flood.
  if (isOverloaded(error)) {
    return { ...refusal("overloaded", "the actor's queue is full"), retryAfterMs: OVERLOADED_RETRY_MS };
  }
  log?.("warn", "actor-failed", { requestId, reason: reasonOf(error) });
  return refusal("outcome-unknown", "the actor did not answer; repeat the request with the same ids");
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const isOverloaded = (error: unknown): boolean =>
  typeof error === "object" && error !== null && (error as { overloaded?: unknown }).overloaded === true;
