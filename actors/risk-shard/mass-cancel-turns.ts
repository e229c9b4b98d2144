/** Mass-cancels on their way: asked by a person, or by the shard itself; and how many of their orders have ended since. */

import type { z } from "zod";
import {
  massCancelBody,
  type massCancelDetail,
  type massCancelObject,
} from "../../src/contracts/mass-cancels.ts";
import { decimalText } from "../../src/domain/decimal.ts";
import { type Envelope, systemEnvelope } from "../runtime/envelope.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import type { Decided } from "./decide.ts";
import type { Ledger, RiskBricks } from "./ledger.ts";
import { type CancelReason, decideMassCancel, massCancelOf } from "./mass-cancel.ts";
import { ID_PREFIX, type KeptMassCancel } from "./mass-cancel-rows.ts";
import type { ListPage, MassCancelsQuery } from "./messages.ts";
import { parse, type Replied, type RequestTurns } from "./request-turns.ts";
import { NO_STRATEGY, type Order, type RiskState, remainingOf } from "./state.ts";

/** Outstanding orders that one reply lists, at some 150 bytes each. */
const SHOWN_ORDERS_MAX = 1_000;

export class MassCancelTurns {
  readonly #ledger: Ledger;
  readonly #bricks: RiskBricks;
  readonly #requests: RequestTurns;

  constructor(ledger: Ledger, bricks: RiskBricks, requests: RequestTurns) {
    this.#ledger = ledger;
    this.#bricks = bricks;
    this.#requests = requests;
  }

  async run(envelope: Envelope, body: string): Replied {
    const parsed = parse(massCancelBody, body);
    if (!parsed.ok) return parsed;
    const { state } = this.#ledger;
    const command = { body: parsed.value, by: envelope.principal.subject };
    let shown = "";
    const decideAt = (at: number): Decided => {
      const decided = decideMassCancel(state, command, at);
      if ("events" in decided) {
        const [{ id, cause, scope, reason, by, total }] = decided.events;
        const seq = state.seq + 1;
        const counts = { asked: total, acknowledged: 0, outstanding: total };
        shown = JSON.stringify({ id, cause, scope, reason, by, at, ...counts, seq } satisfies Shown);
      }
      return decided;
    };
    return this.#requests.run("urgent", envelope, { type: "mass-cancel", body }, decideAt, () => shown);
  }

  /**
   * By the shard itself: never behind orders. Of a scope without an order nothing is asked, unless it is to be told all the same. `settled` is
   * called in the turn that records it.
   */
  ask(why: CancelReason, isTold: boolean, settled = (): void => {}): Promise<ActorReply<null>> {
    const { mailbox, clock } = this.#bricks;
    const ledger = this.#ledger;
    return mailbox.run(
      "urgent",
      systemEnvelope(clock.now()),
      0,
      () => massCancelOf(ledger.state, why, clock.now()),
      (events) => {
        const full = ledger.roomRefusal(events);
        if (full !== undefined) return full;
        if (events[0].total > 0 || isTold) ledger.record(events);
        settled();
        return answer(null);
      },
    );
  }

  /** With an id that one alone, and which of its orders still work. */
  async list({ limit, after, id }: MassCancelsQuery): Promise<ActorReply<ListPage>> {
    const { state, store } = this.#ledger;
    if (state.account === undefined) return refusal("account-unknown");
    const rows = store.massCancels;
    if (id !== undefined) {
      const found = id.startsWith(ID_PREFIX) ? rows.find(Number(id.slice(ID_PREFIX.length))) : undefined;
      if (found === undefined) return refusal("mass-cancel-unknown", "it was never asked, or has left");
      return answer({ items: [JSON.stringify(detailOf(state, found))], total: 1 });
    }
    const found = rows.page(after === undefined ? Number.MAX_SAFE_INTEGER : Number(after), limit + 1);
    const page = found.slice(0, limit);
    const next = found.length > limit ? page.at(-1)?.seq : undefined;
    const items = page.map((one) => JSON.stringify(shownOf(state, one)));
    return answer({ items, total: rows.count(), ...(next === undefined ? {} : { next: String(next) }) });
  }
}

type Shown = z.input<typeof massCancelObject>;

const outstandingIn = ({ orders }: RiskState, asked: KeptMassCancel): Order[] =>
  asked.orders.flatMap(([clientOrderId, seq]) => {
    const order = orders.get(clientOrderId);
    return order?.seq === seq ? [order] : [];
  });

function shownOf(state: RiskState, asked: KeptMassCancel, left = outstandingIn(state, asked)): Shown {
  const { id, cause, scope, reason, by, at, total } = asked.head;
  const counts = { asked: total, acknowledged: total - left.length, outstanding: left.length };
  return { id, cause, scope, reason, by, at, ...counts, seq: asked.seq };
}

function detailOf(state: RiskState, asked: KeptMassCancel): z.input<typeof massCancelDetail> {
  const left = outstandingIn(state, asked);
  const orders = left.slice(0, SHOWN_ORDERS_MAX).map((order) => ({
    ...{ clientOrderId: order.clientOrderId, orderId: order.orderId },
    venueOrderId: order.venueOrderId ?? null,
    ...{ symbol: order.symbol, side: order.side },
    strategy: order.strategy === NO_STRATEGY ? null : order.strategy,
    remainingQty: decimalText(remainingOf(order), state.instruments.get(order.symbol)?.sizeScale ?? 0),
  }));
  return { ...shownOf(state, asked, left), orders };
}
