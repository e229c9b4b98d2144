/**
 * Hands a WebSocket's handshake to the actor that it is about, once that is known to exist. The actor gets a request of our own making:
 * of what the client sent, only whether it speaks our protocol goes on.
 */
import { SOCKET_HEADER, type SocketTicket } from "../../actors/runtime/connection.ts";
import { type ActorReply, answer, type Refusal, refusal } from "../../actors/runtime/reply.ts";
import { assert } from "../domain/assert.ts";
import { gatewayOfSession } from "../domain/gateway.ts";
import { REFUSAL_CODES } from "../domain/refusals.ts";
import { onGateways } from "./actors.ts";
import { ask } from "./ask.ts";
import type { Call } from "./context.ts";
import { offeredIn, STREAM_PROTOCOL } from "./upgrade.ts";

type Handshake = Promise<Response | Refusal>;

export async function socketToSymbol(c: Call, symbol: string): Handshake {
  const refused = await c.env.edge.known.symbolRefusal(c.env.envelope, symbol);
  return refused ?? handshake(c, `symbol:${symbol}`);
}

export async function socketToAccount(c: Call, account: string): Handshake {
  const refused = await c.env.edge.known.accountRefusal(c.env.envelope, account);
  return refused ?? handshake(c, `risk-shard:${tenantOf(c)}/${account}`);
}

export async function socketToStrategy(c: Call, strategy: string): Handshake {
  const account = await c.env.edge.known.accountOf(c.env.envelope, strategy);
  return account.ok ? handshake(c, `strategy:${tenantOf(c)}/${strategy}`) : account;
}

/** Of the caller's own tenant, which has one. */
export const socketToLabels = (c: Call): Handshake => handshake(c, `label-book:${tenantOf(c)}`);

/** A gateway may have filled since it told the directory: so many are tried before the client is told to come again. */
const GATEWAYS_TRIED_MAX = 3;

/** To the gateway that keeps the session, else to the emptiest. */
export async function socketToGateway(c: Call, session: string | undefined): Handshake {
  const keptBy = session === undefined ? undefined : gatewayOfSession(session);
  const except: string[] = [];
  for (;;) {
    const assigned = await onGateways(c, (gateways, envelope) =>
      gateways.assign(envelope, { keptBy, except }),
    );
    if (!assigned.ok) return assigned;
    const opened = await handshake(c, `gateway:${assigned.value}`);
    if (opened instanceof Response || opened.code !== "overloaded") return opened;
    except.push(assigned.value);
    if (except.length === GATEWAYS_TRIED_MAX) return opened;
  }
}

const tenantOf = (c: Call): string => c.env.envelope.principal.tenant;

async function handshake(c: Call, actor: string): Handshake {
  const { edge, envelope } = c.env;
  const request = internalRequest(c);
  const reply = await ask(edge.clock, envelope, () => spoken(edge.ports.actors.socket(actor, request)));
  return reply.ok ? reply.value : reply;
}

/** Who asks stands in one header, which nobody but the edge writes. */
function internalRequest(c: Call): Request {
  const { envelope, credential } = c.env;
  assert(credential !== undefined, "nobody is admitted to a socket without a credential");
  const ticket: SocketTicket = { envelope, credential };
  const headers = new Headers({ upgrade: "websocket", [SOCKET_HEADER]: JSON.stringify(ticket) });
  if (offeredIn(c.req.raw.headers).protocol) headers.set("sec-websocket-protocol", STREAM_PROTOCOL);
  return new Request("https://actor/stream", { headers });
}

/** The actor's 101 as it is, or the refusal that it wrote. */
async function spoken(answered: Promise<Response>): Promise<ActorReply<Response>> {
  const response = await answered;
  if (response.status === SWITCHING) return answer(response);
  const refused = await response.json().catch(() => undefined);
  return isRefusal(refused) ? refused : refusal("dependency-unavailable", "the actor did not open a socket");
}

const SWITCHING = 101;

const isRefusal = (value: unknown): value is Refusal =>
  typeof value === "object" &&
  value !== null &&
  "code" in value &&
  REFUSAL_CODES.some((code) => code === value.code);
