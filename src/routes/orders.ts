/** Orders, what the venue reports of them, and what was decided. */
import { accountUnknownDecisions, getDecisions } from "../contracts/decisions.ts";
import { postExecutions } from "../contracts/executions.ts";
import { getOrders, type OrderObject, postChecks, postOrders } from "../contracts/orders.ts";
import { onAccount } from "../http/actors.ts";
import type { Call } from "../http/context.ts";
import { answerPage } from "../http/list.ts";
import type { Mount } from "../http/mount.ts";
import { answer, json } from "../http/reply.ts";

export function orderRoutes(mount: Mount): void {
  mount.on(postChecks, (c, { params: { account }, query: { checks = "all" }, body, text }) =>
    answerDecisions(
      c,
      body,
      onAccount(c, account, (shard, envelope) => shard.check(envelope, text, checks)),
    ),
  );
  mount.on(postOrders, (c, { params: { account }, query: { checks }, body, text }) => {
    const shown = checks ?? (body.length === 1 ? "all" : "telling");
    return answerDecisions(
      c,
      body,
      onAccount(c, account, (shard, envelope) => shard.orders(envelope, text, shown)),
    );
  });
  mount.on(getOrders, (c, { params: { account }, query: { status, ...page } }) =>
    answerPage(c, page, (range) =>
      onAccount(c, account, (shard, envelope) =>
        shard.workingOrders(envelope, status === undefined ? range : { ...range, status }),
      ),
    ),
  );
  mount.on(postExecutions, (c, { params: { account }, text }) =>
    answer(
      c,
      onAccount(c, account, (shard, envelope) => shard.executions(envelope, text)),
    ),
  );
  mount.on(getDecisions, (c, { params: { account }, query }) =>
    answerPage(c, query, (range) =>
      onAccount(c, account, (shard, envelope) => shard.decisions(envelope, range)),
    ),
  );
}

/** An order for an account that does not exist is rejected like any other: a decision, not an error. */
async function answerDecisions(
  c: Call,
  orders: readonly OrderObject[],
  asked: ReturnType<typeof onAccount<string>>,
): Promise<Response> {
  const reply = await asked;
  if (reply.ok || reply.code !== "account-unknown") return answer(c, reply);
  return json(accountUnknownDecisions(orders.map((order) => order.clientOrderId)));
}
