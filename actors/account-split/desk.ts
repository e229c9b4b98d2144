/** The coordinator of an account's split, put together: what it is asked, and what it does by itself. */
import { partAccount, partCount } from "../../src/domain/parts-map.ts";
import type { ActorPorts, Log } from "../../src/ports.ts";
import type { Bricks } from "../runtime/bricks.ts";
import { type Envelope, systemEnvelope } from "../runtime/envelope.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import { platformLater } from "../runtime/telling.ts";
import { ifWithin } from "../runtime/within.ts";
import { Driver } from "./driver.ts";
import type { SplitEvent } from "./events.ts";
import type { LANES } from "./lanes.ts";
import {
  CALL_MS,
  FENCED_LOOK_MS,
  IN_FORCE_LOOK_MS,
  PASS_ON_MS,
  RETRY_MS,
  STATE_TRIES_MAX,
  WATCH_MS,
} from "./limits.ts";
import { parseSplitBody, type SplitChange } from "./messages.ts";
import { nextStep } from "./next.ts";
import { type AccountName, PartCalls, PartRefused } from "./part-calls.ts";
import { NOT_SPLIT, type PartFences, type SplitQuotas } from "./quotas.ts";
import { runningPlan } from "./state.ts";
import { SplitStore } from "./store.ts";
import { SplitTurns } from "./turns.ts";
import { standingText } from "./view.ts";

type SplitBricks = Pick<
  Bricks<keyof typeof LANES>,
  "sql" | "clock" | "timers" | "mailbox" | "outbox" | "vitals" | "writes"
>;

type SplitPorts = { readonly actors: Pick<ActorPorts, "riskShard">; readonly log: Log };

const TIMER = "split";

export class SplitDesk {
  readonly store: SplitStore;
  readonly #name: AccountName;
  readonly #bricks: SplitBricks;
  readonly #actors: Pick<ActorPorts, "riskShard">;
  readonly #parts: PartCalls;
  readonly #turns: SplitTurns;
  readonly #driver: Driver;
  readonly #fences: PartFences;
  #changing = 0;

  constructor(
    name: AccountName,
    bricks: SplitBricks,
    { actors, log }: SplitPorts,
    quotas: SplitQuotas & PartFences,
  ) {
    this.#name = name;
    this.#bricks = bricks;
    this.#actors = actors;
    this.#fences = quotas;
    this.store = new SplitStore(bricks.sql);
    bricks.writes(this.store);
    this.#turns = new SplitTurns(name, this.store, bricks);
    this.#parts = new PartCalls(name, actors.riskShard, bricks.clock);
    this.#driver = new Driver({
      state: () => this.store.state,
      parts: this.#parts,
      quotas,
      clock: bricks.clock,
      later: platformLater,
      record: (events) => this.#record(events),
      isChanging: () => this.#changing > 0,
      failed: (step, reason) => log("warn", "split-step-failed", { ...name, step, reason }),
    });
    void this.#driver.run();
  }

  async split(envelope: Envelope, body: string): Promise<ActorReply<string>> {
    const parsed = parseSplitBody(body);
    if (!parsed.ok) return parsed;
    const { shards } = parsed.value;
    const refused = shards > partCount(this.store.state.map) ? await this.#obstacles() : undefined;
    if (refused !== undefined) return refused;
    const { decide, settle } = this.#turns.ask(shards, envelope.principal.subject);
    const reply = await this.#bricks.mailbox.run("calls", envelope, 1, decide, this.#watching(settle));
    void this.#driver.run();
    return reply;
  }

  standing(): ActorReply<string> {
    return answer(standingText(this.#name.account, this.store.state));
  }

  async fencedParts(): Promise<ActorReply<readonly number[] | null>> {
    if (!this.#isSplit) return answer([]);
    const asked = await ifWithin(this.#fences.fencedParts(), FENCED_LOOK_MS);
    return answer(asked?.ok === true ? asked.value : null);
  }

  async admit(envelope: Envelope, part: number, body: string): Promise<ActorReply<string>> {
    return this.#isSplit ? this.#fences.admit(envelope, part, body) : NOT_SPLIT;
  }

  /** Part 0 decides; every other part hears of it before the caller does. */
  async change(envelope: Envelope, change: SplitChange): Promise<ActorReply<string>> {
    this.#changing += 1;
    const first = await this.#changed(envelope);
    const reply = first.ok
      ? await this.#atPartZero(envelope, change).finally(() => this.#unchanged())
      : first;
    if (!first.ok) this.#unchanged();
    if (!reply.ok || !first.ok || this.#isInForce(change, first.value)) return reply;
    if (change.type === "state") await this.#atOthers(envelope, change.body);
    await ifWithin(this.#untilInForce(change, first.value), PASS_ON_MS);
    return this.#isInForce(change, first.value)
      ? reply
      : refusal(
          "outcome-unknown",
          "some shards of the account have not answered; they get it when they are back",
        );
  }

  /**
   * Every part has it. Where there is one alone that is so when it has answered, but for limits while others are on their way: it goes by the
   * node's as soon as it has joined that.
   */
  #isInForce({ type }: SplitChange, n: number): boolean {
    const { state } = this.store;
    const isAlone = state.parts === 1 && (type === "state" || runningPlan(state) === undefined);
    return isAlone || state.passedOn >= n;
  }

  async #untilInForce(change: SplitChange, n: number): Promise<void> {
    const until = this.#bricks.clock.now() + PASS_ON_MS;
    while (!this.#isInForce(change, n) && this.#bricks.clock.now() < until) {
      void this.#driver.run();
      await new Promise<void>((resolve) => void platformLater(resolve, IN_FORCE_LOOK_MS));
    }
  }

  /** The alarm's part: it has taken the timer, so as long as something is to be done there is a new one. */
  wake(): void {
    this.#watch();
    this.#bricks.mailbox.flush();
    void this.#driver.run();
  }

  /** Its parts may be children of the quotas' node. */
  get #isSplit(): boolean {
    const { state } = this.store;
    return state.parts > 1 || runningPlan(state) !== undefined;
  }

  async #obstacles(): Promise<ActorReply<never> | undefined> {
    try {
      await this.#parts.ask(0, { type: "settings" }, CALL_MS);
      return undefined;
    } catch (error) {
      return error instanceof PartRefused
        ? error.refusal
        : refusal("dependency-unavailable", "the account does not answer");
    }
  }

  /** On disk before it is so: after a crash everything is passed on once more. */
  #changed(envelope: Envelope): Promise<ActorReply<number>> {
    const { decide, settle } = this.#turns.changed();
    return this.#bricks.mailbox.run("calls", envelope, 1, decide, this.#watching(settle));
  }

  #unchanged(): void {
    this.#changing -= 1;
    void this.#driver.run();
  }

  async #atPartZero(envelope: Envelope, change: SplitChange): Promise<ActorReply<string>> {
    const { tenant, account } = this.#name;
    const shard = this.#actors.riskShard(tenant, account);
    const asked = { ...envelope, parts: this.store.state.map.version };
    const call = async () =>
      change.type === "limits"
        ? shard.putLimits(asked, change.body, change.ifMatch)
        : shard.setState(asked, change.body);
    // What comes there after the deadline is refused: from then on what stands there can be passed on.
    const reply = await ifWithin(call(), Math.max(0, envelope.deadline - this.#bricks.clock.now()));
    return reply ?? refusal("outcome-unknown", "the account's first shard has not answered");
  }

  /** At once, whatever waits to be passed on: with a kill each part asks the cancel of what works in it. */
  async #atOthers(envelope: Envelope, body: string): Promise<void> {
    const { parts, map } = this.store.state;
    const others = Array.from({ length: Math.max(parts, partCount(map)) - 1 }, (_, index) => index + 1);
    await ifWithin(
      Promise.allSettled(others.map((part) => this.#tellState(part, envelope, body))),
      PASS_ON_MS,
    );
  }

  /** In the moment of a cut a part goes by the next map already, or still by the one before. */
  async #tellState(part: number, envelope: Envelope, body: string): Promise<void> {
    const { tenant, account } = this.#name;
    for (let attempt = 0; attempt < STATE_TRIES_MAX; attempt++) {
      const version = this.store.state.map.version + (attempt % 2);
      const shard = this.#actors.riskShard(tenant, partAccount(account, part));
      if ((await shard.setState({ ...envelope, parts: version }, body)).ok) return;
      await new Promise<void>((resolve) => void platformLater(resolve, RETRY_MS));
    }
  }

  async #record(events: readonly SplitEvent[]): Promise<void> {
    const { mailbox, clock } = this.#bricks;
    const { decide, settle } = this.#turns.news(events);
    const reply = await mailbox.run("steps", systemEnvelope(clock.now()), 1, decide, this.#watching(settle));
    if (!reply.ok) throw new Error(`not recorded: ${reply.code}`);
  }

  /** In the same group: a kill right after it finds the timer that wakes the object again. */
  #watching<D, V>(settle: (decision: D) => ActorReply<V>): (decision: D) => ActorReply<V> {
    return (decision) => {
      const reply = settle(decision);
      this.#watch();
      return reply;
    };
  }

  #watch(): void {
    const { timers, clock } = this.#bricks;
    if (nextStep(this.store.state) === undefined) timers.cancel(TIMER);
    else timers.at(TIMER, (clock.now() + WATCH_MS) as ReturnType<typeof clock.now>);
  }
}
