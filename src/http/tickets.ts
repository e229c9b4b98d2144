/** A one-use ticket in place of a credential: browsers can send no header with a WebSocket. Nothing of it is remembered here. */
import type { Credential } from "../../actors/keyring/messages.ts";
import { type ActorReply, refusal } from "../../actors/runtime/reply.ts";
import { TICKET_PATTERN } from "../contracts/tickets.ts";
import { ask } from "./ask.ts";
import type { Call } from "./context.ts";

/** The same whatever was wrong, as with credentials. */
const UNAUTHENTICATED = refusal("unauthenticated", "send a valid credential, or a ticket that is unused");

export async function redeemed(c: Call, tickets: readonly string[]): Promise<ActorReply<Credential>> {
  const [ticket = ""] = tickets;
  if (tickets.length !== 1 || !TICKET_PATTERN.test(ticket)) return UNAUTHENTICATED;
  const { edge, envelope } = c.env;
  const keyring = edge.ports.actors.keyring();
  const reply = await ask(edge.clock, envelope, () => keyring.redeem(envelope, ticket));
  if (reply.ok || reply.code !== "unauthenticated") return reply.ok ? reply : UNCHECKED;
  return UNAUTHENTICATED;
}

const UNCHECKED = refusal("dependency-unavailable", "tickets cannot be checked now");
