/** Groups of strategies: kept by the account that their members are in, listed by the tenant, read as strategies are. */
import { refusal } from "../../actors/runtime/reply.ts";
import { M2M_CANDLES_DEFAULT } from "../contracts/m2m.ts";
import {
  deleteGroup,
  getGroup,
  getGroupM2m,
  getGroupPnl,
  getGroupStatistics,
  listGroups,
  putGroup,
} from "../contracts/strategy-groups.ts";
import { accountOfAll, groupName, onGroup, onShardOfGroup } from "../http/actions/groups.ts";
import { onAccount, onTenant } from "../http/actors.ts";
import { listPage } from "../http/list.ts";
import type { Mount } from "../http/mount.ts";
import { sinceDeploy } from "../http/new-method.ts";
import { present } from "../http/present.ts";
import { candlesOf } from "./m2m-candles.ts";
import { timeWindow } from "./windows.ts";

export function strategyGroupRoutes(mount: Mount): void {
  mount.on(putGroup, async (c, { params: { group }, body, text }) => {
    const account = await accountOfAll(c, body.strategies);
    if (!account.ok) return account;
    // As for a strategy: the directory hears first, and a name stands for one account.
    const admitted = await onTenant(c, (tenant, envelope) =>
      tenant.admitStrategy(envelope, groupName(group), account.value),
    );
    if (!admitted.ok)
      return admitted.code === "idempotency-key-reused"
        ? refusal("group-accounts-differ", "the group is of another account")
        : admitted;
    return onAccount(c, account.value, (shard, envelope) =>
      sinceDeploy("putGroup", () => shard.putGroup(envelope, group, text)),
    );
  });
  mount.on(listGroups, (c, { query }) =>
    listPage(c, query, (range) =>
      onTenant(c, (tenant, envelope) => sinceDeploy("groups", () => tenant.groups(envelope, range))),
    ),
  );
  mount.on(getGroup, (c, { params: { group } }) =>
    onTenant(c, (tenant, envelope) => sinceDeploy("group", () => tenant.group(envelope, group))),
  );
  mount.on(deleteGroup, (c, { params: { group } }) =>
    onShardOfGroup(c, group, (shard, envelope) =>
      sinceDeploy("removeGroup", () => shard.removeGroup(envelope, group)),
    ),
  );
  mount.on(getGroupPnl, (c, { params: { group } }) =>
    onGroup(c, group, (actor, envelope) => actor.pnl(envelope, "average")),
  );
  mount.on(getGroupStatistics, (c, { params: { group }, query }) =>
    onGroup(c, group, (actor, envelope) => actor.statistics(envelope, present(query))),
  );
  mount.on(getGroupM2m, (c, { params: { group }, query: { resolution = "1", ...query } }) =>
    timeWindow(
      c,
      { ...query, limit: query.limit ?? M2M_CANDLES_DEFAULT },
      candlesOf(c, groupName(group), resolution, (read) => onGroup(c, group, read)),
      (candles, nextCursor) => `{"candles":[${candles}],"nextCursor":${nextCursor}}`,
    ),
  );
}
