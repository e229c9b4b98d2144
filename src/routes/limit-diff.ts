/** What differs between two versions of an account's limits. */
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import type { LimitInForce } from "../contracts/limits.ts";
import { diffOf, loosened } from "../domain/limit-diff.ts";
import type { Call } from "../http/context.ts";
import { limitsOf } from "./limit-versions.ts";

export async function diffBetween(
  c: Call,
  account: string,
  from: number,
  to: number,
): Promise<ActorReply<string>> {
  const [before, after] = await Promise.all([from, to].map((version) => limitsOf(c, account, { version })));
  if (before === undefined || !before.ok) return before ?? answer("");
  if (after === undefined || !after.ok) return after ?? answer("");
  const [one, other] = [limitsIn(before.value), limitsIn(after.value)];
  return answer(JSON.stringify({ from, to, ...diffOf(one, other), loosens: loosened(one, other) }));
}

// SAFETY: our own text, in the public shape.
const limitsIn = (text: string): readonly LimitInForce[] =>
  (JSON.parse(text) as { readonly limits: readonly LimitInForce[] }).limits;
