/** Decisions of an account: all, those about something, and one of them explained. */
import type { ActorReply } from "../../actors/runtime/reply.ts";
import { getDecisions } from "../contracts/decisions.ts";
import { getDecision } from "../contracts/explanation.ts";
import { onAccount } from "../http/actors.ts";
import type { Call } from "../http/context.ts";
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
  mount.on(getDecision, (c, { params: { account, seq } }) => explained(c, account, seq));
}

/** The account has the fact until Postgres does, so it is asked first: a fact that leaves it in between is found there. */
async function explained(c: Call, account: string, seq: number): Promise<ActorReply<string>> {
  const explain = (found: { readonly fact?: string }) =>
    sinceDeploy("answerWatch", () =>
      onAccount(c, account, (shard, envelope) =>
        shard.answerWatch(envelope, { type: "explain", seq, ...found }),
      ),
    );
  const own = await explain({});
  if (own.ok ? hasFact(own.value) : own.code !== "decision-unknown") return own;
  const fact = await c.env.edge.ports.history.decisionFact(c.env.envelope, account, seq);
  return fact.ok && fact.value !== undefined ? explain({ fact: fact.value }) : own;
}

/** What an order asked for stands in the fact alone. */
// SAFETY: the account's own text, in the public shape.
const hasFact = (text: string): boolean => (JSON.parse(text) as { order?: unknown }).order != null;
