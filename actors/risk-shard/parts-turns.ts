/** What the coordinator of a split asks of this part, each in its turn: a change is on disk before it is answered. */
import type { Envelope } from "../runtime/envelope.ts";
import { type ActorReply, answer, overloaded, type Refusal, refusal } from "../runtime/reply.ts";
import type { RiskEvent } from "./events.ts";
import type { Ledger, RiskBricks } from "./ledger.ts";
import { besideClose } from "./moved-lines.ts";
import { contentOf } from "./parts-content.ts";
import { countsIn, takeCounts } from "./parts-counts.ts";
import {
  abort,
  activate,
  adopt,
  drop,
  fence,
  join,
  type PartDecided,
  pageRefusal,
  type Settings,
} from "./parts-decide.ts";
import type { LeftContent } from "./parts-events.ts";
import { exportPage } from "./parts-export.ts";
import { FENCED_RETRY_MS } from "./parts-gate.ts";
import { MovedIds } from "./parts-ids.ts";
import {
  type ExportPage,
  type FenceStanding,
  type KnownIds,
  PAGE_UNITS_MAX,
  type PartSettings,
  type PartStanding,
  type PartsMove,
  type PartsWork,
} from "./parts-messages.ts";
import { readPage, summed } from "./parts-pages.ts";
import { PartsReads, type PartsSurroundings, said } from "./parts-reads.ts";
import { standingOf } from "./parts-records.ts";
import { PART_PAGES_MAX } from "./parts-rows.ts";
import { type Moving, movingIn } from "./parts-symbols.ts";
import { knownUses } from "./quota-uses.ts";
import type { ReferencePrices } from "./reference-prices.ts";
import { type Refused, refuse } from "./refused.ts";

type Work<Type> = Extract<PartsWork, { readonly type: Type }>;
type Change = Work<"adopt" | "join" | "activate" | "drop" | "abort">;
type Replied = Promise<ActorReply<string>>;

export class PartsTurns {
  readonly #ledger: Ledger;
  readonly #bricks: RiskBricks;
  readonly #prices: ReferencePrices;
  readonly #surroundings: PartsSurroundings;
  readonly #reads: PartsReads;
  #leaving: { readonly move: number; readonly ids: MovedIds } | undefined;

  constructor(ledger: Ledger, bricks: RiskBricks, prices: ReferencePrices, surroundings: PartsSurroundings) {
    this.#ledger = ledger;
    this.#bricks = bricks;
    this.#prices = prices;
    this.#surroundings = surroundings;
    this.#reads = new PartsReads(ledger, surroundings);
  }

  /** Whose ids are known to leave. */
  get leavingOrders(): number {
    return this.#leaving?.ids.size ?? 0;
  }

  async run(envelope: Envelope, work: PartsWork): Replied {
    switch (work.type) {
      case "map":
        return said<PartStanding>(this.#reads.standing());
      case "settings":
        return this.#reads.settings(work.anyway);
      case "knows":
        return said<KnownIds>(this.#reads.knows(work.clientOrderIds));
      case "export":
        return this.#export(work);
      case "import":
        return this.#import(envelope, work);
      case "fence":
        return this.#fence(envelope, work.move);
      case "count":
        return this.#count(envelope, work);
      case "cover":
        return this.#cover(envelope, work);
      default:
        return this.#change(envelope, work);
    }
  }

  async #change(envelope: Envelope, work: Change): Replied {
    const held = await this.#leaveParent(envelope, work);
    if (held !== undefined) return held;
    // What leaves is worth something: without prices nobody knows how much of a quota goes with it.
    const unmet = work.type === "drop" ? this.#prices.unmet([]) : [];
    if (unmet.length > 0) await this.#prices.meet(envelope, unmet);
    const reply = await this.#turn(
      envelope,
      (at) => this.#decide(work, envelope, at),
      (decided) => {
        if ("events" in decided) this.#recorded(work);
        return "null";
      },
    );
    if (!reply.ok || work.type !== "join") return reply;
    // Until its parent was heard nothing grows: orders are not to find that out one by one.
    const unheard = await this.#surroundings.joined();
    return (work.isIn ? unheard : undefined) ?? reply;
  }

  async #cover(envelope: Envelope, work: Work<"cover">): Replied {
    const unmet = work.isWhole === true ? this.#prices.unmet([]) : [];
    if (unmet.length > 0) await this.#prices.meet(envelope, unmet);
    const uses = knownUses(this.#ledger.state, this.#bricks.clock.now());
    if (work.isWhole === true && ![...uses.values()].every(({ isWhole }) => isWhole)) return UNPRICED;
    return (await this.#surroundings.covered()) ?? answer("null");
  }

  async #count(envelope: Envelope, { part, move, counts }: Work<"count">): Replied {
    const handed = { part, move, counts: countsIn(counts) };
    const counted = (at: number) => takeCounts(this.#ledger.state, handed, at);
    const reply = await this.#turn(envelope, counted, () => "null");
    return reply.ok ? ((await this.#surroundings.covered()) ?? reply) : reply;
  }

  /** It is another one's child from then on: of the firm's or of the split's node. */
  async #leaveParent(envelope: Envelope, work: Change): Promise<Refusal | undefined> {
    const { parts, above } = this.#ledger.state;
    if (above === undefined || work.type !== "join" || work.n < (parts?.joinedN ?? 0)) return undefined;
    return work.isIn === (parts?.isJoined === true) ? undefined : this.#surroundings.leave(envelope);
  }

  #decide(work: Change, envelope: Envelope, at: number): PartDecided {
    const { state } = this.#ledger;
    const by = envelope.principal.subject;
    switch (work.type) {
      case "adopt":
        // SAFETY: made by `#settings` of part 0.
        return adopt(state, { ...work, settings: JSON.parse(work.settings) as Settings, by }, at);
      case "join":
        return this.#isOutdated(work) ? CHANGED_SINCE : join(state, { ...work, by }, at);
      case "activate":
        return this.#activate(work, at);
      case "drop":
        return drop(state, work.move, () => this.#left(work.move), at);
      case "abort":
        return abort(state, work.move, at);
    }
  }

  #isOutdated({ settings }: Work<"join">): boolean {
    if (settings === undefined || this.#ledger.state.parts?.isJoined === true) return false;
    const present = this.#reads.settings(true);
    return present.ok && (JSON.parse(present.value) as PartSettings).settings !== settings;
  }

  #activate({ move, pages }: Work<"activate">, at: number): PartDecided {
    const { state, store, name } = this.#ledger;
    const numbers = store.parts.numbers(move.id);
    const missing = Array.from({ length: pages }, (_, number) => number).find(
      (number) => !numbers.has(number),
    );
    const content = () => {
      const moved = contentOf(store.parts.pages(), name.part ?? 0, name.account);
      const lines = moved.positions;
      return { ...moved, basis: besideClose(lines, moved.basis, this.#reads.atOpen()) };
    };
    return activate(state, move, { missing, content }, at);
  }

  #left(move: PartsMove): LeftContent {
    const isMoving = movingIn(move.slots);
    const lines = this.#reads.atOpen().filter(({ symbol }) => isMoving(symbol));
    return { ids: this.#idsOf(move).keys(isMoving), basis: besideClose(lines, [], lines) };
  }

  #recorded(work: PartsWork): void {
    if (work.type === "drop" || work.type === "abort") this.#leaving = undefined;
    if (work.type === "join" && work.isIn) this.#surroundings.closeStreams();
    if (work.type === "activate")
      for (const symbol of this.#reads.symbols(movingIn(work.move.slots))) {
        this.#prices.follow(symbol);
        this.#surroundings.arrived(symbol);
      }
  }

  /** `shown` is called in the turn that records what was decided. */
  #turn(
    envelope: Envelope,
    decideAt: (at: number) => PartDecided,
    shown: (decided: PartDecided) => string,
  ): Replied {
    const { mailbox, clock } = this.#bricks;
    return mailbox.run(
      "urgent",
      envelope,
      0,
      () => decideAt(clock.now()),
      (decided) => {
        if ("refuse" in decided) return refusedWith(decided);
        const full = this.#ledger.roomRefusal(decided.events);
        if (full !== undefined) return full;
        this.#record(decided.events);
        return answer(shown(decided));
      },
    );
  }

  #record(events: readonly RiskEvent[]): void {
    const leaves = events.find((event) => event.kind === "part-exported");
    const passOn = leaves === undefined ? undefined : this.#surroundings.leaving(leaves.move);
    this.#ledger.record(events);
    passOn?.();
  }

  /** Whoever was before it has been decided: that is the drain. */
  #fence(envelope: Envelope, move: PartsMove): Replied {
    const isMoving = movingIn(move.slots);
    return this.#turn(
      envelope,
      (at) => (this.#surroundings.isPassing() ? NOT_PASSED_ON : fence(this.#ledger.state, move, at)),
      () => JSON.stringify({ symbols: this.#reads.symbols(isMoving), blockers: [] } satisfies FenceStanding),
    );
  }

  /** Read from the disk: what is fenced does not change between two pages. */
  async #export({ move, after }: Work<"export">): Replied {
    const { state } = this.#ledger;
    const { leaving } = standingOf(state.parts);
    if (leaving?.id !== move) return refusal("move-outdated", "nothing is fenced for this move");
    const ids = this.#idsOf(leaving);
    const basis = () => this.#reads.basis();
    const from = {
      basis,
      sql: this.#bricks.sql,
      state,
      ids: (isMoving: Moving, place: string) => ids.steps(isMoving, place),
    };
    return said<ExportPage>(exportPage(from, leaving.slots, after));
  }

  #idsOf({ id }: PartsMove): MovedIds {
    if (this.#leaving?.move !== id)
      this.#leaving = { move: id, ids: new MovedIds(this.#bricks.sql, this.#ledger.ids) };
    return this.#leaving.ids;
  }

  async #import(envelope: Envelope, { move, number, page }: Work<"import">): Replied {
    const { state, store } = this.#ledger;
    const read = page.length > 2 * PAGE_UNITS_MAX ? undefined : readPage(page);
    if (read === undefined) return refusal("invalid", "this is no page of a move");
    // What it brings is to have a price when it is taken over; nobody waits for that.
    const unmet = this.#prices.unmet(read.symbols);
    if (unmet.length > 0) void this.#prices.meet(envelope, unmet);
    return this.#bricks.mailbox.run(
      "urgent",
      envelope,
      page.length,
      () => {
        // For a moment, at a day's end: what lines had made when the day began would be of two days.
        if (isOfAnotherDay(state.closing?.date, read.open)) return ANOTHER_DAY;
        const isThere = store.parts.numbers(move.id).has(number);
        const counts = store.parts.counts(move.id).reduce(summed, read.counts);
        return isThere ? DONE : pageRefusal(state, { move, number, pagesMax: PART_PAGES_MAX }, counts);
      },
      (decided) => {
        if (decided === DONE) return answer("null");
        if (decided !== undefined) return "ok" in decided ? decided : refusedWith(decided);
        store.parts.notePage(move, { number, page, counts: read.counts });
        return answer("null");
      },
    );
  }
}

/** As the coordinator never asks it: it waits for that. */
const NOT_PASSED_ON = refuse("overloaded", "what left before has not been passed on yet");
const CHANGED_SINCE = refuse(
  "overloaded",
  "the account was changed since the node of the split's quotas was put",
);
const UNPRICED = overloaded(FENCED_RETRY_MS, "something has no price: what is used is not known");
const DONE = "done";
const ANOTHER_DAY = overloaded(FENCED_RETRY_MS, "a trading day is being closed");
const isOfAnotherDay = (own: string | undefined, other: string | undefined): boolean =>
  own !== undefined && other !== undefined && other !== "" && own !== other;

const refusedWith = ({ refuse: code, detail, errors }: Refused): Refusal => ({
  ...refusal(code, detail),
  ...(errors === undefined ? {} : { errors }),
});
