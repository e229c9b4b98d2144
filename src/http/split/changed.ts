/** What every part of an account has to hear of goes by its coordinator where the account is split. */
import type { SplitChange } from "../../../actors/account-split/messages.ts";
import type { ActorReply } from "../../../actors/runtime/reply.ts";
import { onAccountSplit } from "../actors.ts";
import type { Call } from "../context.ts";
import { knownMap, learnMap } from "./asked-parts.ts";

export async function changed(
  c: Call,
  account: string,
  change: SplitChange,
  whole: () => Promise<ActorReply<string>>,
): Promise<ActorReply<string>> {
  if (knownMap(c, account) === undefined) {
    const reply = await whole();
    if (reply.ok || reply.parts === undefined) return reply;
    learnMap(c, account, reply.parts);
  }
  return onAccountSplit(c, account, (splits, envelope) => splits.change(envelope, change));
}
