/** How a call is answered: the actor's text as it is, or the refusal as a problem. */
import type { ActorReply } from "../../actors/runtime/reply.ts";
import type { Call } from "./context.ts";
import { problemResponse, type RefusalDetails } from "./problem.ts";

const NO_CONTENT = 204;

export function responseOf(c: Call, reply: ActorReply<string | null>, status: number): Response {
  if (!reply.ok) return refuse(c, reply);
  if (status === NO_CONTENT) return new Response(null, { status });
  return new Response(reply.value, { status, headers: { "content-type": "application/json" } });
}

export const refuse = (c: Call, refused: RefusalDetails): Response =>
  problemResponse(refused, c.var.envelope.requestId);
