/** Calls of Postgres from the edge: a breaker in the memory of the isolate, and a refusal that says when to come back. */
import type { Clock } from "../../actors/runtime/clock.ts";
import type { Envelope } from "../../actors/runtime/envelope.ts";
import { BreakerOpenError, Guard, lineOf } from "../../actors/runtime/guard.ts";
import { randomFraction } from "../../actors/runtime/id.ts";
import { type ActorReply, answer, refusal } from "../../actors/runtime/reply.ts";
import type { Log } from "../ports.ts";
import { isAnswer, READ_TIMEOUT_MS } from "./neon.ts";

type Options = {
  readonly breaker: string;
  /** What a caller is told that is turned away. */
  readonly refused: string;
  readonly log: Log;
  readonly clock: Clock;
};

/** The caller hears that it failed, the log why. A new isolate learns from its first callers that Postgres is away. */
export function guarded({ breaker, refused, log, clock }: Options) {
  const guard = new Guard({
    ...{ name: breaker, clock, randomFraction, isAnswer },
    turned: (state, cause) => {
      const { level, event, fields } = lineOf(breaker, state, cause);
      log(level, event, fields);
    },
  });
  const unavailable = (retryAfterMs: number): ActorReply<never> => ({
    ...refusal("history-unavailable", refused),
    retryAfterMs,
  });
  return async <Value>({ requestId }: Envelope, call: () => Promise<Value>): Promise<ActorReply<Value>> => {
    try {
      return answer(await guard.run(call));
    } catch (error) {
      if (error instanceof BreakerOpenError) return unavailable(error.retryAfterMs);
      const reason = error instanceof Error ? error.message : String(error);
      log("warn", "history-unavailable", { reason, requestId });
      return unavailable(guard.openForMs ?? READ_TIMEOUT_MS);
    }
  };
}
