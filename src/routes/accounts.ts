/** Accounts: what they are, what they hold, whether they may trade, and their limits. */
import { answer as answered, refusal } from "../../actors/runtime/reply.ts";
import {
  getAccount,
  getExposures,
  getPositions,
  getViolations,
  postState,
  putAccount,
} from "../contracts/accounts.ts";
import { getLimits, putLimits } from "../contracts/limits.ts";
import { onAccount, onNewAccount, onTenant } from "../http/actors.ts";
import { answerPage } from "../http/list.ts";
import type { Mount } from "../http/mount.ts";
import { answer, refuse } from "../http/reply.ts";

export function accountRoutes(mount: Mount): void {
  mount.on(putAccount, async (c, { params: { account }, text }) => {
    // The directory hears first: a shard that nobody knows of could never be found again.
    const admitted = await onTenant(c, (tenant, envelope) => tenant.admitAccount(envelope, account));
    if (!admitted.ok) return refuse(c, admitted);
    return answer(
      c,
      onNewAccount(c, account, (shard, envelope) => shard.putAccount(envelope, text)),
    );
  });
  mount.on(putLimits, (c, { params: { account }, text }) => {
    const version = versionIn(c.req.header("if-match"));
    if (!version.ok) return refuse(c, version);
    return answer(
      c,
      onAccount(c, account, (shard, envelope) => shard.putLimits(envelope, text, version.value)),
    );
  });
  mount.on(getLimits, (c, { params: { account }, query }) =>
    answer(
      c,
      onAccount(c, account, (shard, envelope) => shard.limits(envelope, query.version)),
    ),
  );
  mount.on(postState, (c, { params: { account }, text }) =>
    answer(
      c,
      onAccount(c, account, (shard, envelope) => shard.setState(envelope, text)),
    ),
  );
  mount.on(getAccount, (c, { params: { account } }) =>
    answer(
      c,
      onAccount(c, account, (shard, envelope) => shard.account(envelope)),
    ),
  );
  mount.on(getPositions, (c, { params: { account }, query }) =>
    answerPage(c, query, (range) =>
      onAccount(c, account, (shard, envelope) => shard.positions(envelope, range)),
    ),
  );
  mount.on(getExposures, (c, { params: { account } }) =>
    answer(
      c,
      onAccount(c, account, (shard, envelope) => shard.exposures(envelope)),
    ),
  );
  mount.on(getViolations, (c, { params: { account }, query }) =>
    answerPage(c, query, (range) =>
      onAccount(c, account, (shard, envelope) => shard.violations(envelope, range)),
    ),
  );
}

/** `If-Match: "7"` or `7`; nothing where the header is absent. */
function versionIn(header: string | undefined) {
  if (header === undefined) return answered(undefined);
  const version = /^"?(\d{1,15})"?$/.exec(header)?.[1];
  return version === undefined
    ? refusal("invalid", "If-Match is a version of the limits")
    : answered(version);
}
