/**
 * Around every call: its ids in and out, one log line, and the headers that every reply has. It stands around the router and not in it:
 * a handler with nothing before it is called straight, and a layer of middleware costs a call more than finding its route.
 */
import { envelopeFromHeaders } from "../../actors/runtime/envelope.ts";
import type { LogLevel } from "../env.ts";
import type { CallState, Edge } from "./context.ts";
import { setIds } from "./reply.ts";
import { PAGE_HEADERS, REPLY_HEADERS } from "./security-headers.ts";

/** Until a credential says who acts. */
const NOBODY = { tenant: "", subject: "" };
const SWITCHING = 101;

/** What may go on after a reply has left. A host without it has counts told when somebody asks for them. */
export type Afterwards = Pick<ExecutionContext, "waitUntil">;
type Answering = (request: Request, call: CallState) => Response | Promise<Response>;
type Ended = { readonly method: string; readonly status: number; readonly ms: number };

export async function observed(
  edge: Edge,
  request: Request,
  answering: Answering,
  afterwards?: Afterwards,
): Promise<Response> {
  const startedAt = edge.clock.now();
  const call: CallState = { edge, envelope: envelopeFromHeaders(request.headers, NOBODY, startedAt) };
  const response = await answering(request, call);
  call.patience?.end();
  const { status } = response;
  // A handshake is the runtime's own: nothing can be added to it.
  if (call.hasHeaders !== true && status !== SWITCHING) setHeaders(response.headers, call);
  const ended = { method: request.method, status, ms: edge.clock.now() - startedAt };
  logCall(call, ended);
  count(call, ended, afterwards);
  return response;
}

/** A reply may bring its own, as the page of the documentation does. */
function setHeaders(headers: Headers, { envelope }: CallState): void {
  setIds(headers, envelope);
  const isPage = headers.get("content-type")?.startsWith("text/html") === true;
  for (const [name, value] of isPage ? [...REPLY_HEADERS, ...PAGE_HEADERS] : REPLY_HEADERS)
    if (!headers.has(name)) headers.set(name, value);
}

function logCall({ edge, envelope, credential, route }: CallState, { method, status, ms }: Ended): void {
  edge.log(levelOf(status), "request", {
    method,
    // The declared path: what stands in a real one is somebody's name.
    route: route ?? null,
    status,
    ms,
    requestId: envelope.requestId,
    traceparent: envelope.traceparent,
    tenant: credential?.tenant ?? null,
    subject: credential?.subject ?? null,
  });
}

function count({ edge, route, refused }: CallState, ended: Ended, afterwards?: Afterwards): void {
  edge.counts.count({ ...ended, route, refused });
  const told = afterwards === undefined ? undefined : edge.counts.push();
  if (told !== undefined) afterwards?.waitUntil(told);
}

function levelOf(status: number): LogLevel {
  if (status >= 500) return status === 503 ? "warn" : "error";
  return "info";
}
