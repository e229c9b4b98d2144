/** The HTTP face: POST /sql, GET /health and, where faults are allowed, /faults. */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Backend } from "./backend.ts";
import { checkConnectionString } from "./credentials.ts";
import { type Faults, faultPlan } from "./faults.ts";
import type { Intake } from "./intake.ts";
import { errorReply, type Reply, resultReply } from "./reply.ts";
import { parseOptions } from "./request.ts";
import { RequestRefused } from "./sql-error.ts";

export interface HttpContext {
  readonly backend: Backend;
  readonly intake: Intake;
  readonly credentials: { readonly password: string; readonly database: string };
  /** How long a request may wait for its turn. */
  readonly queueMs: number;
  readonly faults: Faults | undefined;
}

export function requestListener(context: HttpContext): RequestListener {
  return (request, response) => {
    void route(context, request, response)
      .catch((error: unknown) => errorReply(error) ?? internalError(error))
      .then((reply) => {
        if (reply === CUT) request.socket.destroy();
        else send(request, response, reply);
      });
  };
}

/** In place of a reply: the connection is cut without one. */
const CUT = Symbol("cut");

async function route(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Reply | typeof CUT> {
  const path = request.url?.split("?")[0];
  if (path === "/sql" && request.method === "POST") return answerSql(context, request, response);
  if (path === "/health" && request.method === "GET") return health(context);
  if (path === "/faults" && context.faults !== undefined) return admin(context, context.faults, request);
  throw new RequestRefused(404, "not found: this server has POST /sql and GET /health");
}

async function answerSql(
  { backend, intake, credentials, queueMs, faults }: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Reply | typeof CUT> {
  checkConnectionString(request.headers["neon-connection-string"], credentials);
  const options = parseOptions(request.headers);
  return intake.hold(request, async (body) => {
    const fault = faults?.draw();
    if (fault?.refuse) return CUT;
    if (fault?.respondBefore) throw new RequestRefused(fault.respondBefore, "a fault was asked for");
    if (fault?.delayMs) await sleep(fault.delayMs);

    const waiting = whileWorthWaiting(response, queueMs);
    const reply = await backend.run({ body, options, signal: waiting.signal }).finally(waiting.stop);
    if (fault?.drop) return CUT;
    if (fault?.respondAfter) throw new RequestRefused(fault.respondAfter, "a fault was asked for");
    return reply;
  });
}

/** A request whose client is gone, or that waited too long, must not run later: its client has moved on. */
function whileWorthWaiting(response: ServerResponse, queueMs: number) {
  const controller = new AbortController();
  const leave = () => controller.abort(new RequestRefused(503, "the client is gone", "57014"));
  const expire = () =>
    controller.abort(new RequestRefused(503, `too busy: no turn within ${queueMs} ms`, "53300"));
  const timer = setTimeout(expire, queueMs);
  if (response.destroyed) leave();
  response.once("close", leave);
  const stop = () => {
    clearTimeout(timer);
    response.off("close", leave);
  };
  return { signal: controller.signal, stop };
}

function health({ backend, intake, faults }: HttpContext): Reply {
  const gauges = backend.gauges();
  const status = gauges["ready"] === true ? "ok" : "starting";
  const report = {
    status,
    backend: backend.kind,
    requests: intake.requests,
    ...gauges,
    faults: faults?.counts,
  };
  return { ...resultReply(JSON.stringify(report)), status: status === "ok" ? 200 : 503 };
}

async function admin(
  { intake, credentials }: HttpContext,
  faults: Faults,
  request: IncomingMessage,
): Promise<Reply> {
  checkConnectionString(request.headers["neon-connection-string"], credentials);
  if (request.method === "PUT") faults.set(await intake.hold(request, async (body) => parsePlan(body)));
  else if (request.method === "DELETE") faults.set({});
  else if (request.method !== "GET") throw new RequestRefused(405, "GET, PUT or DELETE");
  return resultReply(JSON.stringify({ plan: faults.plan, counts: faults.counts }));
}

function parsePlan(body: Uint8Array) {
  try {
    return faultPlan.parse(JSON.parse(Buffer.from(body).toString("utf8")));
  } catch (error) {
    throw new RequestRefused(422, `not a fault plan: ${error instanceof Error ? error.message : error}`);
  }
}

function internalError(error: unknown): Reply {
  console.error(error);
  const reply = errorReply(new RequestRefused(500, "internal error"));
  if (reply === undefined) throw error;
  return reply;
}

function send(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  if (response.destroyed) return;
  response.writeHead(reply.status, {
    ...reply.headers,
    "content-type": "application/json",
    "content-length": reply.body.length,
    ...(reply.status === 503 && { "retry-after": "1" }),
  });
  response.end(reply.body);
  // What is left of a refused body is read and thrown away: a client that is still sending would not read the reply.
  request.resume();
}
