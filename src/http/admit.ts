/** Who may: no or a bad credential before a missing scope, and both before anything else is looked at. */
import type { Credential } from "../../actors/keyring/messages.ts";
import type { ActorReply } from "../../actors/runtime/reply.ts";
import type { Endpoint } from "../contracts/endpoint.ts";
import type { Call } from "./context.ts";
import { refuse } from "./reply.ts";
import { redeemed } from "./tickets.ts";
import { isUdf, keyInPath } from "./udf/paths.ts";
import { isUpgrade, offeredIn, originRefusal } from "./upgrade.ts";

/** Nothing where the call may go on, else the reply that ends it. */
export async function admit(c: Call, scope: Endpoint["scope"]): Promise<Response | undefined> {
  if (scope === "public") return undefined;
  return admitted(c, scope, await credentialOf(c));
}

/** The same for what becomes a WebSocket: a ticket will do, the page's origin must, and nothing but an upgrade is taken. */
export async function admitUpgrade(c: Call, scope: Endpoint["scope"]): Promise<Response | undefined> {
  const { tickets } = offeredIn(c.req.raw.headers);
  const byTicket = tickets.length > 0 && !c.req.raw.headers.has("authorization");
  const refused = admitted(c, scope, await (byTicket ? redeemed(c, tickets) : credentialOf(c)));
  if (refused !== undefined) return refused;
  const foreign = originRefusal(c);
  if (foreign !== undefined) return refuse(c, foreign);
  return isUpgrade(c.req.raw) ? undefined : refuse(c, { code: "upgrade-required" });
}

function credentialOf(c: Call): Promise<ActorReply<Credential>> {
  const edge = c.env.edge;
  const envelope = c.env.envelope;
  const key = isUdf(c.req.path) ? keyInPath(c.req.raw) : undefined;
  if (key === undefined) return edge.credentials.of(c.req.raw.headers, envelope);
  return edge.credentials.ofPath(key, envelope);
}

function admitted(c: Call, scope: Endpoint["scope"], reply: ActorReply<Credential>): Response | undefined {
  if (!reply.ok) return refuse(c, reply);
  const { tenant, subject, scopes } = reply.value;
  c.env.credential = reply.value;
  c.env.envelope = { ...c.env.envelope, principal: { tenant, subject } };
  if (scope === "any" || scope === "public" || scopes.includes(scope)) return undefined;
  return refuse(c, { code: "forbidden", detail: `this call needs the scope ${scope}` });
}
