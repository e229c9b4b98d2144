/** The split of an account, and its merge. */
import { getSplit, postSplit } from "../contracts/splits.ts";
import { onAccountSplit } from "../http/actors.ts";
import type { Mount } from "../http/mount.ts";

export function accountSplitRoutes(mount: Mount): void {
  mount.on(postSplit, (c, { params: { account }, text }) =>
    onAccountSplit(c, account, (splits, envelope) => splits.split(envelope, text)),
  );
  mount.on(getSplit, (c, { params: { account } }) =>
    onAccountSplit(c, account, (splits, envelope) => splits.standing(envelope)),
  );
}
