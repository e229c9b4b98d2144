/** All API keys and tickets, in one object. It makes secrets, parses, queues, commits and replies; the rules are in decide.ts. */
import { DurableObject } from "cloudflare:workers";
import { type Env, hasRootKey } from "../../src/env.ts";
import { portsFrom } from "../../src/wiring.ts";
import { Bricks } from "../runtime/bricks.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { sha256Hex } from "../runtime/id.ts";
import { type ActorReply, answer } from "../runtime/reply.ts";
import type { InspectedApi } from "../runtime/standing.ts";
import type { Turn } from "../runtime/turn.ts";
import type { Inspection } from "../runtime/vitals.ts";
import { KEYRING } from "./address.ts";
import { LANES } from "./lanes.ts";
import { type Credential, type KeyPage, type KeyringApi, parseCredential, parseKeyBody } from "./messages.ts";
import { attemptOf, newKey, newTicket } from "./secrets.ts";
import { KeyringStore, MIGRATIONS } from "./store.ts";
import { KeyringTurns } from "./turns.ts";

export class Keyring extends DurableObject<Env> implements KeyringApi, InspectedApi {
  readonly #bricks = new Bricks(this.ctx, {
    actor: `keyring:${KEYRING}`,
    migrations: MIGRATIONS,
    lanes: LANES,
    ...portsFrom(this.env),
  });
  readonly #store = new KeyringStore(this.#bricks.sql);
  readonly #turns = new KeyringTurns(this.#store, this.#bricks);

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#bricks.writes(this.#store);
  }

  async create(envelope: Envelope, body: string): Promise<ActorReply<string>> {
    const parsed = parseKeyBody(body);
    if (!parsed.ok) return parsed;
    const made = await newKey();
    const attempt = await attemptOf(envelope, body);
    const turn = this.#turns.create(made, parsed.value, envelope.principal, attempt);
    return this.#run("creations", envelope, body.length, turn);
  }

  async list(envelope: Envelope, query: { limit: number; after?: string }): Promise<ActorReply<KeyPage>> {
    return answer(this.#turns.list(envelope.principal, query));
  }

  revoke(envelope: Envelope, id: string): Promise<ActorReply<null>> {
    return this.#run("revocations", envelope, id.length, this.#turns.revoke(id, envelope.principal));
  }

  async verify(_envelope: Envelope, keyId: string, secretSha256: string): Promise<ActorReply<Credential>> {
    return this.#turns.verify(keyId, secretSha256);
  }

  async ticket(envelope: Envelope, credential: Credential): Promise<ActorReply<string>> {
    const parsed = parseCredential(credential);
    if (!parsed.ok) return parsed;
    const made = await newTicket();
    return this.#run("tickets", envelope, made.ticket.length, this.#turns.issue(made, parsed.value));
  }

  async redeem(envelope: Envelope, ticket: string): Promise<ActorReply<Credential>> {
    return this.#run("tickets", envelope, ticket.length, this.#turns.redeem(await sha256Hex(ticket)));
  }

  async stillValid(_envelope: Envelope, credential: Credential): Promise<ActorReply<boolean>> {
    const parsed = parseCredential(credential);
    return parsed.ok ? this.#turns.stillValid(parsed.value, hasRootKey(this.env)) : parsed;
  }

  inspect(): Promise<ActorReply<Inspection>> {
    return this.#bricks.inspect();
  }

  override alarm(): void {
    this.#bricks.takeDueTimers();
  }

  #run<D, V>(lane: keyof typeof LANES, envelope: Envelope, units: number, turn: Turn<D, V>) {
    return this.#bricks.mailbox.run(lane, envelope, units, turn.decide, turn.settle);
  }
}
