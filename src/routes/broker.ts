/** An account beside its broker: an existing book taken over, books compared, differences resolved. */
import type { BrokerWork } from "../../actors/risk-shard/messages.ts";
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import { postImport } from "../contracts/account-import.ts";
import {
  getNewestReconcile,
  getReconcile,
  NEWEST_RECONCILIATION,
  postReconcile,
  postResolve,
} from "../contracts/reconcile.ts";
import { onAccount } from "../http/actors.ts";
import type { Call } from "../http/context.ts";
import type { Mount } from "../http/mount.ts";
import { sinceDeploy } from "../http/new-method.ts";

export function brokerRoutes(mount: Mount): void {
  mount.on(postImport, (c, { params: { account }, text }) =>
    withBroker(c, account, { type: "import", body: text }),
  );
  mount.on(postReconcile, (c, { params: { account }, text }) =>
    withBroker(c, account, { type: "reconcile", body: text }),
  );
  mount.on(getNewestReconcile, async (c, { params: { account } }) =>
    orNone(await withBroker(c, account, { type: "find", id: NEWEST_RECONCILIATION })),
  );
  mount.on(getReconcile, (c, { params: { account, reconciliation } }) =>
    withBroker(c, account, { type: "find", id: reconciliation }),
  );
  mount.on(postResolve, (c, { params: { account, reconciliation }, text }) =>
    withBroker(c, account, { type: "resolve", id: reconciliation, body: text }),
  );
}

const withBroker = (c: Call, account: string, work: BrokerWork): Promise<ActorReply<string>> =>
  sinceDeploy("broker", () => onAccount(c, account, (shard, envelope) => shard.broker(envelope, work)));

function orNone(found: ActorReply<string>): ActorReply<string> {
  if (found.ok) return answer(`{"newest":${found.value}}`);
  return found.code === "reconcile-unknown" ? answer('{"newest":null}') : found;
}
