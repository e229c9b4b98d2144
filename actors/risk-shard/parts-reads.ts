/** What the coordinator of a split reads of a part: where it stands, what all parts go by, and what is known here. */
import type { Symbol } from "../../src/domain/ids.ts";
import { slotOf } from "../../src/domain/parts-map.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { type ActorReply, answer, type Refusal, refusal } from "../runtime/reply.ts";
import { importedLines } from "./brought.ts";
import type { Ledger } from "./ledger.ts";
import type { MovedBasis } from "./loss-records.ts";
import { basisOf, movedLines } from "./moved-lines.ts";
import { baseOf } from "./overrides.ts";
import type { Settings } from "./parts-decide.ts";
import type { KnownIds, PartSettings, PartStanding, PartsMove } from "./parts-messages.ts";
import { standingOf } from "./parts-records.ts";
import { type Blocker, blockersOf, wideOf } from "./parts-splittable.ts";
import { type Moving, symbolOfContent } from "./parts-symbols.ts";
import { type LineProfit, linesAtOpen } from "./profit.ts";
import { encodeAccount } from "./rows.ts";

/** What else of the object stands in the way of a split. */
export type PartsSurroundings = {
  readonly isDeadManSet: () => boolean;
  readonly armed: () => number;
  /** Streams are of one object: who listens comes again, and is told. */
  readonly closeStreams: () => void;
  /** Before it is no child of its parent any more, since the account is split, or is not any longer. */
  readonly leave: (envelope: Envelope) => Promise<Refusal | undefined>;
  /** What is used here by now is known to its parent. */
  readonly covered: () => Promise<Refusal | undefined>;
  /** Its parent is another one, and is asked. */
  readonly joined: () => Promise<Refusal | undefined>;
  /** In the turn in which symbols leave, before: what it answers is called when they have left, and passes on what they use. */
  readonly leaving: (move: PartsMove) => () => void;
  /** What left before has not been passed on yet. */
  readonly isPassing: () => boolean;
  /** What is announced of a symbol is looked for. */
  readonly arrived: (symbol: Symbol) => void;
};

export class PartsReads {
  readonly #ledger: Ledger;
  readonly #surroundings: Pick<PartsSurroundings, "isDeadManSet" | "armed">;

  constructor(ledger: Ledger, surroundings: Pick<PartsSurroundings, "isDeadManSet" | "armed">) {
    this.#ledger = ledger;
    this.#surroundings = surroundings;
  }

  settings(anyway = false): ActorReply<string> {
    const { state } = this.#ledger;
    const { account, limits, tradingStates } = state;
    if (account === undefined) return refusal("account-unknown");
    const blockers = anyway ? [] : this.#blockers();
    if (blockers.length > 0) return { ...refusal("not-splittable", blockers[0]?.detail), errors: blockers };
    const base = baseOf(limits);
    const settings: Settings = {
      account: encodeAccount(account),
      limits: { ...base, by: limits.by ?? "" },
      states: [...tradingStates.values()],
    };
    const { currency, parent, priority } = account;
    return said<PartSettings>({
      currency,
      settings: JSON.stringify(settings),
      wide: wideOf(state),
      ...(parent === undefined ? {} : { parent, ...(priority === undefined ? {} : { priority }) }),
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

  standing(): PartStanding {
    const { state, store } = this.#ledger;
    const { map, lastMove, isJoined, leaving } = standingOf(state.parts);
    const symbols: Record<number, number> = {};
    for (const symbol of this.symbols(() => true))
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
  symbols(isMoving: Moving): Symbol[] {
    const { symbolLines, positions, contents } = this.#ledger.state;
    const found = new Set<string>(symbolLines.keys());
    for (const { symbol } of positions.values()) found.add(symbol);
    for (const content of contents.keys()) found.add(symbolOfContent(content));
    // SAFETY: names of symbols that were traded.
    return [...found].filter(isMoving).sort() as Symbol[];
  }

  /** Orders that work, have ended, or are remembered here. */
  knows(ids: readonly string[]): KnownIds {
    const { parts } = this.#ledger.state;
    return { clientOrderIds: this.#known(ids), ...(parts === undefined ? {} : { map: parts.map }) };
  }

  #known(ids: readonly string[]): string[] {
    const { state, store } = this.#ledger;
    const rest = ids.filter((id) => !state.orders.has(id));
    const ended = store.orders.ended(rest);
    const remembered = this.#ledger.rememberedOrders(rest);
    return ids.filter((id) => state.orders.has(id) || ended.has(id) || remembered.has(id));
  }

  /** As the last close has them. */
  atOpen(): readonly LineProfit[] {
    return linesAtOpen(this.#ledger.store.closing.parts());
  }

  /** What lines had made when the trading day began. */
  basis(): readonly MovedBasis[] {
    const { state } = this.#ledger;
    return basisOf(this.atOpen(), [...importedLines(state), ...movedLines(state)]);
  }
}

export const said = <Value>(value: Value): ActorReply<string> => answer(JSON.stringify(value));
