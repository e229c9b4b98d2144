/** What the coordinator of a split asks of this part, each in its turn: a change is on disk before it is answered. */
import type { Symbol } from "../../src/domain/ids.ts";
import { slotOf } from "../../src/domain/parts-map.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { type ActorReply, answer, type Refusal, refusal } from "../runtime/reply.ts";
import type { Ledger, RiskBricks } from "./ledger.ts";
import { baseOf } from "./overrides.ts";
import { contentOf } from "./parts-content.ts";
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
import { exportPage } from "./parts-export.ts";
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
import { standingOf } from "./parts-records.ts";
import { PART_PAGES_MAX } from "./parts-rows.ts";
import { type Blocker, blockersOf, wideOf } from "./parts-splittable.ts";
import { type Moving, movingIn, symbolOfContent } from "./parts-symbols.ts";
import type { ReferencePrices } from "./reference-prices.ts";
import type { Refused } from "./refused.ts";
import { encodeAccount } from "./rows.ts";

type Work<Type> = Extract<PartsWork, { readonly type: Type }>;
type Change = Work<"adopt" | "join" | "activate" | "drop" | "abort">;
type Replied = Promise<ActorReply<string>>;

/** What else of the object stands in the way of a split. */
export type PartsSurroundings = {
  readonly isDeadManSet: () => boolean;
  readonly armed: () => number;
  /** Streams are of one object: who listens comes again, and is told. */
  readonly closeStreams: () => void;
  /** Its parent is another one, and is asked. */
  readonly joined: () => Promise<unknown>;
  /** What is announced of a symbol is looked for. */
  readonly arrived: (symbol: Symbol) => void;
};

export class PartsTurns {
  readonly #ledger: Ledger;
  readonly #bricks: RiskBricks;
  readonly #prices: ReferencePrices;
  readonly #surroundings: PartsSurroundings;
  #leaving: { readonly move: number; readonly ids: MovedIds } | undefined;

  constructor(ledger: Ledger, bricks: RiskBricks, prices: ReferencePrices, surroundings: PartsSurroundings) {
    this.#ledger = ledger;
    this.#bricks = bricks;
    this.#prices = prices;
    this.#surroundings = surroundings;
  }

  /** Whose ids are known to leave. */
  get leavingOrders(): number {
    return this.#leaving?.ids.size ?? 0;
  }

  async run(envelope: Envelope, work: PartsWork): Replied {
    switch (work.type) {
      case "map":
        return said<PartStanding>(this.#standing());
      case "settings":
        return this.#settings();
      case "knows":
        return said<KnownIds>({ clientOrderIds: this.#known(work.clientOrderIds) });
      case "export":
        return this.#export(work);
      case "import":
        return this.#import(envelope, work);
      case "fence":
        return this.#fence(envelope, work.move);
      default:
        return this.#change(envelope, work);
    }
  }

  async #change(envelope: Envelope, work: Change): Replied {
    const reply = await this.#turn(
      envelope,
      (at) => this.#decide(work, envelope, at),
      (decided) => {
        if ("events" in decided) this.#recorded(work);
        return "null";
      },
    );
    // Until its parent was heard nothing grows: orders are not to find that out one by one.
    if (reply.ok && work.type === "join") await this.#surroundings.joined();
    return reply;
  }

  #decide(work: Change, envelope: Envelope, at: number): PartDecided {
    const { state } = this.#ledger;
    const by = envelope.principal.subject;
    switch (work.type) {
      case "adopt":
        // SAFETY: made by `#settings` of part 0.
        return adopt(state, { ...work, settings: JSON.parse(work.settings) as Settings, by }, at);
      case "join":
        return join(state, { ...work, by }, at);
      case "activate":
        return this.#activate(work, at);
      case "drop":
        return drop(state, work.move, () => this.#idsOf(work.move).keys(movingIn(work.move.slots)), at);
      case "abort":
        return abort(state, work.move, at);
    }
  }

  #activate({ move, pages }: Work<"activate">, at: number): PartDecided {
    const { state, store, name } = this.#ledger;
    const numbers = store.parts.numbers(move.id);
    const missing = Array.from({ length: pages }, (_, number) => number).find(
      (number) => !numbers.has(number),
    );
    const content = () => contentOf(store.parts.pages(), name.part ?? 0, name.account);
    return activate(state, move, { missing, content }, at);
  }

  #recorded(work: PartsWork): void {
    if (work.type === "drop" || work.type === "abort") this.#leaving = undefined;
    if (work.type === "join" && work.isIn) this.#surroundings.closeStreams();
    if (work.type === "activate")
      for (const symbol of this.#symbols(movingIn(work.move.slots))) {
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
        this.#ledger.record(decided.events);
        return answer(shown(decided));
      },
    );
  }

  /** Whoever was before it has been decided: that is the drain. */
  #fence(envelope: Envelope, move: PartsMove): Replied {
    const isMoving = movingIn(move.slots);
    return this.#turn(
      envelope,
      (at) => fence(this.#ledger.state, move, at),
      () => JSON.stringify({ symbols: this.#symbols(isMoving), blockers: [] } satisfies FenceStanding),
    );
  }

  /** Read from the disk: what is fenced does not change between two pages. */
  async #export({ move, after }: Work<"export">): Replied {
    const { state } = this.#ledger;
    const { leaving } = standingOf(state.parts);
    if (leaving?.id !== move) return refusal("move-outdated", "nothing is fenced for this move");
    const ids = this.#idsOf(leaving);
    const from = {
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
        const isThere = store.parts.numbers(move.id).has(number);
        const counts = store.parts.counts(move.id).reduce(summed, read.counts);
        return isThere ? DONE : pageRefusal(state, { move, number, pagesMax: PART_PAGES_MAX }, counts);
      },
      (decided) => {
        if (decided === DONE) return answer("null");
        if (decided !== undefined) return refusedWith(decided);
        store.parts.notePage(move, { number, page, counts: read.counts });
        return answer("null");
      },
    );
  }

  async #settings(): Replied {
    const { state } = this.#ledger;
    const { account, limits, tradingStates } = state;
    if (account === undefined) return refusal("account-unknown");
    const blockers = this.#blockers();
    if (blockers.length > 0) return { ...refusal("not-splittable", blockers[0]?.detail), errors: blockers };
    const base = baseOf(limits);
    const settings: Settings = {
      account: encodeAccount(account),
      limits: { ...base, by: limits.by ?? "" },
      states: [...tradingStates.values()],
    };
    const { currency, parent } = account;
    return said<PartSettings>({
      currency,
      settings: JSON.stringify(settings),
      wide: wideOf(state),
      ...(parent === undefined ? {} : { parent }),
    });
  }

  #blockers(): readonly Blocker[] {
    const { state, store } = this.#ledger;
    const asked = store.massCancels.page(Number.MAX_SAFE_INTEGER, store.massCancels.count());
    const cancelling = asked.flatMap(({ orders }) =>
      orders.filter(([id, seq]) => state.orders.get(id)?.seq === seq),
    );
    const { isDeadManSet, armed } = this.#surroundings;
    return blockersOf({ state, isDeadManSet: isDeadManSet(), armed: armed(), cancelling: cancelling.length });
  }

  #standing(): PartStanding {
    const { state, store } = this.#ledger;
    const { map, lastMove, isJoined, leaving } = standingOf(state.parts);
    const symbols: Record<number, number> = {};
    for (const symbol of this.#symbols(() => true))
      symbols[slotOf(symbol)] = (symbols[slotOf(symbol)] ?? 0) + 1;
    const { account } = state.account ?? {};
    const arriving = store.parts.arriving();
    const move = leaving ?? arriving;
    return {
      ...(account === undefined ? {} : { account }),
      ...{ map, lastMove, isJoined, symbols },
      ...(move === undefined ? {} : { move }),
    };
  }

  /** Of which something is here that moves. */
  #symbols(isMoving: Moving): Symbol[] {
    const { symbolLines, positions, contents } = this.#ledger.state;
    const found = new Set<string>(symbolLines.keys());
    for (const { symbol } of positions.values()) found.add(symbol);
    for (const content of contents.keys()) found.add(symbolOfContent(content));
    // SAFETY: names of symbols that were traded.
    return [...found].filter(isMoving).sort() as Symbol[];
  }

  /** Orders that work, have ended, or are remembered here. */
  #known(ids: readonly string[]): string[] {
    const { state, store } = this.#ledger;
    const rest = ids.filter((id) => !state.orders.has(id));
    const ended = store.orders.ended(rest);
    const remembered = this.#ledger.rememberedOrders(rest);
    return ids.filter((id) => state.orders.has(id) || ended.has(id) || remembered.has(id));
  }
}

const DONE = "done";
const said = <Value>(value: Value): ActorReply<string> => answer(JSON.stringify(value));

const refusedWith = ({ refuse: code, detail, errors }: Refused): Refusal => ({
  ...refusal(code, detail),
  ...(errors === undefined ? {} : { errors }),
});
