/** Accounts: what they are, what they hold, whether they may trade. */
import { getInputs } from "../contracts/account-inputs.ts";
import {
  getAccount,
  getExposures,
  getPositions,
  listAccounts,
  postState,
  putAccount,
} from "../contracts/accounts.ts";
import { getBalances } from "../contracts/balances.ts";
import { onAccount, onNewAccount, onTenant } from "../http/actors.ts";
import { listPage } from "../http/list.ts";
import type { Mount } from "../http/mount.ts";
import { sinceDeploy } from "../http/new-method.ts";
import { onAllParts } from "../http/split/asked-parts.ts";
import { changed } from "../http/split/changed.ts";
import { merged, mergedAccount, mergedExposures } from "../http/split/merged.ts";
import { mergedPage } from "../http/split/merged-page.ts";

export function accountRoutes(mount: Mount): void {
  mount.on(listAccounts, (c, { query }) =>
    listPage(c, query, (range) => onTenant(c, (tenant, envelope) => tenant.accounts(envelope, range))),
  );
  mount.on(putAccount, async (c, { params: { account }, text }) => {
    // The directory hears first: a shard that nobody knows of could never be found again.
    const admitted = await onTenant(c, (tenant, envelope) => tenant.admitAccount(envelope, account));
    if (!admitted.ok) return admitted;
    return onNewAccount(c, account, (shard, envelope) => shard.putAccount(envelope, text));
  });
  mount.on(postState, (c, { params: { account }, text }) =>
    changed(c, account, { type: "state", body: text }, () =>
      onAccount(c, account, (shard, envelope) => shard.setState(envelope, text)),
    ),
  );
  mount.on(getAccount, (c, { params: { account } }) =>
    merged(
      onAllParts(c, account, (shard, envelope) => shard.account(envelope)),
      mergedAccount,
    ),
  );
  mount.on(getPositions, (c, { params: { account }, query }) =>
    listPage(c, query, (range) =>
      mergedPage(c, account, range, (shard, envelope, asked) => shard.positions(envelope, asked)),
    ),
  );
  mount.on(getBalances, (c, { params: { account } }) =>
    sinceDeploy("balances", () => onAccount(c, account, (shard, envelope) => shard.balances(envelope))),
  );
  mount.on(getInputs, (c, { params: { account }, query: { symbol, ...query } }) =>
    listPage(c, query, (range) =>
      sinceDeploy("watched", () =>
        onAccount(c, account, (shard, envelope) =>
          shard.watched(envelope, { ...range, ...(symbol === undefined ? {} : { symbol }), list: "inputs" }),
        ),
      ),
    ),
  );
  mount.on(getExposures, (c, { params: { account } }) =>
    merged(
      onAllParts(c, account, (shard, envelope) => shard.exposures(envelope)),
      mergedExposures,
    ),
  );
}
