/** One command on its way through the mailbox: what is decided, which may throw, and what is then folded and answered, which may not. */
import type { ActorReply } from "./reply.ts";

export type Turn<Decision, Value> = {
  readonly decide: () => Decision;
  readonly settle: (decision: Decision) => ActorReply<Value>;
};
