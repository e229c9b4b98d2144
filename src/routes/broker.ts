/** An account beside its broker: an existing book taken over, books compared, differences resolved. */

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
import type { Mount } from "../http/mount.ts";
import { sinceDeploy } from "../http/new-method.ts";

export function brokerRoutes(mount: Mount): void {
  mount.on(postImport, (c, { params: { account }, text }) =>
    sinceDeploy("importBook", () =>
      onAccount(c, account, (shard, envelope) => shard.importBook(envelope, text)),
    ),
  );
  mount.on(postReconcile, (c, { params: { account }, text }) =>
    sinceDeploy("reconcile", () =>
      onAccount(c, account, (shard, envelope) => shard.reconcile(envelope, text)),
    ),
  );
  mount.on(getNewestReconcile, async (c, { params: { account } }) =>
    orNone(
      await sinceDeploy("reconciliation", () =>
        onAccount(c, account, (shard, envelope) => shard.reconciliation(envelope, NEWEST_RECONCILIATION)),
      ),
    ),
  );
  mount.on(getReconcile, (c, { params: { account, reconciliation } }) =>
    sinceDeploy("reconciliation", () =>
      onAccount(c, account, (shard, envelope) => shard.reconciliation(envelope, reconciliation)),
    ),
  );
  mount.on(postResolve, (c, { params: { account, reconciliation }, text }) =>
    sinceDeploy("resolve", () =>
      onAccount(c, account, (shard, envelope) => shard.resolve(envelope, reconciliation, text)),
    ),
  );
}

function orNone(found: ActorReply<string>): ActorReply<string> {
  if (found.ok) return answer(`{"newest":${found.value}}`);
  return found.code === "reconcile-unknown" ? answer('{"newest":null}') : found;
}
