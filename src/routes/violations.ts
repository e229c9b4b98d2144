/** Violations of an account, and what persons say of them. */
import { answer } from "../../actors/runtime/reply.ts";
import { getViolations, postViolationResolution } from "../contracts/violations.ts";
import { onAccount } from "../http/actors.ts";
import { listPage } from "../http/list.ts";
import type { Mount } from "../http/mount.ts";
import { sinceDeploy } from "../http/new-method.ts";
import { keptThenOlder } from "./kept-then-older.ts";

/** Of an account of the version before, which does not say what has left it. */
const FIRST_SEQ = 1;

export function violationRoutes(mount: Mount): void {
  mount.on(getViolations, async (c, { params: { account }, query: { limit, cursor, ...filter } }) => {
    let totals: Readonly<Record<string, number>> = {};
    const page = await listPage(c, { limit, cursor }, async (range) => {
      const kept = await sinceDeploy("watched", () =>
        onAccount(c, account, (shard, envelope) =>
          shard.watched(envelope, { ...range, list: "violations", filter }),
        ),
      );
      if (!kept.ok) return kept;
      totals = kept.value.totals ?? {};
      const { items, next, olderThan = FIRST_SEQ, total } = kept.value;
      const found = await keptThenOlder({ items, next, olderThan }, range, (below) =>
        c.env.edge.ports.history.violations(c.env.envelope, account, filter, below),
      );
      return found.ok ? answer({ ...found.value, total }) : found;
    });
    return page.ok ? answer(`${page.value.slice(0, -1)},"totals":${JSON.stringify(totals)}}`) : page;
  });
  mount.on(postViolationResolution, (c, { params: { account, seq }, text }) =>
    sinceDeploy("answerWatch", () =>
      onAccount(c, account, (shard, envelope) =>
        shard.answerWatch(envelope, { type: "resolve-violation", seq, body: text }),
      ),
    ),
  );
}
