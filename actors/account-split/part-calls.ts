/** Calls of an account's parts, each with its patience. What is refused or fails is thrown: whoever drives the split comes again. */
import { partAccount } from "../../src/domain/parts-map.ts";
import type { ActorPorts } from "../../src/ports.ts";
import type { PartsAnswers, PartsWork } from "../risk-shard/parts-messages.ts";
import type { Clock } from "../runtime/clock.ts";
import { type Envelope, systemEnvelope } from "../runtime/envelope.ts";
import { type Refusal, refusal } from "../runtime/reply.ts";
import { within } from "../runtime/within.ts";

export class PartRefused extends Error {
  override readonly name = "PartRefused";
  readonly refusal: Refusal;

  constructor(work: string, part: number, refusal: Refusal) {
    super(
      `part ${part} refused ${work}: ${refusal.code}${refusal.detail === undefined ? "" : `, ${refusal.detail}`}`,
    );
    this.refusal = refusal;
  }
}

export interface Parts {
  /** Throws `PartRefused`, `TookTooLong`, or what the platform throws. */
  ask<Work extends PartsWork>(part: number, work: Work, waitMs: number): Promise<PartsAnswers[Work["type"]]>;
}

export type AccountName = { readonly tenant: string; readonly account: string };

export class PartCalls implements Parts {
  readonly #name: AccountName;
  readonly #shard: ActorPorts["riskShard"];
  readonly #clock: Clock;

  constructor(name: AccountName, shard: ActorPorts["riskShard"], clock: Clock) {
    this.#name = name;
    this.#shard = shard;
    this.#clock = clock;
  }

  async ask<Work extends PartsWork>(
    part: number,
    work: Work,
    waitMs: number,
  ): Promise<PartsAnswers[Work["type"]]> {
    const shard = this.#shard(this.#name.tenant, partAccount(this.#name.account, part));
    if (shard.parts === undefined) throw new PartRefused(work.type, part, refusal("dependency-unavailable"));
    const reply = await within(shard.parts(this.#envelope(waitMs), work), waitMs);
    if (!reply.ok) throw new PartRefused(work.type, part, reply);
    // SAFETY: what a part answers to this kind of work.
    return JSON.parse(reply.value) as PartsAnswers[Work["type"]];
  }

  #envelope(waitMs: number): Envelope {
    const principal = { tenant: this.#name.tenant, subject: "outcry" };
    return { ...systemEnvelope(this.#clock.now(), waitMs), principal };
  }
}
