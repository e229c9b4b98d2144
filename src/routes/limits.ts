/** Limits of accounts: put at once or for later, approved, overridden, looked back at. */
import type { LimitWork } from "../../actors/risk-shard/messages.ts";
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import {
  getLimitDiff,
  getLimits,
  getLimitVersions,
  getPendingLimits,
  postLimitApproval,
  postLimitCancellation,
  postLimitOverride,
  postLimitProposal,
  postLimitRefusal,
  putLimits,
} from "../contracts/limit-plan.ts";
import { putManyLimits } from "../contracts/limit-templates.ts";
import { onAccount } from "../http/actors.ts";
import type { Call } from "../http/context.ts";
import { listPage } from "../http/list.ts";
import type { Mount } from "../http/mount.ts";
import { sinceDeploy } from "../http/new-method.ts";
import { changed } from "../http/split/changed.ts";
import { diffBetween } from "./limit-diff.ts";
import { limitsOf, versionPage } from "./limit-versions.ts";
import { bodyWith, putEach } from "./planned-limits.ts";

export function limitRoutes(mount: Mount): void {
  mount.on(putLimits, async (c, { params: { account }, headers, body, text }) => {
    const sent = await bodyWith(c, body, text);
    if (!sent.ok) return sent;
    const ifMatch = headers["if-match"];
    const change = {
      type: "limits",
      body: sent.value,
      ...(ifMatch === undefined ? {} : { ifMatch }),
    } as const;
    return changed(c, account, change, () =>
      onAccount(c, account, (shard, envelope) => shard.putLimits(envelope, sent.value, ifMatch)),
    );
  });
  mount.on(putManyLimits, async (c, { body }) => {
    const { accounts, ...planned } = body;
    const sent = await bodyWith(c, planned, JSON.stringify(planned));
    return sent.ok ? answer(await putEach(c, accounts, sent.value)) : sent;
  });
  mount.on(getLimits, (c, { params: { account }, query }) => limitsOf(c, account, query));
  mount.on(getLimitVersions, (c, { params: { account }, query }) =>
    listPage(c, query, (range) => versionPage(c, account, range)),
  );
  mount.on(getLimitDiff, (c, { params: { account }, query: { from, to } }) =>
    diffBetween(c, account, from, to),
  );
  mount.on(getPendingLimits, (c, { params: { account } }) => work(c, account, { type: "pending" }));
  mount.on(postLimitOverride, (c, { params: { account }, text: body }) =>
    work(c, account, { type: "override", body }),
  );
  mount.on(postLimitProposal, (c, { params: { account }, text: body }) =>
    work(c, account, { type: "propose", body }),
  );
  mount.on(postLimitApproval, (c, { params: { account, id }, text: body }) =>
    work(c, account, { type: "approve", id, body }),
  );
  mount.on(postLimitRefusal, (c, { params: { account, id }, text: body }) =>
    work(c, account, { type: "reject", id, body }),
  );
  mount.on(postLimitCancellation, (c, { params: { account, id }, text: body }) =>
    work(c, account, { type: "cancel", id, body }),
  );
}

const work = (c: Call, account: string, asked: LimitWork): Promise<ActorReply<string>> =>
  sinceDeploy("limitWork", () =>
    onAccount(c, account, (shard, envelope) => shard.limitWork(envelope, asked)),
  );
