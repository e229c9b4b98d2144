/** Orders and dry runs on their way: read, met, queued, decided, recorded, shown. */
import type { Symbol } from "../../src/domain/ids.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import { decideOrders, type OrderVerdict } from "./decide-orders.ts";
import { shownDecision } from "./decision-record.ts";
import { gather } from "./gather.ts";
import type { Lane } from "./lanes.ts";
import type { Ledger, RiskBricks } from "./ledger.ts";
import type { OrderTerms, ShownChecks } from "./messages.ts";
import { readOrders } from "./read-requests.ts";
import type { ReferencePrices } from "./reference-prices.ts";
import { isReduction, sceneOf } from "./scene.ts";

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
    const unmet = this.#prices.unmet(symbolsOf(orders));
    // A repeat is answered from memory, also while nothing is known of any price.
    if (unmet.length > 0 && !this.#allRemembered(orders)) await this.#prices.meet(envelope, unmet);
    return this.#bricks.mailbox.run(
      dryRun ? "reads" : this.#laneOf(orders),
      envelope,
      body.length,
      () => this.#decide(orders, dryRun),
      (verdicts) => {
        this.#ledger.record(verdicts.flatMap(({ event }) => event ?? []));
        return answer(decisionsText(verdicts, shown));
      },
    );
  }

  #decide(orders: readonly OrderTerms[], dryRun: boolean): OrderVerdict[] {
    const remembered = this.#ledger.rememberedOrders(idsOf(orders));
    return decideOrders(this.#ledger.state, { orders, remembered, dryRun }, this.#bricks.clock.now());
  }

  #allRemembered(orders: readonly OrderTerms[]): boolean {
    const remembered = this.#ledger.rememberedOrders(idsOf(orders));
    return orders.every(({ clientOrderId }) => remembered.has(clientOrderId));
  }

  /** What only closes goes first, and is taken while the outbox refuses growth. Each order by itself: the decision looks again. */
  #laneOf(orders: readonly OrderTerms[]): Lane {
    const { state } = this.#ledger;
    const at = this.#bricks.clock.now();
    const closes = (terms: OrderTerms): boolean => isReduction(sceneOf(gather(state, terms, at)));
    return orders.every((terms) => terms.reduceOnly || closes(terms)) ? "urgent" : "orders";
  }
}

function decisionsText(verdicts: readonly OrderVerdict[], shown: ShownChecks): string {
  return JSON.stringify({ decisions: verdicts.map(({ record }) => shownDecision(record, shown)) });
}

const idsOf = (orders: readonly OrderTerms[]): string[] => orders.map(({ clientOrderId }) => clientOrderId);
const symbolsOf = (orders: readonly OrderTerms[]): Symbol[] => [
  ...new Set(orders.map(({ symbol }) => symbol)),
];
