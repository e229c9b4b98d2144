/** Cancels that are asked of whoever sends orders, by a call or by a switch. */
import type { MassCancelsQuery } from "../../actors/risk-shard/messages.ts";
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import {
  getDeadMan,
  getMassCancel,
  getMassCancels,
  postDeadMan,
  postMassCancel,
} from "../contracts/mass-cancels.ts";
import { onAccount } from "../http/actors.ts";
import type { Call } from "../http/context.ts";
import { listPage, type Page } from "../http/list.ts";
import type { Mount } from "../http/mount.ts";
import { sinceDeploy } from "../http/new-method.ts";

export function massCancelRoutes(mount: Mount): void {
  mount.on(postMassCancel, (c, { params: { account }, text }) =>
    sinceDeploy("cancels", () =>
      onAccount(c, account, (shard, envelope) =>
        shard.cancels(envelope, { type: "mass-cancel", body: text }),
      ),
    ),
  );
  mount.on(getMassCancels, (c, { params: { account }, query }) =>
    listPage(c, query, (range) => listed(c, account, range)),
  );
  mount.on(getMassCancel, async (c, { params: { account, massCancel } }) => {
    const found = await listed(c, account, { limit: 1, id: massCancel });
    return found.ok ? answer(found.value.items[0] ?? "null") : found;
  });
  mount.on(postDeadMan, (c, { params: { account }, text }) =>
    sinceDeploy("cancels", () =>
      onAccount(c, account, (shard, envelope) => shard.cancels(envelope, { type: "dead-man", body: text })),
    ),
  );
  mount.on(getDeadMan, (c, { params: { account } }) =>
    sinceDeploy("cancels", () =>
      onAccount(c, account, (shard, envelope) => shard.cancels(envelope, { type: "dead-man" })),
    ),
  );
}

async function listed(c: Call, account: string, query: MassCancelsQuery): Promise<ActorReply<Page>> {
  const found = await sinceDeploy("cancels", () =>
    onAccount(c, account, (shard, envelope) => shard.cancels(envelope, { type: "list", ...query })),
  );
  // SAFETY: the shard answers a list with the text of its page.
  return found.ok ? answer(JSON.parse(found.value) as Page) : found;
}
