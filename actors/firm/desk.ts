/** The parts of a firm or desk, put together: what children ask, what its own parent says, and what a timer has left to do. */
import type { EpochMs } from "../../src/domain/time.ts";
import type { ActorPorts } from "../../src/ports.ts";
import type { Bricks } from "../runtime/bricks.ts";
import { type Envelope, systemEnvelope } from "../runtime/envelope.ts";
import { hasAny } from "../runtime/escrow/amounts.ts";
import type { Amounts, ChildName, QuotaAsk, QuotaReply } from "../runtime/escrow/messages.ts";
import { standingOfNode } from "../runtime/escrow/nodes.ts";
import { type ActorReply, answer, type Refusal, refusal } from "../runtime/reply.ts";
import { type Later, platformLater } from "../runtime/telling.ts";
import type { FiredTimer } from "../runtime/timers.ts";
import type { Turn } from "../runtime/turn.ts";
import { ifWithin } from "../runtime/within.ts";
import { childNameOf } from "./address.ts";
import { ChildCalls } from "./child-calls.ts";
import type { Decision } from "./decide.ts";
import type { LANES } from "./lanes.ts";
import { CALL_MS, GIVE_BACK_LOOK_MS, GIVE_BACK_MS, LEAVING_RETRY_MS, TELL_WATCH_MS } from "./limits.ts";
import { ParentLink } from "./parent-link.ts";
import type { FirmNode } from "./state.ts";
import type { FirmTurns } from "./turns.ts";

export type Lane = keyof typeof LANES;
export type FirmBricks = Pick<Bricks<Lane>, "clock" | "mailbox" | "outbox" | "timers">;
export type FirmPorts = Pick<ActorPorts, "firm" | "quotaChild">;

/** A book that has not been told to all. */
const BOOK_TIMER = "book";
/** The parent before, which has not heard yet. */
const LEAVING_TIMER = "leaving";
/** An ask names at most two times 64 budgets, four times. */
const ASK_UNITS = 8_192;

export class FirmDesk {
  readonly calls: ChildCalls;
  readonly link: ParentLink;
  readonly turns: FirmTurns;
  readonly bricks: FirmBricks;
  readonly #ports: FirmPorts;
  readonly #later: Later;

  /** `name`: the object's own. */
  constructor(
    name: string,
    turns: FirmTurns,
    bricks: FirmBricks,
    ports: FirmPorts,
    later: Later = platformLater,
  ) {
    this.turns = turns;
    this.#later = later;
    this.bricks = bricks;
    this.#ports = ports;
    const { clock, timers } = bricks;
    // On disk with what it is about: whoever loads after a crash goes on with it.
    turns.listener = (event, isBookOther) => {
      const now = clock.now();
      if (isBookOther) timers.atLatest(BOOK_TIMER, (now + TELL_WATCH_MS) as EpochMs);
      if (event.kind === "node-put" && event.leaving !== undefined)
        timers.atLatest(LEAVING_TIMER, (now + LEAVING_RETRY_MS) as EpochMs);
    };
    this.calls = new ChildCalls({
      ...{ clock, turns, later },
      child: (child) => ports.quotaChild(name, child),
      watch: (at) => this.#arm(BOOK_TIMER, at),
      allTold: () => this.#disarm(BOOK_TIMER),
    });
    this.link = new ParentLink({
      ...{ clock, turns },
      run: (envelope, turn) => this.run("parent", envelope, 0, turn),
      parent: (id) => this.node(id),
      bookMoved: () => void this.calls.tell(),
    });
  }

  /** Another firm or desk of the tenant. */
  node(id: string): ReturnType<FirmPorts["firm"]> {
    return this.#ports.firm(`${this.turns.state.address.tenant}/${id}`);
  }

  async ask(envelope: Envelope, ask: QuotaAsk): Promise<ActorReply<QuotaReply>> {
    await this.link.before(ask);
    return this.#ofChild(envelope, this.turns.ask(ask));
  }

  leave(
    envelope: Envelope,
    child: ChildName,
    incarnation: string,
    committed: Amounts,
    heir?: ChildName,
  ): Promise<ActorReply<null>> {
    if (heir !== undefined && heir === this.turns.node?.name)
      return this.#dissolve(
        envelope,
        this.turns.dissolve(envelope.principal.subject, { child, incarnation }),
      );
    return this.#ofChild(envelope, this.turns.leave(child, incarnation, committed, heir));
  }

  /**
   * The account is split no more, or not after all: answered once its parent has heard that the account takes its place. `holding`: under
   * which it asks there, so that what comes late does not end a split that has begun since; answers it where none is given.
   */
  async dissolve(envelope: Envelope, holding?: string): Promise<ActorReply<string | null>> {
    const { node } = this.turns;
    if (node?.leaving === undefined && node?.holding === undefined) return answer(null);
    if (node.holding !== undefined && node.holding.incarnation !== holding)
      return answer(node.holding.incarnation);
    return this.#dissolve(envelope, this.turns.dissolve(envelope.principal.subject));
  }

  async #dissolve(envelope: Envelope, turn: Turn<Decision, null>): Promise<ActorReply<null>> {
    if (!(await this.mayMoveTo(undefined))) return AWAY;
    const reply = await this.run("changes", envelope, 1, turn);
    if (!reply.ok) return reply;
    await this.leaveBefore();
    return this.turns.node?.leaving === undefined ? reply : AWAY;
  }

  /** Answered with the book that is gone by, once its own parent has been asked. */
  async parentCalls(): Promise<ActorReply<string>> {
    await ifWithin(this.link.ask(), CALL_MS / 2);
    this.calls.wake();
    return answer(this.turns.node?.holding?.book?.version ?? "");
  }

  /** After an alarm. */
  fired(timers: readonly FiredTimer[]): void {
    if (timers.some(({ name }) => name === BOOK_TIMER)) void this.calls.tell();
    if (timers.some(({ name }) => name === LEAVING_TIMER)) void this.leaveBefore();
  }

  /** The parent before gets back what it keeps for a child that is gone; a refusal is its last word. Never throws. */
  async leaveBefore(): Promise<void> {
    const { node } = this.turns;
    if (node?.leaving === undefined) return;
    const { clock } = this.bricks;
    this.#arm(LEAVING_TIMER, (clock.now() + LEAVING_RETRY_MS) as EpochMs);
    const { parent, incarnation, heir } = node.leaving;
    const envelope = systemEnvelope(clock.now(), CALL_MS);
    const name = childNameOf(node.name);
    const leaving = async () => this.node(parent).leave(envelope, name, incarnation, {}, heir);
    const left = await ifWithin(leaving(), CALL_MS);
    if (left === undefined || !(left.ok || isLastWord(left, heir))) return;
    this.#disarm(LEAVING_TIMER);
    const told = this.turns.moves(() => ({ events: [{ kind: "parent-left" }], value: null }));
    await this.run("parent", systemEnvelope(clock.now(), CALL_MS), 0, told).catch(() => undefined);
  }

  /** After a load its parent knows it by the name before: only who has been heard under its own can leave. */
  async mayMoveTo(parent: string | undefined): Promise<boolean> {
    const isStaying = this.turns.node?.terms.parent === parent;
    if (isStaying || this.#isHeard()) return true;
    await this.link.renew();
    return this.#isHeard();
  }

  #isHeard(): boolean {
    const { holding } = this.turns.node ?? {};
    return holding === undefined || holding.isFenced || holding.heardAt !== undefined;
  }

  /** Before it has another parent its children are asked for what they do not use of this one's limits. */
  async movingTo<Value>(parent: string | undefined, move: () => Promise<Value>): Promise<Value> {
    const { node } = this.turns;
    if (node?.holding === undefined || node.terms.parent === parent) return move();
    node.isMoving = true;
    try {
      for (
        let waited = 0;
        waited < GIVE_BACK_MS && isGrantedOn(node, this.#now());
        waited += GIVE_BACK_LOOK_MS
      ) {
        this.calls.wake();
        await new Promise<void>((resolve) => void this.#later(resolve, GIVE_BACK_LOOK_MS));
      }
      return await move();
    } finally {
      node.isMoving = false;
    }
  }

  run<Decision, Value>(
    lane: Lane,
    envelope: Envelope,
    units: number,
    { decide, settle }: Turn<Decision, Value>,
  ): Promise<ActorReply<Value>> {
    return this.bricks.mailbox.run(lane, envelope, units, decide, settle);
  }

  async #ofChild<Decision, Value>(
    envelope: Envelope,
    turn: Turn<Decision, Value>,
  ): Promise<ActorReply<Value>> {
    const reply = await this.run("asks", envelope, ASK_UNITS, turn);
    this.calls.wake();
    this.link.follow();
    return reply;
  }

  #now(): number {
    return this.bricks.clock.now();
  }

  #arm(timer: string, at: EpochMs): void {
    this.bricks.timers.atLatest(timer, at);
    this.bricks.mailbox.flush();
  }

  #disarm(timer: string): void {
    this.bricks.timers.cancel(timer);
    this.bricks.mailbox.flush();
  }
}

const AWAY = refusal("parent-away", "the parent that is left does not answer");

/** An heir is told again until it has what is left to it, or nobody has it any more. */
const isLastWord = ({ code, retryAfterMs }: Refusal, heir: string | undefined): boolean =>
  heir === undefined ? retryAfterMs === undefined : code === "parent-unknown";

const isGrantedOn = ({ grants }: FirmNode, at: number): boolean =>
  hasAny(standingOfNode(grants, at).committed);
