/** Orders, what the venue reports of them, and what was decided. */
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import { accountUnknownDecisions } from "../contracts/decisions.ts";
import { postExecutions } from "../contracts/executions.ts";
import { getOrders, type OrderObject, postChecks, postOrders } from "../contracts/orders.ts";
import { listPage } from "../http/list.ts";
import type { Mount } from "../http/mount.ts";
import { mergedPage } from "../http/split/merged-page.ts";
import { placedExecutions } from "../http/split/placed-executions.ts";
import { bySymbol, type Spread, spread } from "../http/split/spread.ts";

type Send = Spread<OrderObject, unknown>["send"];

export function orderRoutes(mount: Mount): void {
  mount.on(postChecks, async (c, { params: { account }, query: { checks = "all" }, body, text }) => {
    const send: Send = (shard, envelope, sent) => shard.check(envelope, sent, checks);
    const reply = await spread(c, account, ordersBySymbol(body, text, send));
    return decided(body, reply);
  });
  mount.on(postOrders, async (c, { params: { account }, query: { checks }, body, text }) => {
    const shown = checks ?? (body.length === 1 ? "all" : "telling");
    const send: Send = (shard, envelope, sent) => shard.orders(envelope, sent, shown);
    const reply = await spread(c, account, ordersBySymbol(body, text, send));
    return decided(body, reply);
  });
  mount.on(getOrders, (c, { params: { account }, query: { status, ...page } }) =>
    listPage(c, page, (range) =>
      mergedPage(c, account, range, (shard, envelope, asked) =>
        shard.workingOrders(envelope, status === undefined ? asked : { ...asked, status }),
      ),
    ),
  );
  mount.on(postExecutions, (c, { params: { account }, text }) => placedExecutions(c, account, text));
}

/** An order for an account that does not exist is rejected like any other: a decision, not an error. */
const decided = (orders: readonly OrderObject[], reply: ActorReply<string>): ActorReply<string> =>
  reply.ok || reply.code !== "account-unknown"
    ? reply
    : answer(accountUnknownDecisions(orders.map((order) => order.clientOrderId)));

const ordersBySymbol = (
  orders: readonly OrderObject[],
  text: string,
  send: Send,
): Spread<OrderObject, unknown> => ({
  text,
  items: orders,
  partOf: bySymbol,
  textOf: (those) => JSON.stringify({ orders: those }),
  send,
  resultsIn: (reply) => (JSON.parse(reply) as { decisions: readonly unknown[] }).decisions,
  join: (decisions) => JSON.stringify({ decisions }),
});
