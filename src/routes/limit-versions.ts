/** Limits as they were: out of the account while it keeps them, then out of Postgres, without a seam. */
import type { LimitVersionPage } from "../../actors/risk-shard/messages.ts";
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import type { LimitVersion } from "../contracts/limit-plan.ts";
import { onAccount } from "../http/actors.ts";
import type { Call } from "../http/context.ts";
import type { Page, PageRange } from "../http/list.ts";
import { sinceDeploy } from "../http/new-method.ts";

type Wanted = { readonly version?: number | undefined; readonly asOf?: number | undefined };

/** In force now, or as of a version or a moment. */
export async function limitsOf(
  c: Call,
  account: string,
  { version, asOf }: Wanted,
): Promise<ActorReply<string>> {
  const kept =
    asOf === undefined
      ? await onAccount(c, account, (shard, envelope) => shard.limits(envelope, version))
      : await sinceDeploy("limitWork", () =>
          onAccount(c, account, (shard, envelope) => shard.limitWork(envelope, { type: "as-of", at: asOf })),
        );
  if (kept.ok || kept.code !== "limits-unknown") return kept;
  const wanted = asOf === undefined ? { version: version ?? 0 } : { asOf };
  const older = await c.env.edge.ports.history.limitsAt(c.env.envelope, account, wanted);
  if (!older.ok) return older;
  return older.value === undefined ? kept : answer(older.value);
}

export async function versionPage(
  c: Call,
  account: string,
  { limit, after }: PageRange,
): Promise<ActorReply<Page>> {
  const asked = {
    type: "versions",
    limit,
    ...(after === undefined ? {} : { before: Number(after) }),
  } as const;
  const kept = await sinceDeploy("limitWork", () =>
    onAccount(c, account, (shard, envelope) => shard.limitWork(envelope, asked)),
  );
  if (!kept.ok) return kept;
  // SAFETY: the account's own text.
  const { items: versions, total, olderThan } = JSON.parse(kept.value) as LimitVersionPage;
  const items = versions.map((version) => JSON.stringify(version));
  const before = Math.min(olderThan, after === undefined ? olderThan : Number(after));
  const missing = limit - items.length;
  // Versions begin with 1.
  if (missing === 0 || before <= 1) return answer(pageOf(items, total));
  const range = { before, limit: missing };
  const older = await c.env.edge.ports.history.limitVersions(c.env.envelope, account, range);
  // What is here is shown; who goes on from it is told that Postgres is away.
  if (!older.ok) return items.length === 0 ? older : answer({ items, total, next: String(before) });
  return answer(pageOf([...items, ...older.value], total));
}

function pageOf(items: readonly string[], total: number): Page {
  const last = items.at(-1);
  // SAFETY: our own texts, in the public shape.
  const version = last === undefined ? 1 : (JSON.parse(last) as LimitVersion).version;
  return version > 1 ? { items, total, next: String(version) } : { items, total };
}
