/** Strategies: opened in an account, read from their own actor, listed by the tenant. */
import { randomHex, sha256Hex } from "../../actors/runtime/id.ts";
import { answer as answered } from "../../actors/runtime/reply.ts";
import {
  deleteStrategy,
  getStrategy,
  getStrategyM2m,
  getStrategyPnl,
  getStrategyPositions,
  listStrategies,
  M2M_CANDLES_DEFAULT,
  patchStrategy,
  postStrategy,
  putStrategyInstruments,
} from "../contracts/strategies.ts";
import { onAccount, onShardOfStrategy, onStrategy, onTenant } from "../http/actors.ts";
import type { Call } from "../http/context.ts";
import { answerPage } from "../http/list.ts";
import type { Mount } from "../http/mount.ts";
import { answer, answerEmpty, refuse } from "../http/reply.ts";
import { answerWindow, type RowSource } from "./windows.ts";

export function strategyRoutes(mount: Mount): void {
  mount.on(postStrategy, async (c, { body: { account }, text }) => {
    const id = await newStrategyId(c);
    // The directory hears first, and only of strategies in an account that exists.
    const admitted = await onAccount(c, account, () =>
      onTenant(c, (tenant, envelope) => tenant.admitStrategy(envelope, id, account)),
    );
    if (!admitted.ok) return refuse(c, admitted);
    return answer(
      c,
      onAccount(c, account, (shard, envelope) => shard.openStrategy(envelope, id, text)),
      201,
    );
  });
  mount.on(listStrategies, (c, { query }) =>
    answerPage(c, query, (range) => onTenant(c, (tenant, envelope) => tenant.strategies(envelope, range))),
  );
  mount.on(getStrategy, (c, { params: { strategy } }) =>
    answer(
      c,
      onStrategy(c, strategy, (actor, envelope) => actor.describe(envelope)),
    ),
  );
  mount.on(patchStrategy, (c, { params: { strategy }, text }) =>
    answer(
      c,
      onShardOfStrategy(c, strategy, (shard, envelope) => shard.amendStrategy(envelope, strategy, text)),
    ),
  );
  mount.on(deleteStrategy, (c, { params: { strategy } }) =>
    answerEmpty(
      c,
      onShardOfStrategy(c, strategy, (shard, envelope) => shard.closeStrategy(envelope, strategy)),
    ),
  );
  mount.on(putStrategyInstruments, (c, { params: { strategy }, text }) =>
    answer(
      c,
      onShardOfStrategy(c, strategy, (shard, envelope) => shard.replaceLegs(envelope, strategy, text)),
    ),
  );
  mount.on(getStrategyPositions, (c, { params: { strategy } }) =>
    answer(
      c,
      onStrategy(c, strategy, (actor, envelope) => actor.positions(envelope)),
    ),
  );
  mount.on(getStrategyPnl, (c, { params: { strategy }, query: { method = "average" } }) =>
    answer(
      c,
      onStrategy(c, strategy, (actor, envelope) => actor.pnl(envelope, method)),
    ),
  );
  mount.on(getStrategyM2m, (c, { params: { strategy }, query: { resolution = "1", ...query } }) =>
    answerWindow(
      c,
      { ...query, limit: query.limit ?? M2M_CANDLES_DEFAULT },
      candlesOf(c, strategy, resolution),
      (candles, nextCursor) => `{"candles":[${candles}],"nextCursor":${nextCursor}}`,
    ),
  );
}

/** A repeat under the same Idempotency-Key means the same strategy. */
async function newStrategyId(c: Call): Promise<string> {
  const { idempotencyKey, principal } = c.var.envelope;
  if (idempotencyKey === undefined) return `s-${randomHex(STRATEGY_ID_BYTES)}`;
  const digest = await sha256Hex(`${principal.tenant} ${idempotencyKey}`);
  return `s-${digest.slice(0, 2 * STRATEGY_ID_BYTES)}`;
}

/** 96 bits: a tenant's ids never meet. */
const STRATEGY_ID_BYTES = 12;

const candlesOf = (c: Call, strategy: string, resolution: string): RowSource => ({
  recent: (window) =>
    onStrategy(c, strategy, async (actor, envelope) => {
      const page = await actor.m2m(envelope, { resolution, ...window });
      return page.ok ? answered({ rows: page.value.candles, olderThan: page.value.olderThan }) : page;
    }),
  older: (range) =>
    c.var.edge.ports.history.m2m(c.var.envelope.principal.tenant, strategy, resolution, range),
});
