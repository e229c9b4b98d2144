/** What people ask of a firm or desk: to be made or moved, its limits and states, and how it stands. */
import type { NodeKind } from "../../src/domain/firm.ts";
import type { Envelope } from "../runtime/envelope.ts";
import type { ChildName } from "../runtime/escrow/messages.ts";
import { heardBy } from "../runtime/heard.ts";
import { randomHex } from "../runtime/id.ts";
import { type ActorReply, answer, type Refusal, refusal } from "../runtime/reply.ts";
import { ifWithin } from "../runtime/within.ts";
import { childNameOf } from "./address.ts";
import { nodesAbove } from "./book.ts";
import type { FirmDesk } from "./desk.ts";
import { CALL_MS, REACHED_MS } from "./limits.ts";
import {
  type NodeLimit,
  type NodeTerms,
  type ParentTerms,
  parseAdmission,
  parseLimits,
  parseState,
  parseTerms,
  type QuotaPage,
} from "./messages.ts";
import type { FirmNode } from "./state.ts";
import { directoryOf, type FirmTurns } from "./turns.ts";
import { BOUND_MS, nodeText, quotaPage } from "./views.ts";

/** 128 bits: no two loads of a desk ever hold under the same name. */
const INCARNATION_BYTES = 16;
export const newIncarnation = (): string => randomHex(INCARNATION_BYTES);

type LimitsAt = (version: number) => readonly NodeLimit[] | undefined;

export class People {
  readonly #desk: FirmDesk;
  readonly #turns: FirmTurns;
  readonly #limitsAt: LimitsAt;

  constructor(desk: FirmDesk, limitsAt: LimitsAt) {
    this.#desk = desk;
    this.#turns = desk.turns;
    this.#limitsAt = limitsAt;
  }

  async put(envelope: Envelope, kind: NodeKind, body: string): Promise<ActorReply<string>> {
    const parsed = parseTerms(kind, body, this.#turns.state.address.isSplit);
    if (!parsed.ok) return parsed;
    const above = await this.#parentTerms(envelope, parsed.value);
    if (!above.ok) return above;
    if (!(await this.#desk.mayMoveTo(parsed.value.parent)))
      return refusal(
        "parent-away",
        "the parent that it would leave does not answer; nothing has been changed",
      );
    const who = { by: envelope.principal.subject, drawn: newIncarnation() };
    const turn = this.#turns.put(parsed.value, above.value, who);
    const reply = await this.#desk.movingTo(parsed.value.parent, () =>
      this.#desk.run("changes", envelope, body.length, turn),
    );
    if (!reply.ok) return reply;
    await this.#follows();
    return this.node(kind);
  }

  /** Whether a desk's parent answers is found out by asking it: a desk that nobody uses asks by itself no more. */
  async node(kind: NodeKind): Promise<ActorReply<string>> {
    await this.#desk.link.renew();
    return this.#with(kind, (node) => nodeText(node, this.#turns.seq, this.#now()));
  }

  terms(): ActorReply<ParentTerms> {
    const { node } = this.#turns;
    if (node === undefined) return refusal("parent-unknown", "there is no such firm or desk");
    return answer({ node: node.name, currency: node.terms.currency, above: nodesAbove(node) });
  }

  async putLimits(
    envelope: Envelope,
    kind: NodeKind,
    body: string,
    ifMatch: string | undefined,
  ): Promise<ActorReply<string>> {
    const parsed = parseLimits(body);
    const refused = this.#unknown(kind) ?? (parsed.ok ? undefined : parsed);
    if (refused !== undefined || !parsed.ok) return refused ?? UNKNOWN;
    const turn = this.#turns.putLimits(parsed.value.limits, ifMatch, envelope.principal.subject);
    const reply = await this.#desk.run("changes", envelope, body.length, turn);
    if (!reply.ok) return reply;
    this.#desk.calls.wake();
    await ifWithin(this.#desk.calls.tell(), REACHED_MS);
    return reply;
  }

  limits(kind: NodeKind, version: number | undefined): ActorReply<string> {
    const wanted = version ?? this.#turns.node?.set.version ?? 0;
    const limits = wanted === 0 ? [] : this.#limitsAt(wanted);
    if (limits === undefined) return refusal("limits-unknown", "this version is not kept, or never was");
    return this.#with(kind, () => JSON.stringify({ version: wanted, limits }));
  }

  async setState(envelope: Envelope, kind: NodeKind, body: string): Promise<ActorReply<string>> {
    const parsed = parseState(body);
    if (!parsed.ok) return parsed;
    const refused = this.#unknown(kind) ?? otherPrincipal(envelope, parsed.value.by);
    if (refused !== undefined) return refused;
    const set = await this.#desk.run("states", envelope, body.length, this.#turns.setState(parsed.value));
    if (!set.ok) return set;
    await ifWithin(this.#desk.calls.tell(), REACHED_MS);
    return this.#with(kind, ({ name, trading, grants }) =>
      JSON.stringify({
        ...{ node: name, state: trading.state, version: set.value },
        ...{ children: grants.children.size, reached: this.#desk.calls.reached(), boundMs: BOUND_MS },
      }),
    );
  }

  async quota(kind: NodeKind, page: Parameters<typeof quotaPage>[1]): Promise<ActorReply<QuotaPage>> {
    await this.#desk.link.renew();
    return this.#with(kind, (node) => quotaPage(node, page, this.#now()));
  }

  fenced(): ActorReply<readonly ChildName[]> {
    const children = this.#turns.node?.grants.children.values() ?? [];
    return answer([...children].flatMap(({ child, isFenced }) => (isFenced ? [child] : [])));
  }

  async admit(envelope: Envelope, kind: NodeKind, child: string, body: string): Promise<ActorReply<string>> {
    const parsed = parseAdmission(body);
    if (!parsed.ok) return parsed;
    const refused = this.#unknown(kind) ?? otherPrincipal(envelope, parsed.value.by);
    if (refused !== undefined) return refused;
    return this.#desk.run(
      "changes",
      envelope,
      body.length,
      this.#turns.admit(this.#named(child), parsed.value),
    );
  }

  /** A split account is shown under its own name, and is fenced under the other, too. */
  #named(child: string): string {
    const children = this.#turns.node?.grants.children;
    const split = childNameOf(child);
    return children?.get(child)?.isFenced !== true && children?.has(split) ? split : child;
  }

  /** Its parents hear of it, whoever lists finds it, and what it shares out otherwise is shared out so. */
  async #follows(): Promise<void> {
    const { calls, link, bricks } = this.#desk;
    void this.#desk.leaveBefore();
    calls.wake();
    void calls.tell();
    const { tenant, isSplit } = this.#turns.state.address;
    const asked = this.#turns.node?.holding === undefined ? undefined : link.ask();
    await Promise.all([
      asked === undefined ? undefined : ifWithin(asked, CALL_MS),
      isSplit ? undefined : heardBy(bricks.outbox, directoryOf(tenant)),
    ]);
  }

  async #parentTerms(
    envelope: Envelope,
    { parent }: NodeTerms,
  ): Promise<ActorReply<ParentTerms | undefined>> {
    if (parent === undefined) return answer(undefined);
    const asking = async () => this.#desk.node(parent).terms(envelope);
    const asked = await ifWithin(asking(), CALL_MS);
    return asked ?? refusal("parent-away", "the parent that it names does not answer");
  }

  #with<Value>(kind: NodeKind, value: (node: FirmNode) => Value): ActorReply<Value> {
    const { node } = this.#turns;
    return node === undefined ? UNKNOWN : (this.#unknown(kind) ?? answer(value(node)));
  }

  #unknown(kind: NodeKind): Refusal | undefined {
    const { node, state } = this.#turns;
    const isThat = node !== undefined && (state.address.isSplit || node.terms.kind === kind);
    return isThat ? undefined : refusal(`${kind}-unknown`);
  }

  #now(): number {
    return this.#desk.bricks.clock.now();
  }
}

const UNKNOWN = refusal("firm-unknown");

const otherPrincipal = ({ principal }: Envelope, by: string): Refusal | undefined =>
  by === principal.subject
    ? undefined
    : refusal("principal-mismatch", "`by` is the credential's own subject");
