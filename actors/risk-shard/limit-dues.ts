/** What becomes of limits by itself: a set whose moment has come, an override whose time is over. */
import type { EpochMs } from "../../src/domain/time.ts";
import { systemEnvelope } from "../runtime/envelope.ts";
import { answer } from "../runtime/reply.ts";
import type { FiredTimer } from "../runtime/timers.ts";
import { becomeDue } from "./decide-limits.ts";
import type { Ledger, RiskBricks } from "./ledger.ts";
import { dueOf, firstDue } from "./limit-records.ts";

const TIMER = "limits";

export class LimitDues {
  readonly #ledger: Ledger;
  readonly #bricks: RiskBricks;
  /** Of which the timer stands; undefined where nothing has a moment. */
  #armedFor: number | undefined;

  constructor(ledger: Ledger, bricks: RiskBricks) {
    this.#ledger = ledger;
    this.#bricks = bricks;
    this.#armedFor = bricks.timers.dueOf(TIMER);
    bricks.writes(this);
  }

  /** Bricks whose turns each begin with what is due by then: no order is decided under limits that have ended. */
  get bricks(): RiskBricks {
    const { sql, clock, timers, outbox, sockets, vitals } = this.#bricks;
    const writes: RiskBricks["writes"] = (...more) => this.#bricks.writes(...more);
    return { sql, clock, timers, outbox, sockets, vitals, writes, mailbox: this.#mailbox };
  }

  get #mailbox(): RiskBricks["mailbox"] {
    const { mailbox } = this.#bricks;
    return {
      run: (lane, envelope, units, decide, settle) => {
        const inTime = (): ReturnType<typeof decide> => {
          this.#settle();
          return decide();
        };
        return mailbox.run(lane, envelope, units, inTime, settle);
      },
      flush: () => mailbox.flush(),
      get depth() {
        return mailbox.depth;
      },
    };
  }

  /** Before what is in force is read. */
  async settled(): Promise<void> {
    const now = this.#bricks.clock.now();
    if (this.#dueAt() > now) return;
    await this.#mailbox.run(
      "account",
      systemEnvelope(now),
      0,
      () => null,
      () => answer(null),
    );
  }

  async wake(fired: readonly FiredTimer[]): Promise<void> {
    if (!fired.some(({ name }) => name === TIMER)) return;
    this.#armedFor = undefined;
    await this.settled();
  }

  /** With each group: the timer stands for what is due first. */
  write(): void {
    const due = this.#dueAt();
    const wanted = due === Number.POSITIVE_INFINITY ? undefined : due;
    if (wanted === this.#armedFor) return;
    this.#armedFor = wanted;
    const { timers } = this.#bricks;
    if (wanted === undefined) timers.cancel(TIMER);
    else timers.at(TIMER, wanted as EpochMs);
  }

  #dueAt(): number {
    const first = firstDue(this.#ledger.state.pendingLimits);
    return (first === undefined ? undefined : dueOf(first)) ?? Number.POSITIVE_INFINITY;
  }

  /** One after the other: each leaves another set in force. */
  #settle(): void {
    const { state } = this.#ledger;
    if (state.pendingLimits.size === 0) return;
    const now = this.#bricks.clock.now();
    for (let entry = firstDue(state.pendingLimits); entry !== undefined; ) {
      if ((dueOf(entry) ?? Number.POSITIVE_INFINITY) > now) return;
      this.#ledger.record(becomeDue(state, entry, now));
      entry = firstDue(state.pendingLimits);
    }
  }
}
