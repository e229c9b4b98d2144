/** Orders and dry runs on their way: read, met, queued, decided, recorded, shown. */
import type { Symbol } from "../../src/domain/ids.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import { decideOrders, type OrderVerdict } from "./decide-orders.ts";
import { decisionText } from "./decision-text.ts";
import { gather } from "./gather.ts";
import type { Lane } from "./lanes.ts";
import type { Ledger, RiskBricks } from "./ledger.ts";
import type { OrderTerms, ShownChecks } from "./messages.ts";
import { readOrders } from "./read-requests.ts";
import type { ReferencePrices } from "./reference-prices.ts";
import { isReduction, sceneOf } from "./scene.ts";
import type { RiskState } from "./state.ts";

export class OrderTurns {
  readonly #ledger: Ledger;
  readonly #bricks: RiskBricks;
  readonly #prices: ReferencePrices;

  constructor(ledger: Ledger, bricks: RiskBricks, prices: ReferencePrices) {
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
    await this.meet(envelope, this.unmet(orders));
    const request: QueuedOrders = {
      orders,
      units: body.length,
      lane: dryRun ? "reads" : this.laneOf(orders),
    };
    return this.queue(envelope, request, (verdicts) => decisionsText(verdicts, shown));
  }

  /** Symbols that have to be asked for before these orders are queued: none, as nearly always. */
  unmet(orders: readonly OrderTerms[]): readonly Symbol[] {
    const unmet = this.#prices.unmet(symbolsOf(orders));
    // A repeat is answered from memory, also while nothing is known of any price.
    return unmet.length > 0 && this.#allRemembered(orders) ? [] : unmet;
  }

  meet(envelope: Envelope, unmet: readonly Symbol[]): Promise<void> | undefined {
    return unmet.length === 0 ? undefined : this.#prices.meet(envelope, unmet);
  }

  /** `shown` is called in the turn that records the decisions. */
  queue<Shown>(
    envelope: Envelope,
    { orders, units, lane, sender }: QueuedOrders,
    shown: (verdicts: readonly OrderVerdict[]) => Shown,
  ): Promise<ActorReply<Shown>> {
    return this.#bricks.mailbox.run(
      lane,
      envelope,
      units,
      () => (sender?.isGone() ? undefined : this.#decide(orders, lane === "reads", sender?.connection())),
      (verdicts) => {
        if (verdicts === undefined) return refusal("deadline-passed", "its connection has closed");
        for (const { event, way } of verdicts) if (event !== undefined) this.#ledger.recordOne(event, way);
        return answer(shown(verdicts));
      },
    );
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

const idsOf = (orders: readonly OrderTerms[]): string[] => orders.map(({ clientOrderId }) => clientOrderId);
const symbolsOf = (orders: readonly OrderTerms[]): Symbol[] => [
  ...new Set(orders.map(({ symbol }) => symbol)),
];
