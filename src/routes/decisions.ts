/** Decisions of an account: all, those about something, and one of them explained. */
import type { ListPage } from "../../actors/risk-shard/messages.ts";
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import { type DecisionFilter, getDecisions } from "../contracts/decisions.ts";
import { getDecision } from "../contracts/explanation.ts";
import type { Call } from "../http/context.ts";
import { listPage, type Page, type PageRange } from "../http/list.ts";
import type { Mount } from "../http/mount.ts";
import { sinceDeploy } from "../http/new-method.ts";
import { onPart } from "../http/split/asked-parts.ts";
import { partRefusal } from "../http/split/known-part.ts";
import { withPart } from "../http/split/merged-facts.ts";
import { factPage } from "../http/split/parted-facts.ts";

export function decisionRoutes(mount: Mount): void {
  mount.on(getDecisions, (c, { params: { account }, query: { limit, cursor, ...decided } }) =>
    listPage(c, { limit, cursor }, (range) => decisionPage(c, account, decided, range)),
  );
  mount.on(getDecision, async (c, { params: { account, seq }, query: { part = 0 } }) => {
    const refused = part === 0 ? undefined : await partRefusal(c, account, part, "decision-unknown");
    return refused ?? explained(c, account, seq, part);
  });
}

async function decisionPage(
  c: Call,
  account: string,
  decided: DecisionFilter,
  range: PageRange,
): Promise<ActorReply<Page>> {
  const isFiltered = Object.values(decided).some((value) => value !== undefined);
  const found = await factPage<ListPage>(c, account, range, {
    method: isFiltered ? "watched" : "decisions",
    at: "ts",
    kept: (shard, envelope, asked) =>
      isFiltered
        ? shard.watched(envelope, { ...asked, list: "decisions", decided })
        : shard.decisions(envelope, asked),
  });
  if (!found.ok) return found;
  if ("whole" in found.value) return answer(found.value.whole);
  const { kept, ...page } = found.value;
  return answer({ ...page, total: kept.reduce((sum, { total }) => sum + total, 0) });
}

/** The account has the fact until Postgres does, so it is asked first: a fact that leaves it in between is found there. */
async function explained(c: Call, account: string, seq: number, part: number): Promise<ActorReply<string>> {
  const explain = async (found: { readonly fact?: string }): Promise<ActorReply<string>> => {
    const reply = await sinceDeploy("answerWatch", () =>
      // What was decided does not depend on who has the symbol now: any map will do.
      onPart(c, account, part, 0, (shard, envelope) =>
        shard.answerWatch(envelope, { type: "explain", seq, ...found }),
      ),
    );
    return reply.ok ? answer(withPart(reply.value, part)) : reply;
  };
  const own = await explain({});
  if (own.ok ? hasFact(own.value) : own.code !== "decision-unknown") return own;
  const fact = await c.env.edge.ports.history.decisionFact(c.env.envelope, account, seq, part);
  return fact.ok && fact.value !== undefined ? explain({ fact: fact.value }) : own;
}

/** What an order asked for stands in the fact alone. */
// SAFETY: the account's own text, in the public shape.
const hasFact = (text: string): boolean => (JSON.parse(text) as { order?: unknown }).order != null;
