/** How limits come into force, on its way: what is put, proposed, approved and read. */
import {
  attributedBody,
  type LimitsChanged,
  type LimitVersion,
  overrideBody,
  proposalBody,
} from "../../src/contracts/limit-plan.ts";
import { limit as limitSchema, limitsBody } from "../../src/contracts/limits.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import { type Decided, decide } from "./decide.ts";
import { decideLimits } from "./decide-limits.ts";
import type { Ledger, RiskBricks } from "./ledger.ts";
import type { LimitDues } from "./limit-dues.ts";
import { dueOf, pendingText } from "./limit-records.ts";
import { parseMeta } from "./limit-rows.ts";
import type { LimitsCommand, LimitVersionPage, LimitWork } from "./messages.ts";
import { baseOf, limitsIn } from "./overrides.ts";
import { partedFault } from "./parts-splittable.ts";
import { Reads } from "./reads.ts";
import { type Refused, refuse } from "./refused.ts";
import { parse, type Replied, type RequestTurns } from "./request-turns.ts";
import type { RiskState } from "./state.ts";

export class LimitTurns {
  readonly #ledger: Ledger;
  readonly #reads: Reads;
  readonly #clock: RiskBricks["clock"];
  readonly #requests: RequestTurns;
  readonly #dues: LimitDues;

  constructor(ledger: Ledger, { clock }: RiskBricks, requests: RequestTurns, dues: LimitDues) {
    this.#ledger = ledger;
    this.#reads = new Reads(ledger);
    this.#clock = clock;
    this.#requests = requests;
    this.#dues = dues;
  }

  async put(envelope: Envelope, body: string, ifMatch: string | undefined): Replied {
    const parsed = parse(limitsBody, body);
    if (!parsed.ok) return parsed;
    const by = envelope.principal.subject;
    const command = { type: "put-limits", ...parsed.value, ifMatch, by } as const;
    const { state } = this.#ledger;
    return this.#change(envelope, { type: command.type, body }, (at) => {
      const decided = decide(state, command, at);
      return partedFault(state, command.limits, decided) ?? decided;
    });
  }

  async work(envelope: Envelope, work: LimitWork): Replied {
    if (work.type === "pending") return this.#pending();
    if (work.type === "as-of") return this.#asOf(work.at);
    if (work.type === "versions") return this.#versions(work);
    const command = commandOf(work, envelope.principal.subject);
    if ("ok" in command) return command;
    const type = `limits-${"id" in work ? `${work.type} ${work.id}` : work.type}`;
    const { state } = this.#ledger;
    return this.#change(
      envelope,
      { type, body: work.body },
      (at) => thresholdFault(state, command) ?? decideLimits(state, command, at),
    );
  }

  #change(
    envelope: Envelope,
    request: { readonly type: string; readonly body: string },
    decideAt: (at: number) => Decided,
  ): Replied {
    let decided: Decided | undefined;
    return this.#requests.run(
      "account",
      envelope,
      request,
      (at) => {
        decided = decideAt(at);
        return decided;
      },
      () => JSON.stringify(changedBy(decided, this.#ledger)),
    );
  }

  /** The set in force, or that of a version. */
  async find(_envelope: Envelope, version: number | undefined): Promise<ActorReply<string>> {
    await this.#dues.settled();
    return this.#reads.limits(version, this.#clock.now());
  }

  async #asOf(at: number): Promise<ActorReply<string>> {
    await this.#dues.settled();
    const { state, store } = this.#ledger;
    if (state.account === undefined) return refusal("account-unknown");
    if (at > this.#clock.now()) return refusal("ts-future", "what will be in force then is not decided yet");
    const version = store.limits.versionAt(at);
    const text = version === undefined ? undefined : store.limits.text(version);
    if (text !== undefined) return answer(`{"version":${version},"limits":${text}}`);
    // All that there ever were are here, and the first of them came later.
    return store.limits.oldest === 1 ? answer('{"version":0,"limits":[]}') : UNKNOWN;
  }

  /** By the time at which something becomes of each, those that wait for a person last. */
  async #pending(): Promise<ActorReply<string>> {
    await this.#dues.settled();
    const { account, limits, pendingLimits } = this.#ledger.state;
    if (account === undefined) return refusal("account-unknown");
    const due = (one: Parameters<typeof dueOf>[0]): number => dueOf(one) ?? Number.MAX_SAFE_INTEGER;
    const items = [...pendingLimits.values()].sort(
      (one, other) => due(one) - due(other) || one.at - other.at,
    );
    return answer(`{"version":${limits.version},"items":[${items.map(pendingText).join(",")}]}`);
  }

  async #versions({ limit, before }: Extract<LimitWork, { type: "versions" }>): Promise<ActorReply<string>> {
    await this.#dues.settled();
    const { state, store } = this.#ledger;
    if (state.account === undefined) return refusal("account-unknown");
    const { version: newest } = state.limits;
    const items = store.limits.versions(before ?? newest + 1, limit).map(versionOf);
    const page: LimitVersionPage = { items, total: newest, olderThan: store.limits.oldest ?? newest + 1 };
    return answer(JSON.stringify(page));
  }
}

const UNKNOWN = refusal("limits-unknown", "what was in force then is in Postgres only");

/** Whether a limit that is put could have this threshold. */
function thresholdFault({ limits }: RiskState, command: LimitsCommand): Refused | undefined {
  if (command.type !== "override") return undefined;
  const { limitId, threshold } = command.body;
  const put = limitsIn(baseOf(limits).text).find(({ id }) => id === limitId);
  if (put?.threshold === undefined) return undefined;
  const { warnAt: _, ...rest } = put;
  const issue = limitSchema.safeParse({ ...rest, threshold }).error?.issues[0];
  return issue === undefined ? undefined : refuse("field-combination", issue.message);
}

function commandOf(
  work: Exclude<LimitWork, { readonly type: "pending" | "as-of" | "versions" }>,
  by: string,
): LimitsCommand | Extract<ActorReply<never>, { readonly ok: false }> {
  if (work.type === "override") {
    const parsed = parse(overrideBody, work.body);
    return parsed.ok ? { type: work.type, body: parsed.value, by } : parsed;
  }
  if (work.type === "propose") {
    const parsed = parse(proposalBody, work.body);
    return parsed.ok ? { type: work.type, body: parsed.value, by } : parsed;
  }
  const parsed = parse(attributedBody, work.body);
  return parsed.ok ? { type: work.type, id: work.id, body: parsed.value, by } : parsed;
}

/** The version in force, and what waits or stands by this change. */
function changedBy(decided: Decided | undefined, { state }: Ledger): LimitsChanged {
  const events = decided === undefined || "refuse" in decided ? [] : decided.events;
  const { version } = state.limits;
  const entry = events.flatMap((event) =>
    event.kind === "limits-planned" && event.entry !== undefined ? [event.entry] : [],
  )[0];
  if (entry === undefined) return { version };
  const { id, status, plan } = entry;
  const effectiveAt = plan.what === "set" ? plan.effectiveAt : undefined;
  // SAFETY: the contract admits no other moments.
  const from = effectiveAt === undefined ? {} : { effectiveAt: effectiveAt as EpochMs };
  return { version, pending: { id, status, ...from } };
}

type Row = { readonly version: number; readonly since: number; readonly meta: string; readonly size: number };

function versionOf({ version, since, meta, size }: Row): LimitVersion {
  const { by = null, origin } = parseMeta(meta);
  return {
    // SAFETY: a moment of our own clock.
    ...{ version, since: since as EpochMs, by },
    what: origin?.what ?? null,
    reason: origin?.reason ?? null,
    ref: origin?.ref ?? null,
    approvedBy: origin?.approvedBy ?? null,
    template: origin?.template ?? null,
    limits: size,
  };
}
