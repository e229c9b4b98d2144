/** The split of an account, and its merge; and its shards that a person admits again. */
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import { getSplit, postSplit, postSplitPart } from "../contracts/splits.ts";
import { onAccountSplit } from "../http/actors.ts";
import type { Call } from "../http/context.ts";
import type { Mount } from "../http/mount.ts";

export function accountSplitRoutes(mount: Mount): void {
  mount.on(postSplit, (c, { params: { account }, text }) =>
    onAccountSplit(c, account, (splits, envelope) => splits.split(envelope, text)),
  );
  mount.on(getSplit, (c, { params: { account } }) => shown(c, account));
  mount.on(postSplitPart, (c, { params: { account, part }, text }) =>
    onAccountSplit(c, account, (splits, envelope) => splits.admit(envelope, part, text)),
  );
}

async function shown(c: Call, account: string): Promise<ActorReply<string>> {
  const standing = await onAccountSplit(c, account, (splits, envelope) => splits.standing(envelope));
  if (!standing.ok) return standing;
  const fenced = await onAccountSplit(c, account, (splits, envelope) => splits.fencedParts(envelope));
  const fencedParts = JSON.stringify(fenced.ok ? fenced.value : null);
  return answer(`${standing.value.slice(0, -1)},"fencedParts":${fencedParts}}`);
}
