/** The account beside its broker: a book is taken over, compared, and set right where it differs. */
import { importBody } from "../../src/contracts/account-import.ts";
import {
  NEWEST_RECONCILIATION,
  type ReconciliationObject,
  reconcileBody,
  resolveBody,
} from "../../src/contracts/reconcile.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { Reconciliation } from "../../src/domain/reconciliation.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import { MEETINGS_MAX } from "./capacity.ts";
import { decideImport } from "./decide-import.ts";
import { decideReconcile, decideResolve } from "./decide-reconcile.ts";
import type { Ledger } from "./ledger.ts";
import type { BrokerWork } from "./messages.ts";
import type { ReferencePrices } from "./reference-prices.ts";
import { parse, type Replied, type RequestTurns } from "./request-turns.ts";
import type { Order } from "./state.ts";

/** No header holds a line's end: no key of a caller is like it. */
const IMPORT_KEY = "import\n";

export class BrokerTurns {
  readonly #ledger: Ledger;
  readonly #prices: ReferencePrices;
  readonly #requests: RequestTurns;

  constructor(ledger: Ledger, prices: ReferencePrices, requests: RequestTurns) {
    this.#ledger = ledger;
    this.#prices = prices;
    this.#requests = requests;
  }

  async run(envelope: Envelope, work: BrokerWork): Replied {
    switch (work.type) {
      case "import":
        return this.importBook(envelope, work.body);
      case "reconcile":
        return this.reconcile(envelope, work.body);
      case "find":
        return this.find(work.id);
      case "resolve":
        return this.resolve(envelope, work.id, work.body);
    }
  }

  async importBook(envelope: Envelope, text: string): Replied {
    const parsed = parse(importBody, text);
    if (!parsed.ok) return parsed;
    const body = parsed.value;
    const { positions, orders = [], cash = [] } = body;
    await this.#meet(envelope, [...positions, ...orders]);
    const { state } = this.#ledger;
    const ids = orders.map(({ clientOrderId }) => clientOrderId);
    const by = envelope.principal.subject;
    const shown = (): string => {
      const orderIds = ids.map((clientOrderId) => ({
        clientOrderId,
        orderId: state.orders.get(clientOrderId)?.orderId,
      }));
      return JSON.stringify({
        id: body.id,
        positions: positions.length,
        orders: orderIds,
        cash: cash.length,
        seq: state.seq,
      });
    };
    const keyed = { ...envelope, idempotencyKey: IMPORT_KEY + body.id };
    return this.#requests.run(
      "account",
      keyed,
      { type: "import", body: text },
      (at) => decideImport(state, { body, by, taken: this.#ledger.rememberedOrders(ids) }, at),
      shown,
    );
  }

  async reconcile(envelope: Envelope, text: string): Replied {
    const parsed = parse(reconcileBody, text);
    if (!parsed.ok) return parsed;
    const body = parsed.value;
    const { orders = [] } = body;
    await this.#meet(envelope, [...body.positions, ...orders]);
    const { state } = this.#ledger;
    const by = envelope.principal.subject;
    const kept = await this.#requests.run(
      "account",
      envelope,
      { type: "reconcile", body: text },
      (at) => decideReconcile(state, { body, by, ended: this.#endedOf(orders) }, at),
      () => `r${state.seq}`,
    );
    return kept.ok ? this.find(kept.value) : kept;
  }

  async resolve(envelope: Envelope, id: string, text: string): Replied {
    const parsed = parse(resolveBody, text);
    if (!parsed.ok) return parsed;
    const body = parsed.value;
    const { state, store } = this.#ledger;
    const by = envelope.principal.subject;
    const resolved = await this.#requests.run(
      "account",
      envelope,
      { type: `resolve ${id}`, body: text },
      (at) => {
        const reconciliation = store.reconciliations.find(id);
        const named = reconciliation?.differences.flatMap(({ clientOrderId }) =>
          clientOrderId === undefined ? [] : { clientOrderId },
        );
        return decideResolve(state, { body, by, reconciliation, ended: this.#endedOf(named ?? []) }, at);
      },
      () => id,
    );
    return resolved.ok ? this.find(resolved.value) : resolved;
  }

  find(id: string): ActorReply<string> {
    if (this.#ledger.state.account === undefined) return refusal("account-unknown");
    const { reconciliations } = this.#ledger.store;
    const found = id === NEWEST_RECONCILIATION ? reconciliations.newest() : reconciliations.find(id);
    return found === undefined
      ? refusal("reconcile-unknown", "the newest 100 are kept")
      : answer(JSON.stringify(shownReconciliation(found)));
  }

  /** Those that do not work here any more, as they ended. */
  #endedOf(orders: readonly { readonly clientOrderId: string }[]): Map<string, Order> {
    const { state, store } = this.#ledger;
    const ids = orders.map(({ clientOrderId }) => clientOrderId).filter((id) => !state.orders.has(id));
    const ended = store.orders.ended(ids);
    for (const id of ids) {
      const order = state.ended.get(id);
      if (order !== undefined) ended.set(id, order);
    }
    return ended;
  }

  /** As many at a time as are asked for together; what is held is met with the first of them, also where none is named. */
  async #meet(envelope: Envelope, named: readonly { readonly symbol: string }[]): Promise<void> {
    // SAFETY: the contract admits symbols only.
    const symbols = [...new Set(named.map(({ symbol }) => symbol as Symbol))];
    for (let from = 0; from === 0 || from < symbols.length; from += MEETINGS_MAX) {
      const unmet = this.#prices.unmet(symbols.slice(from, from + MEETINGS_MAX));
      if (unmet.length > 0) await this.#prices.meet(envelope, unmet);
    }
  }
}

/** Without what only we look at. SAFETY: moments were checked where they came from. */
const shownReconciliation = ({ differences, ...head }: Reconciliation): ReconciliationObject =>
  ({
    ...head,
    differences: differences.map(({ stamp: _, ...shown }) => shown),
  }) as ReconciliationObject;
