/** A method that an object of the version before does not have yet: a deploy reaches objects one by one, within minutes. */
import { type ActorReply, refusal } from "../../actors/runtime/reply.ts";
import { SECOND_MS } from "../domain/time.ts";
import { lacksMethod } from "../ports.ts";

/** New code reaches objects within some minutes; most are reached sooner. */
const RETRY_MS = 10 * SECOND_MS;

/** `call` calls that method and no other; nothing was called where the object lacks it. */
export async function sinceDeploy<Value>(
  method: string,
  call: () => Promise<ActorReply<Value>>,
): Promise<ActorReply<Value>> {
  try {
    return await call();
  } catch (error) {
    if (!lacksMethod(error, method)) throw error;
    return {
      ...refusal("dependency-unavailable", "a new version has not reached this object yet"),
      retryAfterMs: RETRY_MS,
    };
  }
}
