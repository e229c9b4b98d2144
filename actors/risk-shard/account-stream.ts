/**
 * What an account's socket tells: the account on subscribing, then each decision, execution, violation and state in the turn that
 * commits it, and how far the standing limits are used. Nothing is built while nobody watches.
 */
import type { Clock } from "../runtime/clock.ts";
import type { Sockets } from "../runtime/sockets.ts";
import type { TopicRefusal, TopicSource } from "../runtime/streams/topic.ts";
import { aboveText } from "./above-view.ts";
import { accountText, utilisationOf } from "./account-view.ts";
import { shownRecord } from "./decision-record.ts";
import type { RiskEvent } from "./events.ts";
import type { Ledger } from "./ledger.ts";
import { limitsPlannedNote, limitsPutNote } from "./limit-records.ts";
import { violationText } from "./violations.ts";

/** Prices change the use of limits five times a second; who watches bars of it needs one of these. */
const PRICED_MS = 1_000;
/** Working out the use of one limit by one member takes some 5 µs: this keeps it below a twentieth of an account's time. */
const REST_MS_PER_USE = 0.1;

export type StreamBricks = {
  readonly sockets: Pick<Sockets, "watches" | "publish">;
  readonly clock: Clock;
  /** Has a group written soon, also where no command comes. */
  readonly mailbox: { flush(): void };
  /** Fetches the prices that a load has forgotten; undefined where all that can be known is known. */
  readonly pricing: () => Promise<void> | undefined;
};

export class AccountStream {
  readonly topic: string;
  readonly #ledger: Ledger;
  readonly #bricks: StreamBricks;
  /** The use that was told last, where all who listen have heard it. */
  #used: string | undefined;
  #restUntil = 0;
  #isPriced = false;
  #waking: ReturnType<typeof setTimeout> | undefined;

  constructor(ledger: Ledger, bricks: StreamBricks) {
    this.topic = `account.${ledger.name.account}`;
    this.#ledger = ledger;
    this.#bricks = bricks;
    ledger.tell = (event, seq, payload) => this.#tell(event, seq, payload);
  }

  readonly topicOf = (name: string): TopicSource | TopicRefusal =>
    name === this.topic
      ? { topic: this.topic, snapshot: () => this.#snapshot() }
      : { code: "topic-unknown", detail: `this stream has one topic: ${this.topic}` };

  /** After a load: what stands was told before it. Of what is held the prices are not known yet: then the same may be told again. */
  resume(): void {
    const { symbolLines } = this.#ledger.state;
    if (symbolLines.size === 0 && this.#isWatched) this.#used = JSON.stringify(this.#usesNow().entries);
  }

  /** Prices are memory: a group is asked for, so that the message has its place on disk. */
  pricesMoved(): void {
    if (this.#isWatched) this.#wakeIn(PRICED_MS);
  }

  get #isWatched(): boolean {
    return this.#bricks.sockets.watches(this.topic);
  }

  #tell(event: RiskEvent, seq: number, payload: string): void {
    if (!this.#isWatched) return;
    switch (event.kind) {
      case "order-decided":
        this.#publish("decision", JSON.stringify(shownRecord(event.record)));
        if (event.orders.length > 0) this.#publishUse();
        return;
      case "execution-booked":
        this.#publish(event.type === "fill" ? "fill" : "execution", `{"seq":${seq},${payload.slice(1)}`);
        this.#publishUse();
        return;
      case "violation-raised":
        this.#publish("violation", violationText(seq, payload));
        return;
      case "state-set":
        this.#publish("state", JSON.stringify({ ...event.standing, seq }));
        return;
      case "parent-book":
        this.#publish("above", aboveText(event.book, seq));
        return;
      case "mass-cancel-asked":
        this.#publish("mass-cancel", `{"seq":${seq},${payload.slice(1)}`);
        return;
      case "account-put":
        this.#publishUse();
        return;
      case "limits-put":
        this.#publish("limits", limitsPutNote(event, seq));
        this.#publishUse();
        return;
      case "limits-planned":
        this.#publish("limits-pending", limitsPlannedNote(event, seq));
        return;
      case "cash-moved":
        this.#publish("cash", `{"seq":${seq},${payload.slice(1)}`);
        this.#publishUse();
        return;
      case "adjusted":
        this.#publish("adjustment", `{"seq":${seq},${payload.slice(1)}`);
        this.#publishUse();
        return;
      case "corporate-action-applied":
        this.#publish("action", `{"seq":${seq},${payload.slice(1)}`);
        this.#publishUse();
        return;
      case "limit-tripped":
      case "limit-released":
      case "utilisation-level":
      case "violation-resolved":
        this.#publish(event.kind, `{"seq":${seq},${payload.slice(1)}`);
        return;
      case "reconciled":
      case "book-imported":
      case "strategy-changed":
      case "fill-news":
      case "account-snapshot":
      case "execution-revised":
      case "position-drift":
        return;
    }
  }

  /** It may show a use that was told to nobody, so the next one is told whatever it is: else a way back to the last one would not be. */
  #snapshot(): string {
    this.#used = undefined;
    return accountText(this.#ledger, this.#bricks.clock.now());
  }

  /** Worked out at the end of the group, once for all its turns. */
  #publishUse(): void {
    this.#bricks.sockets.publish(this.topic, "utilisation", () => this.#changedUse(), "utilisation");
  }

  /** Undefined where it is the same; and where prices are missing, or the last time is too near: then it is looked at again later. */
  #changedUse(): string | undefined {
    const pricing = this.#isPriced ? undefined : this.#bricks.pricing();
    if (pricing !== undefined) {
      void pricing.then(() => this.#wakePriced());
      return undefined;
    }
    this.#isPriced = false;
    const now = this.#bricks.clock.now();
    if (now < this.#restUntil) {
      this.#wakeIn(this.#restUntil - now);
      return undefined;
    }
    const { entries, uses } = this.#usesNow();
    this.#restUntil = now + Math.ceil(uses * REST_MS_PER_USE);
    const text = JSON.stringify(entries);
    if (text === this.#used) return undefined;
    this.#used = text;
    return text;
  }

  #usesNow(): { entries: readonly object[]; uses: number } {
    return utilisationOf(this.#ledger.state, this.#bricks.clock.now());
  }

  #publish(type: string, data: string): void {
    this.#bricks.sockets.publish(this.topic, type, data);
  }

  /** Or not, where a symbol could not be reached: then without it. */
  #wakePriced(): void {
    this.#isPriced = true;
    this.#wakeIn(0);
  }

  #wakeIn(waitMs: number): void {
    this.#waking ??= setTimeout(() => {
      this.#waking = undefined;
      this.#publishUse();
      this.#bricks.mailbox.flush();
    }, waitMs);
  }
}
