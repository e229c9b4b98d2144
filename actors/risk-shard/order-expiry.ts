/**
 * Orders whose own time is over end by the shard's timer: an `expire` that no venue reported, with a fact, a row and a message as any
 * other. Nothing else ends a reservation whose outcome is unknown.
 */
import type { EpochMs } from "../../src/domain/time.ts";
import { SECOND_MS } from "../../src/domain/time.ts";
import { systemEnvelope } from "../runtime/envelope.ts";
import { answer } from "../runtime/reply.ts";
import type { FiredTimer } from "../runtime/timers.ts";
import { reported } from "./decide-executions.ts";
import type { ExecutionBooked } from "./events.ts";
import type { Ledger, RiskBricks } from "./ledger.ts";
import { ordersAfterEnd } from "./pairs.ts";
import { FENCED_RETRY_MS } from "./parts-gate.ts";
import { isFenced } from "./parts-records.ts";
import { inSequence } from "./sequence.ts";
import type { Order, RiskState } from "./state.ts";

const TIMER = "order-expiry";
/** A turn of some milliseconds; the timer stands for the rest. */
const EXPIRIES_PER_TURN_MAX = 500;
/** While the outbox has no room. */
const RETRY_MS = SECOND_MS;

export class OrderExpiry {
  readonly #ledger: Ledger;
  readonly #bricks: RiskBricks;
  /** What is due was refused: not before then again, or it would be taken again at once, for as long as that lasts. */
  #notBefore = 0;

  constructor(ledger: Ledger, bricks: RiskBricks) {
    this.#ledger = ledger;
    this.#bricks = bricks;
    bricks.writes(this);
  }

  /** With each group. One that ended before its time leaves the timer standing: that costs one empty run. */
  write(): void {
    const { state, expiries } = this.#ledger;
    const next = expiries.next();
    if (next === undefined) return;
    const { timers, clock } = this.#bricks;
    const at = state.parts?.leaving === undefined ? next : Math.max(next, clock.now() + FENCED_RETRY_MS);
    const due = Math.max(at, this.#notBefore);
    if (due < Number.POSITIVE_INFINITY) timers.atLatest(TIMER, due as EpochMs);
  }

  /** Queues before it waits for anything, so that the timer is forgotten with the group that has its effect. */
  async wake(fired: readonly FiredTimer[]): Promise<void> {
    if (!fired.some(({ name }) => name === TIMER)) return;
    const { mailbox, clock } = this.#bricks;
    const reply = await mailbox.run(
      "executions",
      systemEnvelope(clock.now()),
      0,
      () => this.#decide(clock.now()),
      ({ due, events }) => {
        const full = this.#ledger.roomRefusal(events);
        this.#notBefore = full === undefined ? 0 : clock.now() + RETRY_MS;
        if (full === undefined) this.#ledger.record(events);
        else this.#ledger.expiries.putBack(due);
        return full ?? answer(null);
      },
    );
    if (reply.ok) return;
    // A copy that must not write ends nothing any more: orders end in the other one.
    this.#notBefore = reply.code === "actor-fenced" ? Number.POSITIVE_INFINITY : clock.now() + RETRY_MS;
    mailbox.flush();
  }

  #decide(now: number): { due: readonly Order[]; events: readonly ExecutionBooked[] } {
    const { state, expiries } = this.#ledger;
    const due = expiries.takeDue(now, EXPIRIES_PER_TURN_MAX);
    // They end where they go to, or here once they stay.
    const fenced = due.filter(({ symbol }) => isFenced(state, symbol));
    expiries.putBack(fenced);
    const ending = due.filter((order) => !fenced.includes(order));
    return { due: ending, events: expired(state, ending, now) };
  }
}

/** The other of a pair stays: of an original its replacement stands alone, and of a replacement the original. */
export function expired(state: RiskState, due: readonly Order[], at: number): ExecutionBooked[] {
  return inSequence(state, due, ({ clientOrderId, seq }, tell): ExecutionBooked[] => {
    const order = state.orders.get(clientOrderId);
    const orders = order === undefined ? "order-final" : ordersAfterEnd(state, "expire", order);
    if (order === undefined || typeof orders === "string") return [];
    const report = reported({ execId: `ttl.${seq}`, clientOrderId, ts: at, body: "" }, order, at);
    const ended: ExecutionBooked = { ...report, type: "expire", reason: "ttl", orders };
    tell(ended);
    return [ended];
  }).flat();
}
