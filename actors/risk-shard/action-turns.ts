/**
 * Corporate actions on their way: asked of their symbol, decided, booked. By hand, and by itself: once in each trading day of the account
 * for all that it holds and works, where an ex-date begins within that day, and soon after a symbol has become another version.
 */
import { type AccountActionBody, accountActionBody } from "../../src/contracts/account-actions.ts";
import { faultsOf, requestCodeOf } from "../../src/contracts/issues.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import { parsedJson } from "../../src/domain/json.ts";
import { DAY_MS, type EpochMs, MINUTE_MS, SECOND_MS } from "../../src/domain/time.ts";
import type { ActorPorts } from "../../src/ports.ts";
import { dateText } from "../../src/quant/calendars/dates.ts";
import { type Envelope, systemEnvelope } from "../runtime/envelope.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import type { FiredTimer } from "../runtime/timers.ts";
import { ifWithin } from "../runtime/within.ts";
import type { ActionEntry } from "../symbol/messages.ts";
import { type ActionVerdict, decideAction } from "./decide-actions.ts";
import { actionCommand } from "./held-actions.ts";
import type { Ledger, RiskBricks } from "./ledger.ts";
import { splitsOf } from "./new-shares.ts";
import { strayRefusal, wholeRefusal } from "./parts-gate.ts";
import type { ReferencePrices } from "./reference-prices.ts";
import { tradingDayAt } from "./trading-day.ts";

const TIMER = "actions";
const SOON = "actions-soon";
const DUE = "actions-due";
/** After the day has begun: its close comes first. */
const AFTER_OPEN_MS = MINUTE_MS;
/** While a sweep is under way: one that an eviction ends begins again. */
const SWEEP_AGAIN_MS = 10 * MINUTE_MS;
/** Versions come in bursts, of many symbols at once. */
const SOON_MS = SECOND_MS;
/** Symbols that are asked at a time. */
const ASKED_AT_A_TIME = 16;
/** What is announced later than this after its ex-date is applied by hand. */
const LOOKBACK_MS = 31 * DAY_MS;
/** Of one symbol; a page of them takes less. */
const ANSWER_MS_MAX = 2 * SECOND_MS;
const PAGE = 100;

type Actors = Pick<ActorPorts, "symbol">;

export class ActionTurns {
  readonly #ledger: Ledger;
  readonly #bricks: RiskBricks;
  readonly #prices: ReferencePrices;
  readonly #actors: Actors;
  /** Held symbols that have become another version. */
  readonly #risen = new Set<Symbol>();

  constructor(ledger: Ledger, bricks: RiskBricks, prices: ReferencePrices, actors: Actors) {
    this.#ledger = ledger;
    this.#bricks = bricks;
    this.#prices = prices;
    this.#actors = actors;
    bricks.writes(this);
  }

  get risenCount(): number {
    return this.#risen.size;
  }

  /** With each group: who holds or works something looks once a day. */
  write(): void {
    const { timers, clock } = this.#bricks;
    const { symbolLines } = this.#ledger.state;
    if (symbolLines.size > 0 && timers.dueOf(TIMER) === undefined) this.#armAfter(clock.now());
  }

  #armAfter(now: number): void {
    const at = tradingDayAt(this.#ledger.state, now).end + AFTER_OPEN_MS;
    this.#bricks.timers.at(TIMER, at as EpochMs);
  }

  /** Another version of its reference data was learned. */
  risen(symbol: Symbol): void {
    if (!this.#ledger.state.symbolLines.has(symbol)) return;
    this.#risen.add(symbol);
    const { timers, clock } = this.#bricks;
    timers.atLatest(SOON, (clock.now() + SOON_MS) as EpochMs);
  }

  async wake(fired: readonly FiredTimer[]): Promise<void> {
    const { timers, clock, mailbox } = this.#bricks;
    if (fired.some(({ name }) => name === TIMER || name === DUE)) {
      timers.at(TIMER, (clock.now() + SWEEP_AGAIN_MS) as EpochMs);
      mailbox.flush();
      await this.#sweep([...this.#ledger.state.symbolLines.keys()]);
      this.#armAfter(clock.now());
      mailbox.flush();
    } else if (fired.some(({ name }) => name === SOON)) {
      const symbols = [...this.#risen];
      this.#risen.clear();
      await this.#sweep(symbols);
      mailbox.flush();
    }
  }

  async run(envelope: Envelope, body: string): Promise<ActorReply<string>> {
    const value = parsedJson(body);
    const parsed = accountActionBody.safeParse(value);
    if (!parsed.success) {
      const errors = faultsOf(parsed.error, value);
      return { ...refusal(requestCodeOf(errors), errors[0]?.detail), errors };
    }
    const asked: AccountActionBody = parsed.data;
    const by = envelope.principal.subject;
    if (asked.by !== by) return refusal("principal-mismatch", "`by` is the subject of the credential");
    // SAFETY: the contract admits symbols only.
    const symbol = asked.symbol as Symbol;
    const split = wholeRefusal(this.#ledger.state);
    if (split !== undefined) return split;
    const unmet = this.#prices.unmet([symbol]);
    if (unmet.length > 0) await this.#prices.meet(envelope, unmet);
    if (!this.#ledger.state.instruments.has(symbol)) return refusal("instrument-unknown", "no such symbol");
    const entries = await ifWithin(this.#entries(envelope, symbol, ""), ANSWER_MS_MAX);
    if (entries === undefined) return refusal("dependency-unavailable", "the symbol does not answer");
    const entry = entries.find(({ id }) => id === asked.id);
    if (entry === undefined) return refusal("action-unknown", "the symbol has no action of this id");
    const reply = await this.#apply(envelope, symbol, entry, by);
    return reply.ok ? answer(this.#text(symbol, asked.id, reply.value)) : reply;
  }

  async #sweep(symbols: readonly Symbol[]): Promise<void> {
    for (let from = 0; from < symbols.length; from += ASKED_AT_A_TIME)
      await Promise.all(symbols.slice(from, from + ASKED_AT_A_TIME).map((symbol) => this.#sweepOne(symbol)));
  }

  /** A symbol that cannot be reached is asked again on the next day. */
  async #sweepOne(symbol: Symbol): Promise<void> {
    const { clock } = this.#bricks;
    const envelope = systemEnvelope(clock.now());
    const since = dateText(Math.floor((clock.now() - LOOKBACK_MS) / DAY_MS));
    const entries = await ifWithin(this.#entries(envelope, symbol, since), ANSWER_MS_MAX);
    const applied = this.#ledger.store.book.appliedIn(symbol);
    for (const entry of entries ?? []) {
      const known = applied.get(entry.id);
      const isRevoked = entry.revokedAt !== undefined;
      const isNews = isRevoked ? known?.takenBack === false : known === undefined;
      if (!isNews) continue;
      if (entry.startsAt <= clock.now()) await this.#apply(envelope, symbol, entry, "outcry");
      else this.#armDue(entry);
    }
  }

  /** An exchange's day begins within the account's; the next day's look finds all others. */
  #armDue({ startsAt }: ActionEntry): void {
    const { timers, clock } = this.#bricks;
    const next = tradingDayAt(this.#ledger.state, clock.now()).end + AFTER_OPEN_MS;
    if (startsAt < next) timers.atLatest(DUE, startsAt as EpochMs);
  }

  /** By ex-date, from `since` on. */
  async #entries(envelope: Envelope, symbol: Symbol, since: string): Promise<ActionEntry[]> {
    const entries: ActionEntry[] = [];
    let after: string | undefined = since;
    while (after !== undefined) {
      const reply = await this.#actors.symbol(symbol).actions(envelope, { limit: PAGE, after });
      if (!reply.ok) break;
      // SAFETY: the symbol writes these texts.
      for (const item of reply.value.items) entries.push(JSON.parse(item) as ActionEntry);
      after = reply.value.next;
    }
    return entries;
  }

  #apply(
    envelope: Envelope,
    symbol: Symbol,
    entry: ActionEntry,
    by: string,
  ): Promise<ActorReply<ActionVerdict>> {
    const { state, store } = this.#ledger;
    return this.#bricks.mailbox.run(
      "account",
      envelope,
      0,
      () => {
        // Where it goes, it is looked for again.
        const stray = strayRefusal(state, [symbol]);
        if (stray !== undefined) return stray;
        const command = actionCommand(state, symbol, entry, by);
        return decideAction(
          state,
          command,
          (line) => store.book.journals.read(line),
          this.#bricks.clock.now(),
        );
      },
      (verdict) => {
        if ("ok" in verdict) return verdict;
        const full = this.#ledger.roomRefusal(verdict.events);
        if (full !== undefined) return full;
        const before = splitsOf(state, symbol);
        this.#ledger.record(verdict.events);
        this.#prices.splitSince(symbol, before);
        return answer(verdict);
      },
    );
  }

  #text(symbol: string, id: string, { outcome, events }: ActionVerdict): string {
    let positions = 0;
    let orders = 0;
    for (const event of events) {
      if (event.kind !== "corporate-action-applied") continue;
      positions += Number(event.position !== undefined && event.revised.length > 0);
      orders += event.orders.length;
    }
    return JSON.stringify({ symbol, id, outcome, positions, orders, seq: this.#ledger.state.seq });
  }
}
