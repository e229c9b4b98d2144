/** Snapshots of the account: on demand, and by itself at the end of each trading day. */
import { type SnapshotObject, snapshotBody } from "../../src/contracts/statements.ts";
import { parsedJson } from "../../src/domain/json.ts";
import { type EpochMs, SECOND_MS } from "../../src/domain/time.ts";
import type { AccountDay } from "../../src/quant/account-days.ts";
import { type Envelope, systemEnvelope } from "../runtime/envelope.ts";
import { sha256Hex } from "../runtime/id.ts";
import { type ActorReply, answer, type Refusal, refusal } from "../runtime/reply.ts";
import type { FiredTimer } from "../runtime/timers.ts";
import type { AccountSnapshot } from "./events.ts";
import type { Ledger, RiskBricks } from "./ledger.ts";
import { wholeRefusal } from "./parts-gate.ts";
import type { ReferencePrices } from "./reference-prices.ts";
import { snapshotOf, unpricedIn } from "./snapshot.ts";
import type { AccountSnapshotFact } from "./snapshot-facts.ts";
import type { RiskState } from "./state.ts";
import { tradingDayAt } from "./trading-day.ts";

const TIMER = "closing";
/** While prices are fetched, or the outbox is full: long enough for either, and soon enough for a close. */
const RETRY_MS = 5 * SECOND_MS;
/** Prices are fetched 500 symbols at a time: as long as all that an account can hold take, and no longer for one that has none. */
const PATIENCE_MS = 60 * SECOND_MS;

export class Closings {
  readonly #ledger: Ledger;
  readonly #bricks: RiskBricks;
  readonly #prices: ReferencePrices;
  /** Of which the timer stands. */
  #calendar: string | undefined;
  #closed: string | undefined;

  constructor(ledger: Ledger, bricks: RiskBricks, prices: ReferencePrices) {
    this.#ledger = ledger;
    this.#bricks = bricks;
    this.#prices = prices;
    this.#noteStanding();
    bricks.writes(this);
    // An account from before there were closes has no timer yet.
    if (ledger.state.account !== undefined && bricks.timers.dueOf(TIMER) === undefined)
      bricks.mailbox.flush();
  }

  /** With each group: who has been put, names another calendar or has closed a day closes at the end of the present one. */
  write(): void {
    const { account, closing } = this.#ledger.state;
    if (account === undefined) return;
    const isArmed = this.#bricks.timers.dueOf(TIMER) !== undefined;
    if (isArmed && account.calendar === this.#calendar && closing?.date === this.#closed) return;
    this.#noteStanding();
    const now = this.#bricks.clock.now();
    // Taken, and the close is still to come: it stands on disk until that does.
    if (!isArmed && this.#isOwed(now)) this.#bricks.timers.at(TIMER, (now + RETRY_MS) as EpochMs);
    else this.#arm(now);
  }

  #isOwed(now: number): boolean {
    const { state } = this.#ledger;
    const { closing, account } = state;
    if (closing === undefined && account?.since === undefined) return false;
    return !isOver(dayBefore(state, now), closing?.date, account?.since);
  }

  #noteStanding(): void {
    const { account, closing } = this.#ledger.state;
    this.#calendar = account?.calendar;
    this.#closed = closing?.date;
  }

  #arm(now: number): void {
    this.#bricks.timers.at(TIMER, tradingDayAt(this.#ledger.state, now).end);
  }

  /** What a load has forgotten of prices is fetched first; the timer stands until the close is on disk. */
  async wake(fired: readonly FiredTimer[]): Promise<void> {
    if (!fired.some(({ name }) => name === TIMER)) return;
    const { clock } = this.#bricks;
    const unmet = this.#prices.unmet([]);
    if (unmet.length > 0) {
      this.#retry();
      await this.#prices.meet(systemEnvelope(clock.now()), unmet);
    }
    if (this.#isBlind(clock.now()) || this.#isMoving()) return this.#retry();
    const reply = await this.#close(systemEnvelope(clock.now()));
    if (!reply.ok) this.#retry();
  }

  /** Something that is held has no price or no rate, and the day ended just now. */
  #isBlind(now: number): boolean {
    const { state } = this.#ledger;
    const isJust = now < tradingDayAt(state, now).start + PATIENCE_MS;
    return isJust && (state.funds.unconverted > 0 || unpricedIn(state).length > 0);
  }

  /** What lines had made when the day began is on its way with them. */
  #isMoving(): boolean {
    const { state, store } = this.#ledger;
    return state.parts !== undefined && (state.parts.leaving ?? store.parts.arriving()) !== undefined;
  }

  #retry(): void {
    const { timers, clock, mailbox } = this.#bricks;
    timers.at(TIMER, (clock.now() + RETRY_MS) as EpochMs);
    mailbox.flush();
  }

  /** The newest day that has ended, once. Of a stretch in which nobody was awake the last day is closed, and has all of it. */
  #close(envelope: Envelope): Promise<ActorReply<string>> {
    const { state } = this.#ledger;
    const nothing: readonly AccountSnapshot[] = [];
    return this.#take(envelope, (at) => {
      const day = dayBefore(state, at);
      this.#arm(at);
      return isOver(day, state.closing?.date, state.account?.since)
        ? nothing
        : snapshotOf(state, { kind: "close", day, reason: null, by: null }, at);
    });
  }

  /** Under an Idempotency-Key the same request gets the same reply. */
  async snapshot(envelope: Envelope, body: string): Promise<ActorReply<string>> {
    const parsed = snapshotBody.safeParse(parsedJson(body));
    if (!parsed.success) return refusal("invalid", "no body that the contract allows");
    const split = wholeRefusal(this.#ledger.state);
    if (split !== undefined) return split;
    const { state } = this.#ledger;
    const unmet = this.#prices.unmet([]);
    if (unmet.length > 0) await this.#prices.meet(envelope, unmet);
    const reason = parsed.data.reason ?? null;
    const by = envelope.principal.subject;
    const bodyHash = await sha256Hex(`snapshot\n${body}`);
    return this.#take(
      envelope,
      (at) => snapshotOf(state, { kind: "manual", day: tradingDayAt(state, at), reason, by }, at),
      bodyHash,
    );
  }

  #take(
    envelope: Envelope,
    eventsAt: (at: number) => readonly AccountSnapshot[],
    bodyHash = "",
  ): Promise<ActorReply<string>> {
    const ledger = this.#ledger;
    const key = envelope.idempotencyKey;
    return this.#bricks.mailbox.run(
      "account",
      envelope,
      0,
      () => {
        const remembered = key === undefined ? undefined : ledger.rememberedRequest(key);
        if (remembered !== undefined) return remembered;
        return ledger.state.account === undefined ? undefined : eventsAt(this.#bricks.clock.now());
      },
      (decided): ActorReply<string> | Refusal => {
        if (decided === undefined) return refusal("account-unknown", "put the account first");
        if ("reply" in decided)
          return decided.bodyHash === bodyHash
            ? answer(decided.reply)
            : refusal("idempotency-key-reused", "the key came with another body before");
        const full = ledger.roomRefusal(decided);
        if (full !== undefined) return full;
        const seq = ledger.state.seq + 1;
        ledger.record(decided);
        const reply = shownSnapshot(seq, decided[0]);
        if (key !== undefined) ledger.rememberRequest(key, { bodyHash, reply });
        return answer(reply);
      },
    );
  }
}

const dayBefore = (state: RiskState, at: number): AccountDay =>
  tradingDayAt(state, tradingDayAt(state, at).start - 1);

/** Closed before, or from before the account. */
const isOver = (day: AccountDay, closed: string | undefined, since: number | undefined): boolean =>
  (closed !== undefined && closed >= day.date) || (since !== undefined && since >= day.end);

/** As the list of snapshots shows it; nothing where none was taken. */
function shownSnapshot(seq: number, first: AccountSnapshot | undefined): string {
  if (first === undefined) return "";
  // SAFETY: made by `snapshotOf`, whose first part has the head.
  const fact = JSON.parse(first.payload) as AccountSnapshotFact & { readonly head: object };
  const { kind, day, reason, by, at, head } = fact;
  return JSON.stringify({ seq, kind, reason, by, day, at, ...head } as unknown as SnapshotObject);
}
