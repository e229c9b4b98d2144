/** The book of record: cash that no fill brings, and corporate actions. */
import { postAccountAction } from "../contracts/account-actions.ts";
import { postCash } from "../contracts/cash.ts";
import { onAccount } from "../http/actors.ts";
import type { Mount } from "../http/mount.ts";
import { sinceDeploy } from "../http/new-method.ts";

export function accountBookRoutes(mount: Mount): void {
  mount.on(postCash, (c, { params: { account }, text }) =>
    sinceDeploy("moveCash", () => onAccount(c, account, (shard, envelope) => shard.moveCash(envelope, text))),
  );
  mount.on(postAccountAction, (c, { params: { account }, text }) =>
    sinceDeploy("applyAction", () =>
      onAccount(c, account, (shard, envelope) => shard.applyAction(envelope, text)),
    ),
  );
}
