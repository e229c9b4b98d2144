/** Strategies: opened in an account, changed through it, listed by the tenant. */
import { randomHex, sha256Hex } from "../../actors/runtime/id.ts";
import type { ActorReply } from "../../actors/runtime/reply.ts";
import type { StrategyQuery } from "../../actors/tenant-directory/messages.ts";
import {
  deleteStrategy,
  getStrategy,
  listStrategies,
  patchStrategy,
  postStrategy,
  putStrategyInstruments,
} from "../contracts/strategies.ts";
import { onAccount, onShardOfStrategy, onStrategy, onTenant } from "../http/actors.ts";
import type { Call } from "../http/context.ts";
import { listPage } from "../http/list.ts";
import type { Mount } from "../http/mount.ts";

type Change = Parameters<typeof onShardOfStrategy<string>>[2];
type ListFilter = Pick<StrategyQuery, "state" | "tag">;

export function strategyRoutes(mount: Mount): void {
  mount.on(postStrategy, async (c, { body: { account }, text }) => {
    const id = await newStrategyId(c);
    // The directory hears first, and only of strategies in an account that exists.
    const admitted = await onAccount(c, account, () =>
      onTenant(c, (tenant, envelope) => tenant.admitStrategy(envelope, id, account)),
    );
    if (!admitted.ok) return admitted;
    return onAccount(c, account, (shard, envelope) => shard.openStrategy(envelope, id, text));
  });
  mount.on(listStrategies, (c, { query }) =>
    listPage(c, query, (range) =>
      onTenant(c, (tenant, envelope) => tenant.strategies(envelope, { ...range, ...filterOf(query) })),
    ),
  );
  mount.on(getStrategy, (c, { params: { strategy } }) =>
    onStrategy(c, strategy, (actor, envelope) => actor.describe(envelope)),
  );
  mount.on(patchStrategy, (c, { params: { strategy }, text }) =>
    changed(c, strategy, (shard, envelope) => shard.amendStrategy(envelope, strategy, text)),
  );
  mount.on(deleteStrategy, (c, { params: { strategy } }) =>
    onShardOfStrategy(c, strategy, (shard, envelope) => shard.closeStrategy(envelope, strategy)),
  );
  mount.on(putStrategyInstruments, (c, { params: { strategy }, text }) =>
    changed(c, strategy, (shard, envelope) => shard.replaceLegs(envelope, strategy, text)),
  );
}

/** Only what was asked for: a directory of the version before passes over what it does not know. */
const filterOf = ({
  state,
  tag,
}: { readonly [Field in keyof ListFilter]?: ListFilter[Field] | undefined }): ListFilter => ({
  ...(state === undefined ? {} : { state }),
  ...(tag === undefined ? {} : { tag }),
});

/** The strategy as it stands: the account has answered once it has heard, or could not be reached. */
async function changed(c: Call, strategy: string, change: Change): Promise<ActorReply<string>> {
  const reply = await onShardOfStrategy(c, strategy, change);
  return reply.ok ? onStrategy(c, strategy, (actor, envelope) => actor.describe(envelope)) : reply;
}

/** 96 bits: a tenant's ids never meet. */
const STRATEGY_ID_BYTES = 12;

/** A repeat under the same Idempotency-Key means the same strategy. */
async function newStrategyId(c: Call): Promise<string> {
  const { idempotencyKey, principal } = c.env.envelope;
  if (idempotencyKey === undefined) return `s-${randomHex(STRATEGY_ID_BYTES)}`;
  const digest = await sha256Hex(`${principal.tenant} ${idempotencyKey}`);
  return `s-${digest.slice(0, 2 * STRATEGY_ID_BYTES)}`;
}
