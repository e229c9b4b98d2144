/** Which actors there are, and one of them from inside. Nobody is addressed who never reported: no object is made by a question. */
import type { ListQuery } from "../../actors/metrics-shard/messages.ts";
import { type ActorReply, answer, refusal } from "../../actors/runtime/reply.ts";
import { type ActorItem, type ActorKind, getActor, listActors, TENANT_KINDS } from "../contracts/actors.ts";
import { actorDetail } from "../http/actor-detail.ts";
import { ask } from "../http/ask.ts";
import type { Call } from "../http/context.ts";
import { ROOT_SUBJECT } from "../http/credentials.ts";
import { listPage, type Page, type PageRange } from "../http/list.ts";
import type { Mount } from "../http/mount.ts";

const UNKNOWN = refusal("not-found", "no such actor has reported");

export function actorRoutes(mount: Mount): void {
  mount.on(listActors, (c, { query }) => listPage(c, query, (range) => pageOf(c, query.kind, range)));
  mount.on(getActor, async (c, { params }) => {
    const detail = await detailOf(c, params.kind, params.id);
    return detail.ok ? answer(JSON.stringify(detail.value)) : detail;
  });
}

/** A page of all shards: each is asked for a whole one, and the first of all their names are it. */
async function pageOf(
  c: Call,
  kind: ActorKind | undefined,
  { limit, after }: PageRange,
): Promise<ActorReply<Page>> {
  const { ports, clock } = c.env.edge;
  const envelope = c.env.envelope;
  // One more than asked for: whether another page follows.
  const query: ListQuery = { kind, tenant: tenantSeenBy(c), limit: limit + 1, after };
  const shards = ports.actors.metricsShards();
  const replies = await Promise.all(
    shards.map((shard) => ask(clock, envelope, () => shard.list(envelope, query))),
  );
  const items: ActorItem[] = [];
  let total = 0;
  for (const reply of replies) {
    if (!reply.ok) return reply;
    items.push(...reply.value.items);
    total += reply.value.total;
  }
  items.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const page = items.slice(0, limit);
  const last = page.at(-1);
  const texts = page.map((item) => JSON.stringify(item));
  return answer(
    items.length > limit && last !== undefined
      ? { items: texts, total, next: keyOf(last) }
      : { items: texts, total },
  );
}

async function detailOf(c: Call, kind: ActorKind, name: string) {
  if (!isSeen(c, kind, name)) return UNKNOWN;
  const { ports, clock } = c.env.edge;
  const envelope = c.env.envelope;
  const actor = keyOf({ kind, name });
  const heard = await ask(clock, envelope, () => ports.actors.metricsShard(actor).heardOf(envelope, actor));
  if (!heard.ok) return heard;
  const inspected = await ask(clock, envelope, () => ports.actors.inspected(actor).inspect(envelope));
  return inspected.ok ? answer(actorDetail({ kind, name }, heard.value, inspected.value)) : inspected;
}

const keyOf = ({ kind, name }: Pick<ActorItem, "kind" | "name">): string => `${kind}:${name}`;

/** Root sees those of every tenant. */
function tenantSeenBy(c: Call): string | undefined {
  const { tenant, subject } = c.env.envelope.principal;
  return subject === ROOT_SUBJECT ? undefined : tenant;
}

function isSeen(c: Call, kind: ActorKind, name: string): boolean {
  const tenant = tenantSeenBy(c);
  return tenant === undefined || !TENANT_KINDS.has(kind) || name.split("/")[0] === tenant;
}
