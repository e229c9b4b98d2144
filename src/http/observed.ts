/** Around every call: its ids in and out, one log line, and the headers that every reply has. */
import type { MiddlewareHandler } from "hono";
import { type Envelope, envelopeFromHeaders } from "../../actors/runtime/envelope.ts";
import type { LogLevel } from "../env.ts";
import type { Call, Edge, EdgeEnv } from "./context.ts";
import { API_HEADERS } from "./security-headers.ts";

/** Until a credential says who acts. */
const NOBODY = { tenant: "", subject: "" };

export const observed =
  (edge: Edge): MiddlewareHandler<EdgeEnv> =>
  async (c, next) => {
    const startedAt = edge.clock.now();
    c.set("edge", edge);
    c.set("envelope", envelopeFromHeaders(c.req.raw.headers, NOBODY, startedAt));
    await next();
    // A handshake is the runtime's own: nothing can be added to it.
    if (c.res.status !== 101) setHeaders(c.res.headers, c.get("envelope"));
    const ms = edge.clock.now() - startedAt;
    logCall(c, ms);
    count(c, ms);
  };

/** A reply may bring its own, as the page of the documentation does. */
function setHeaders(headers: Headers, envelope: Envelope): void {
  // It was made with all of them: see reply.ts.
  if (headers.has("x-request-id")) return;
  headers.set("x-request-id", envelope.requestId);
  headers.set("traceparent", envelope.traceparent);
  for (const [name, value] of API_HEADERS) if (!headers.has(name)) headers.set(name, value);
}

function logCall(c: Call, ms: number): void {
  const envelope = c.get("envelope");
  const credential = c.get("credential");
  const { status } = c.res;
  c.get("edge").log(levelOf(status), "request", {
    method: c.req.method,
    // The declared path: what stands in a real one is somebody's name.
    route: c.get("route") ?? null,
    status,
    ms,
    requestId: envelope.requestId,
    traceparent: envelope.traceparent,
    tenant: credential?.tenant ?? null,
    subject: credential?.subject ?? null,
  });
}

function count(c: Call, ms: number): void {
  const { counts } = c.get("edge");
  const [route, refused] = [c.get("route"), c.get("refused")];
  counts.count({ method: c.req.method, route, status: c.res.status, ms, refused });
  const { executionCtx } = contextOf(c);
  const told = executionCtx === undefined ? undefined : counts.push();
  if (told !== undefined) executionCtx?.waitUntil(told);
}

/** A host without contexts has them told when somebody asks for them. */
function contextOf(c: Call): { readonly executionCtx?: Pick<ExecutionContext, "waitUntil"> } {
  try {
    return { executionCtx: c.executionCtx };
  } catch {
    return {};
  }
}

function levelOf(status: number): LogLevel {
  if (status >= 500) return status === 503 ? "warn" : "error";
  return "info";
}
