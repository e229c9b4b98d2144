/** Orders, what the venue reports of them, and what was decided. */
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import { accountUnknownDecisions } from "../contracts/decisions.ts";
import { postExecutions } from "../contracts/executions.ts";
import { getOrders, type OrderObject, postChecks, postOrders } from "../contracts/orders.ts";
import { onAccount } from "../http/actors.ts";
import { listPage } from "../http/list.ts";
import type { Mount } from "../http/mount.ts";

export function orderRoutes(mount: Mount): void {
  mount.on(postChecks, async (c, { params: { account }, query: { checks = "all" }, body, text }) => {
    const reply = await onAccount(c, account, (shard, envelope) => shard.check(envelope, text, checks));
    return decided(body, reply);
  });
  mount.on(postOrders, async (c, { params: { account }, query: { checks }, body, text }) => {
    const shown = checks ?? (body.length === 1 ? "all" : "telling");
    const reply = await onAccount(c, account, (shard, envelope) => shard.orders(envelope, text, shown));
    return decided(body, reply);
  });
  mount.on(getOrders, (c, { params: { account }, query: { status, ...page } }) =>
    listPage(c, page, (range) =>
      onAccount(c, account, (shard, envelope) =>
        shard.workingOrders(envelope, status === undefined ? range : { ...range, status }),
      ),
    ),
  );
  mount.on(postExecutions, (c, { params: { account }, text }) =>
    onAccount(c, account, (shard, envelope) => shard.executions(envelope, text)),
  );
}

/** An order for an account that does not exist is rejected like any other: a decision, not an error. */
const decided = (orders: readonly OrderObject[], reply: ActorReply<string>): ActorReply<string> =>
  reply.ok || reply.code !== "account-unknown"
    ? reply
    : answer(accountUnknownDecisions(orders.map((order) => order.clientOrderId)));
