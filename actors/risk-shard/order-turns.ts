/** Orders and dry runs on their way: read, met, queued, decided, recorded, shown. */
import type { Symbol } from "../../src/domain/ids.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { type ActorReply, answer, type Refusal, refusal } from "../runtime/reply.ts";
import { decideOrders, type OrderVerdict } from "./decide-orders.ts";
import { decisionText } from "./decision-text.ts";
import { gather } from "./gather.ts";
import type { Lane } from "./lanes.ts";
import type { Ledger, RiskBricks } from "./ledger.ts";
import type { OrderTerms, ShownChecks } from "./messages.ts";
import type { ParentCover } from "./parent-cover.ts";
import { strayRefusal } from "./parts-gate.ts";
import { readOrders } from "./read-requests.ts";
import type { ReferencePrices } from "./reference-prices.ts";
import { isReduction, sceneOf } from "./scene.ts";
import type { RiskState } from "./state.ts";

export class OrderTurns {
  readonly #ledger: Ledger;
  readonly #bricks: RiskBricks;
  readonly #prices: ReferencePrices;
  readonly #parent: Pick<ParentCover, "board" | "land">;

  constructor(
    ledger: Ledger,
    bricks: RiskBricks,
    prices: ReferencePrices,
    parent: Pick<ParentCover, "board" | "land">,
  ) {
    this.#parent = parent;
    this.#ledger = ledger;
    this.#bricks = bricks;
    this.#prices = prices;
  }

  async run(
    envelope: Envelope,
    body: string,
    shown: ShownChecks,
    dryRun: boolean,
  ): Promise<ActorReply<string>> {
    const orders = readOrders(body);
    if (orders === undefined) return refusal("invalid", "no orders that the contract allows");
    const stray = this.#stray(orders);
    if (stray !== undefined) return stray;
    await this.prepare(envelope, orders, this.unmet(orders));
    const request: QueuedOrders = {
      orders,
      units: body.length,
      lane: dryRun ? "reads" : this.laneOf(orders),
    };
    return this.queue(envelope, request, (verdicts) => decisionsText(verdicts, shown));
  }

  /** What has to be waited for before these orders are queued: their symbols, and what they may use of the budgets above. */
  prepare(
    envelope: Envelope,
    orders: readonly OrderTerms[],
    unmet: readonly Symbol[],
  ): Promise<void> | undefined {
    if (unmet.length === 0) return this.#cover(orders);
    return this.#prices.meet(envelope, unmet).then(() => this.#cover(orders));
  }

  /** Orders may have to wait for its answer. */
  get hasParent(): boolean {
    return this.#ledger.state.above !== undefined;
  }

  /** Nothing, of an account without a parent, and where what is held is enough. What only closes waits for nobody. */
  #cover(orders: readonly OrderTerms[]): Promise<void> | undefined {
    if (!this.hasParent || this.laneOf(orders) === "urgent") return undefined;
    return this.#parent.board(orders);
  }

  /** Symbols that have to be asked for before these orders are queued: none, as nearly always. */
  unmet(orders: readonly OrderTerms[]): readonly Symbol[] {
    const unmet = this.#prices.unmet(symbolsOf(orders));
    // A repeat is answered from memory, also while nothing is known of any price.
    return unmet.length > 0 && this.#allRemembered(orders) ? [] : unmet;
  }

  /** `shown` is called in the turn that records the decisions. */
  queue<Shown>(
    envelope: Envelope,
    { orders, units, lane, sender }: QueuedOrders,
    shown: (verdicts: readonly OrderVerdict[]) => Shown,
  ): Promise<ActorReply<Shown>> {
    const queued = this.#bricks.mailbox.run(
      lane,
      envelope,
      units,
      () =>
        sender?.isGone()
          ? GONE
          : (this.#stray(orders) ?? this.#decide(orders, lane === "reads", sender?.connection())),
      (verdicts) => {
        this.#parent.land(orders);
        if ("ok" in verdicts) return verdicts;
        for (const { event, way } of verdicts) if (event !== undefined) this.#ledger.recordOne(event, way);
        return answer(shown(verdicts));
      },
    );
    if (!this.hasParent) return queued;
    return queued.finally(() => this.#parent.land(orders));
  }

  /** Orders of another part's symbols, or of some that are on their way there, are not decided here. */
  #stray(orders: readonly OrderTerms[]): Refusal | undefined {
    const { state } = this.#ledger;
    return state.parts === undefined ? undefined : strayRefusal(state, symbolsOf(orders));
  }

  #decide(orders: readonly OrderTerms[], dryRun: boolean, connection: string | undefined): OrderVerdict[] {
    const remembered = this.#ledger.rememberedOrders(idsOf(orders));
    const command = { orders, remembered, dryRun, connection };
    return decideOrders(this.#ledger.state, command, this.#bricks.clock.now());
  }

  #allRemembered(orders: readonly OrderTerms[]): boolean {
    const remembered = this.#ledger.rememberedOrders(idsOf(orders));
    return orders.every(({ clientOrderId }) => remembered.has(clientOrderId));
  }

  /** What only closes goes first, and is taken while the outbox refuses growth. Each order by itself: the decision looks again. */
  laneOf(orders: readonly OrderTerms[]): OrderLane {
    const { state } = this.#ledger;
    const at = this.#bricks.clock.now();
    const closes = (terms: OrderTerms): boolean =>
      mayClose(state, terms) && isReduction(sceneOf(gather(state, terms, at)));
    return orders.every((terms) => terms.reduceOnly || closes(terms)) ? "urgent" : "orders";
  }
}

export type OrderLane = Extract<Lane, "urgent" | "orders">;

export type QueuedOrders = {
  readonly orders: readonly OrderTerms[];
  /** Of the text that they came in. */
  readonly units: number;
  /** Those among the reads are dry runs: decided in the same way, recorded nowhere. */
  readonly lane: OrderLane | "reads";
  /** Of orders that came on a socket. */
  readonly sender?: OrderSender;
};

/** Asked when their turn comes. */
export type OrderSender = {
  /** By which they are found when it closes; undefined where it is not armed. */
  readonly connection: () => string | undefined;
  readonly isGone: () => boolean;
};

/** Only against what is held: most orders are told apart by this look alone. */
function mayClose({ symbolLines }: RiskState, { symbol, side }: OrderTerms): boolean {
  const held = symbolLines.get(symbol)?.pos ?? 0n;
  return side === "buy" ? held < 0n : held > 0n;
}

export function decisionsText(verdicts: readonly OrderVerdict[], shown: ShownChecks): string {
  let text = '{"decisions":[';
  for (const [index, { record }] of verdicts.entries())
    text += `${index === 0 ? "" : ","}${decisionText(record, shown)}`;
  return `${text}]}`;
}

const GONE = refusal("deadline-passed", "its connection has closed");
const idsOf = (orders: readonly OrderTerms[]): string[] => orders.map(({ clientOrderId }) => clientOrderId);
const symbolsOf = (orders: readonly OrderTerms[]): Symbol[] => [
  ...new Set(orders.map(({ symbol }) => symbol)),
];
