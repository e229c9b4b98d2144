/** What may be asked of the coordinator of an account's split. Bodies and replies are JSON texts of the public shapes. */
import { faultsOf, requestCodeOf } from "../../src/contracts/issues.ts";
import { type SplitBody, splitBody } from "../../src/contracts/splits.ts";
import { parsedJson } from "../../src/domain/json.ts";
import type { PartsMap } from "../../src/domain/parts-map.ts";
import type { Envelope } from "../runtime/envelope.ts";
import type { ActorReply } from "../runtime/reply.ts";
import type { InspectedApi } from "../runtime/standing.ts";

/** What every part has to hear of; part 0 decides and answers. */
export type SplitChange =
  | { readonly type: "limits"; readonly body: string; readonly ifMatch?: string }
  | { readonly type: "state"; readonly body: string };

export interface AccountSplitApi extends InspectedApi {
  /** Begins; refused `not-splittable`, `split-running`. The account exists: whoever calls has asked. */
  split(envelope: Envelope, body: string): Promise<ActorReply<string>>;
  /** All but `fencedParts`. */
  standing(envelope: Envelope): Promise<ActorReply<string>>;
  /** Null where the node of its quotas does not answer; none of an account that is not split. */
  fencedParts(envelope: Envelope): Promise<ActorReply<readonly number[] | null>>;
  /** Lifts the fence of a part at that node. Refused `split-unknown`, `child-unknown`, `principal-mismatch`. */
  admit(envelope: Envelope, part: number, body: string): Promise<ActorReply<string>>;
  map(envelope: Envelope): Promise<ActorReply<PartsMap>>;
  /** Answered when every part has it; `outcome-unknown` where some are away: they get it when they are back. */
  change(envelope: Envelope, change: SplitChange): Promise<ActorReply<string>>;
}

export type { SplitBody, SplitStanding } from "../../src/contracts/splits.ts";

export function parseSplitBody(body: string): ActorReply<SplitBody> {
  const value = parsedJson(body);
  const judged = splitBody.safeParse(value);
  if (judged.success) return { ok: true, value: judged.data };
  const errors = faultsOf(judged.error, value);
  return { ok: false, code: requestCodeOf(errors), errors };
}
