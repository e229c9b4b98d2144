/** The node that the account-wide limits of a split account are quotas of: `<tenant>/<account>/split`, below the account's own parent. */

import type { NodeKind } from "../../src/domain/firm.ts";
import { PARTS_MAX } from "../../src/domain/parts-map.ts";
import type { ActorPorts } from "../../src/ports.ts";
import { partChild, SPLIT_SUFFIX } from "../firm/address.ts";
import { ALL_IN_RESERVE } from "../firm/messages.ts";
import type { PartSettings } from "../risk-shard/parts-messages.ts";
import type { Clock } from "../runtime/clock.ts";
import { type Envelope, systemEnvelope } from "../runtime/envelope.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import { within } from "../runtime/within.ts";
import { CALL_MS } from "./limits.ts";
import { type AccountName, PartRefused } from "./part-calls.ts";

const PARTS = Array.from({ length: PARTS_MAX }, (_, part) => part);
/** The node of a split answers as either; where it was never put it says of which kind there is none. */
const [KIND, NEVER_PUT] = ["firm", "firm-unknown"] as const;
export const NOT_SPLIT = refusal("split-unknown", "the account is in one shard, and has no fence of its own");

export interface SplitQuotas {
  /**
   * Its limits, currency and parent from now on. Where it has parts already, and the limits are not known to be those of before, none of them
   * grows until `open`, and it answers true: what one is granted of a new limit, others may use already. Throws where it is away, or refuses.
   */
  put(settings: PartSettings, hasParts: boolean): Promise<boolean>;
  /** All parts have told what they use of the limits that were put last. Throws where it is away. */
  open(): Promise<void>;
  /** The account takes their place below its parent. Throws where one of them is away. */
  release(): Promise<void>;
}

/** Parts of which two copies have asked for quota. */
export interface PartFences {
  /** Throws where the node is away. */
  fencedParts(): Promise<ActorReply<readonly number[]>>;
  /** A person has seen to it that one copy of the part is left. Throws where the node is away. */
  admit(envelope: Envelope, part: number, body: string): Promise<ActorReply<string>>;
}

export class FirmQuotas implements SplitQuotas, PartFences {
  readonly #name: AccountName;
  readonly #actors: Pick<ActorPorts, "firm">;
  readonly #clock: Clock;
  /** What it was last put with, in this life of the object: the same again would be a new version to every part. */
  #put: string | undefined;
  /** Limits of which it has granted growth, in this life of the object. */
  #open: string | undefined;
  #closed: { readonly kind: NodeKind; readonly terms: string; readonly limits: string } | undefined;

  constructor(name: AccountName, actors: Pick<ActorPorts, "firm">, clock: Clock) {
    this.#name = name;
    this.#actors = actors;
    this.#clock = clock;
  }

  async put({ currency, parent, priority, wide }: PartSettings, hasParts: boolean): Promise<boolean> {
    const kind = parent === undefined ? "firm" : "desk";
    const terms = JSON.stringify({ currency, parent, priority });
    const limits = JSON.stringify({ limits: wide });
    if (this.#put === terms + limits) return this.#closed !== undefined;
    const closes = hasParts && this.#open !== limits;
    const asked = closes ? JSON.stringify({ currency, parent, priority, reserve: ALL_IN_RESERVE }) : terms;
    const node = this.#node;
    await done("terms", node.put(this.#envelope(), kind, asked));
    try {
      await done("limits", node.putLimits(this.#envelope(), kind, limits));
    } catch (error) {
      // It goes by those of before, which all parts know.
      if (closes && error instanceof PartRefused)
        await done("terms", node.put(this.#envelope(), kind, terms));
      throw error;
    }
    this.#put = terms + limits;
    this.#closed = closes ? { kind, terms, limits } : undefined;
    if (!closes) this.#open = limits;
    return closes;
  }

  async open(): Promise<void> {
    if (this.#closed === undefined) return;
    const { kind, terms, limits } = this.#closed;
    await done("terms", this.#node.put(this.#envelope(), kind, terms));
    this.#closed = undefined;
    this.#open = limits;
  }

  async release(): Promise<void> {
    this.#put = undefined;
    this.#open = undefined;
    this.#closed = undefined;
    const standing = await done("place", this.#node.dissolve(this.#envelope()));
    const left = standing && (await done("place", this.#node.dissolve(this.#envelope(), standing)));
    // It was loaded in between.
    if (left !== null) throw new PartRefused("to give its quotas' place back", 0, refusal("parent-away"));
  }

  async fencedParts(): Promise<ActorReply<readonly number[]>> {
    const fenced = await this.#node.fenced(this.#envelope());
    return fenced.ok ? answer(PARTS.filter((part) => fenced.value.includes(partChild(part)))) : fenced;
  }

  async admit(envelope: Envelope, part: number, body: string): Promise<ActorReply<string>> {
    const reply = await this.#node.admit(envelope, KIND, partChild(part), body);
    if (reply.ok) return answer(JSON.stringify({ part, isFenced: false }));
    return reply.code === NEVER_PUT ? NOT_SPLIT : reply;
  }

  get #node(): ReturnType<ActorPorts["firm"]> {
    return this.#actors.firm(`${this.#name.tenant}/${this.#name.account}${SPLIT_SUFFIX}`);
  }

  #envelope() {
    const principal = { tenant: this.#name.tenant, subject: "outcry" };
    return { ...systemEnvelope(this.#clock.now(), CALL_MS), principal };
  }
}

async function done<Value>(what: string, call: Promise<ActorReply<Value>>): Promise<Value> {
  const reply = await within(call, CALL_MS);
  if (!reply.ok) throw new PartRefused(`its quotas' ${what}`, 0, reply);
  return reply.value;
}
