/** Violations of an account, and what persons say of them. */
import type { ListPage, WatchedAnswer } from "../../actors/risk-shard/messages.ts";
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import { getViolations, postViolationResolution, type ViolationFilter } from "../contracts/violations.ts";
import type { Call } from "../http/context.ts";
import { listPage, type Page, type PageRange } from "../http/list.ts";
import type { Mount } from "../http/mount.ts";
import { sinceDeploy } from "../http/new-method.ts";
import { onPart } from "../http/split/asked-parts.ts";
import { partRefusal } from "../http/split/known-part.ts";
import { withPart } from "../http/split/merged-facts.ts";
import { factPage } from "../http/split/parted-facts.ts";
import { keptThenOlder } from "./kept-then-older.ts";

/** Of an account of the version before, which does not say what has left it. */
const FIRST_SEQ = 1;

export function violationRoutes(mount: Mount): void {
  mount.on(getViolations, async (c, { params: { account }, query: { limit, cursor, ...filter } }) => {
    let totals: Readonly<Record<string, number>> = {};
    const page = await listPage(c, { limit, cursor }, async (range) => {
      const found = await violationPage(c, account, filter, range);
      if (found.ok) totals = found.value.totals;
      return found;
    });
    return page.ok ? answer(`${page.value.slice(0, -1)},"totals":${JSON.stringify(totals)}}`) : page;
  });
  mount.on(postViolationResolution, async (c, { params: { account, seq }, query: { part = 0 }, text }) => {
    const refused = part === 0 ? undefined : await partRefusal(c, account, part, "violation-unknown");
    return refused ?? resolved(c, account, part, { type: "resolve-violation", seq, body: text });
  });
}

/** It stands with the part that raised it, whoever has its symbol now. */
async function resolved(
  c: Call,
  account: string,
  part: number,
  said: Extract<WatchedAnswer, { readonly type: "resolve-violation" }>,
): Promise<ActorReply<string>> {
  const reply = await sinceDeploy("answerWatch", () =>
    onPart(c, account, part, 0, (shard, envelope) => shard.answerWatch(envelope, said)),
  );
  return reply.ok ? answer(withPart(reply.value, part)) : reply;
}

type ViolationPage = Page & { readonly totals: Readonly<Record<string, number>> };

async function violationPage(
  c: Call,
  account: string,
  filter: ViolationFilter,
  range: PageRange,
): Promise<ActorReply<ViolationPage>> {
  const { history } = c.env.edge.ports;
  const found = await factPage<ListPage>(c, account, range, {
    method: "watched",
    at: "ts",
    kept: (shard, envelope, asked) => shard.watched(envelope, { ...asked, list: "violations", filter }),
    older: (below, limit) => history.partViolations(c.env.envelope, account, filter, below, limit),
  });
  if (!found.ok) return found;
  if (!("whole" in found.value)) {
    const { kept, ...page } = found.value;
    return answer({ ...page, ...keptSums(kept) });
  }
  const { items, next, olderThan = FIRST_SEQ } = found.value.whole;
  const joined = await keptThenOlder({ items, next, olderThan }, range, (below) =>
    history.violations(c.env.envelope, account, filter, below),
  );
  return joined.ok ? answer({ ...joined.value, ...keptSums([found.value.whole]) }) : joined;
}

/** Over all parts. */
function keptSums(pages: readonly ListPage[]): Pick<ViolationPage, "totals"> & { readonly total: number } {
  const totals: Record<string, number> = {};
  for (const page of pages)
    for (const [code, count] of Object.entries(page.totals ?? {})) totals[code] = (totals[code] ?? 0) + count;
  return { totals, total: pages.reduce((sum, { total }) => sum + total, 0) };
}
