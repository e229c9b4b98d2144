/** What an account's book may lose. */
import { getRisk } from "../contracts/risk.ts";
import { onAccount } from "../http/actors.ts";
import type { Mount } from "../http/mount.ts";
import { sinceDeploy } from "../http/new-method.ts";
import { present } from "../http/present.ts";

export function riskRoutes(mount: Mount): void {
  mount.on(getRisk, (c, { params: { account }, query }) =>
    sinceDeploy("risk", () =>
      onAccount(c, account, (shard, envelope) => shard.risk(envelope, present(query))),
    ),
  );
}
