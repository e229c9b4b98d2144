/** How a handler answers: the actor's text as it is, or the refusal as a problem. */
import type { ActorReply } from "../../actors/runtime/reply.ts";
import type { Call } from "./context.ts";
import { problemResponse, type RefusalDetails } from "./problem.ts";

export const refuse = (c: Call, refused: RefusalDetails): Response =>
  problemResponse(refused, c.var.envelope.requestId);

export const json = (text: string, status = 200): Response =>
  new Response(text, { status, headers: { "content-type": "application/json" } });

/** The actor's own JSON text, unchanged. */
export async function answer(
  c: Call,
  asked: ActorReply<string> | Promise<ActorReply<string>>,
  status = 200,
): Promise<Response> {
  const reply = await asked;
  return reply.ok ? json(reply.value, status) : refuse(c, reply);
}

export async function answerEmpty(c: Call, asked: Promise<ActorReply<unknown>>): Promise<Response> {
  const reply = await asked;
  return reply.ok ? new Response(null, { status: 204 }) : refuse(c, reply);
}
