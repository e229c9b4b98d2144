/** How a call is answered: the actor's text as it is, or the refusal as a problem. */
import type { Envelope } from "../../actors/runtime/envelope.ts";
import type { ActorReply } from "../../actors/runtime/reply.ts";
import type { Call } from "./context.ts";
import { problemResponse, type RefusalDetails } from "./problem.ts";
import { REPLY_HEADERS } from "./security-headers.ts";

const NO_CONTENT = 204;

export function responseOf(c: Call, reply: ActorReply<string | null>, status: number): Response {
  if (!reply.ok) return refuse(c, reply);
  const response =
    status === NO_CONTENT
      ? new Response(null, { status, headers: BARE })
      : new Response(reply.value, { status, headers: JSON_TEXT });
  setIds(response.headers, c.env.envelope);
  c.env.hasHeaders = true;
  return response;
}

/** All of them are copied in one step: setting each for each reply costs as much as deciding an order. */
const BARE = new Headers(REPLY_HEADERS.map(([name, value]) => [name, value]));
const JSON_TEXT = new Headers([...BARE, ["content-type", "application/json"]]);

export function setIds(headers: Headers, { requestId, traceparent }: Envelope): void {
  headers.set("x-request-id", requestId);
  headers.set("traceparent", traceparent);
}

export function refuse(c: Call, refused: RefusalDetails, headers?: HeadersInit): Response {
  c.env.refused = refused.code;
  return problemResponse(refused, c.env.envelope.requestId, headers);
}
