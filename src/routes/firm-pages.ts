/** What takes more than one step of a firm or desk: it is noted before it is made, and its children come by the page. */
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import { QUOTA_CHILDREN_MAX } from "../contracts/firms.ts";
import type { NodeKind } from "../domain/firm.ts";
import { onNewNode, onNode, onTenant } from "../http/actors.ts";
import type { Call } from "../http/context.ts";
import { listPage, openCursor, sealCursor } from "../http/list.ts";

type Query = { readonly limit?: number | undefined; readonly cursor?: string | undefined };

export const listNodes = (c: Call, kind: NodeKind, query: Query): Promise<ActorReply<string>> =>
  listPage(c, query, (range) => onTenant(c, (tenant, envelope) => tenant.nodes(envelope, kind, range)));

type Put = { readonly kind: NodeKind; readonly id: string; readonly parent?: string };

/** The directory hears first: an object that nobody knows of could never be found again. */
export async function putNode(c: Call, node: Put, text: string): Promise<ActorReply<string>> {
  const admitted = await onTenant(c, (tenant, envelope) => tenant.admitNode(envelope, node));
  return admitted.ok
    ? onNewNode(c, node.id, (firm, envelope) => firm.put(envelope, node.kind, text))
    : admitted;
}

export async function quotaPage(
  c: Call,
  kind: NodeKind,
  id: string,
  query: Query,
): Promise<ActorReply<string>> {
  const after = await openCursor(c, query.cursor);
  if (!after.ok) return after;
  const limit = query.limit ?? QUOTA_CHILDREN_MAX;
  const page = after.value === undefined ? { limit } : { limit, after: after.value };
  const shown = await onNode(c, kind, id, (node, envelope) => node.quota(envelope, kind, page));
  if (!shown.ok) return shown;
  const { text, next } = shown.value;
  const nextCursor = next === undefined ? null : await sealCursor(c, next);
  return answer(`${text.slice(0, -1)},"nextCursor":${JSON.stringify(nextCursor)}}`);
}
