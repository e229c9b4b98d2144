/** How a call is answered: the actor's text as it is, or the refusal as a problem. */
import type { Envelope } from "../../actors/runtime/envelope.ts";
import type { ActorReply } from "../../actors/runtime/reply.ts";
import type { Call } from "./context.ts";
import { problemResponse, type RefusalDetails } from "./problem.ts";
import { API_HEADERS } from "./security-headers.ts";

const NO_CONTENT = 204;

export function responseOf(c: Call, reply: ActorReply<string | null>, status: number): Response {
  if (!reply.ok) return refuse(c, reply);
  const headers = headersFor(c.get("envelope"));
  if (status === NO_CONTENT) return new Response(null, { status, headers });
  headers.set("content-type", "application/json");
  return new Response(reply.value, { status, headers });
}

/** All of them are copied in one step: setting each for each reply costs as much as deciding an order. */
const TEMPLATE = new Headers(API_HEADERS.map(([name, value]) => [name, value]));

function headersFor({ requestId, traceparent }: Envelope): Headers {
  const headers = new Headers(TEMPLATE);
  headers.set("x-request-id", requestId);
  headers.set("traceparent", traceparent);
  return headers;
}

export function refuse(c: Call, refused: RefusalDetails, headers?: HeadersInit): Response {
  c.set("refused", refused.code);
  return problemResponse(refused, c.get("envelope").requestId, headers);
}
