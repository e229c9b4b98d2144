/** A part that leaves hands over what it has counted over all of the account, and part 0 has told its parent before it answers. */
import type { ActorPorts } from "../../src/ports.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { overloaded, type Refusal, refusal } from "../runtime/reply.ts";
import { ifWithin } from "../runtime/within.ts";
import type { Ledger } from "./ledger.ts";
import type { ParentCover } from "./parent-cover.ts";
import { countsText, wideCounts } from "./parts-counts.ts";
import { FENCED_RETRY_MS } from "./parts-gate.ts";

/** Below what the coordinator waits for all of the step: it comes again. */
const HAND_OVER_MS_MAX = 3_000;
/** Orders of part 0 ask the same meanwhile. */
const COVER_MS_MAX = 2_000;

export async function handOver(
  { state, name }: Ledger,
  actors: Pick<ActorPorts, "riskShard">,
  envelope: Envelope,
): Promise<Refusal | undefined> {
  const counts = wideCounts(state);
  const { part = 0, lastMove: move = 0 } = state.parts ?? {};
  if (part === 0 || counts.days.length + counts.rates.length === 0) return undefined;
  const work = { type: "count", part, move, counts: countsText(counts) } as const;
  const call = async () => actors.riskShard(name.tenant, name.account).parts?.(envelope, work);
  const reply = await ifWithin(call(), HAND_OVER_MS_MAX);
  if (reply === undefined) return refusal("dependency-unavailable", "part 0 does not answer");
  return reply.ok ? undefined : reply;
}

/**
 * Every ask from now on tells of what is counted here, and what has left with symbols has been passed on: one from before that comes late is
 * not heard any more.
 */
export async function covered({ link, holding }: ParentCover): Promise<Refusal | undefined> {
  const isHeard = () => !link.isAway(holding.now) && holding.present?.passing === undefined;
  const asked = link.askAnew().then(() => (isHeard() ? true : undefined));
  const isTold = await ifWithin(asked, COVER_MS_MAX);
  return isTold ? undefined : overloaded(FENCED_RETRY_MS, "the node of the split's quotas does not answer");
}
