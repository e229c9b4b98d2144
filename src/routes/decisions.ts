/** Decisions of an account: all, those about something, and one of them explained. */
import { getDecisions } from "../contracts/decisions.ts";
import { getDecision } from "../contracts/explanation.ts";
import { onAccount } from "../http/actors.ts";
import { listPage } from "../http/list.ts";
import type { Mount } from "../http/mount.ts";
import { sinceDeploy } from "../http/new-method.ts";

export function decisionRoutes(mount: Mount): void {
  mount.on(getDecisions, (c, { params: { account }, query: { limit, cursor, ...decided } }) =>
    listPage(c, { limit, cursor }, (range) => {
      const isFiltered = Object.values(decided).some((value) => value !== undefined);
      if (!isFiltered) return onAccount(c, account, (shard, envelope) => shard.decisions(envelope, range));
      return sinceDeploy("watched", () =>
        onAccount(c, account, (shard, envelope) =>
          shard.watched(envelope, { ...range, list: "decisions", decided }),
        ),
      );
    }),
  );
  mount.on(getDecision, async (c, { params: { account, seq } }) => {
    // While Postgres is away the account tells what it has.
    const fact = await c.env.edge.ports.history.decisionFact(c.env.envelope, account, seq);
    const found = fact.ok && fact.value !== undefined ? { fact: fact.value } : {};
    return sinceDeploy("answerWatch", () =>
      onAccount(c, account, (shard, envelope) =>
        shard.answerWatch(envelope, { type: "explain", seq, ...found }),
      ),
    );
  });
}
