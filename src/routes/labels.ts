/** Labels of the caller's tenant: made, changed, deleted, listed, and every version that there was. */
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import {
  deleteLabel,
  getLabel,
  getLabelHistory,
  type LabelVersionObject,
  listLabels,
  patchLabel,
  postLabel,
} from "../contracts/labels.ts";
import { onLabels } from "../http/actors.ts";
import type { Call } from "../http/context.ts";
import { listPage, type Page, type PageRange } from "../http/list.ts";
import type { Mount } from "../http/mount.ts";

export function labelRoutes(mount: Mount): void {
  mount.on(postLabel, async (c, { body: { symbol }, text }) => {
    const refused = await c.env.edge.known.symbolRefusal(c.env.envelope, symbol);
    return refused ?? onLabels(c, (book, envelope) => book.create(envelope, text));
  });
  mount.on(listLabels, (c, { query: { limit, cursor, symbol, from, to } }) => {
    const asked = {
      ...(symbol === undefined ? {} : { symbol }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    };
    return listPage(c, { limit, cursor }, (range) =>
      onLabels(c, (book, envelope) => book.list(envelope, { ...asked, ...range })),
    );
  });
  mount.on(getLabel, (c, { params: { id } }) => onLabels(c, (book, envelope) => book.read(envelope, id)));
  mount.on(patchLabel, (c, { params: { id }, headers, text }) =>
    onLabels(c, (book, envelope) => book.change(envelope, id, text, headers["if-match"])),
  );
  mount.on(deleteLabel, (c, { params: { id }, headers }) =>
    onLabels(c, (book, envelope) => book.remove(envelope, id, headers["if-match"])),
  );
  mount.on(getLabelHistory, (c, { params: { id }, query }) =>
    listPage(c, query, (range) => versionsOf(c, id, range)),
  );
}

/** Those that the book keeps, then older ones of Postgres. */
async function versionsOf(c: Call, id: string, { limit, after }: PageRange): Promise<ActorReply<Page>> {
  const before = after === undefined ? {} : { before: Number(after) };
  const kept = await onLabels(c, (book, envelope) => book.history(envelope, id, { limit, ...before }));
  if (!kept.ok) return kept;
  const { items, total, first, olderThan } = kept.value;
  const missing = limit - items.length;
  if (olderThan === undefined || missing === 0) return answer(pageOf(items, total, first));
  const { history } = c.env.edge.ports;
  const range = { from: first, before: olderThan, limit: missing };
  const older = await history.labelVersions(c.env.envelope, id, range);
  return older.ok ? answer(pageOf([...items, ...older.value.toReversed()], total, first)) : older;
}

function pageOf(items: readonly string[], total: number, first: number): Page {
  const last = items.at(-1);
  // SAFETY: our own texts, in the public shape.
  const oldest = last === undefined ? first : (JSON.parse(last) as LabelVersionObject).version;
  return { items, total, ...(oldest > first ? { next: String(oldest) } : {}) };
}
