/** What a person says to what is watched, on its way: a tripped limit is released. And the lists of it. */
import { releaseBody } from "../../src/contracts/limit-trips.ts";
import { resolveViolationBody } from "../../src/contracts/violations.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import type { Decided } from "./decide.ts";
import { decisionsOf } from "./decision-list.ts";
import { explanationText, recordFrom } from "./explain.ts";
import type { OrderDecidedFact } from "./facts.ts";
import { parseRecord } from "./kept-record.ts";
import type { Ledger } from "./ledger.ts";
import { inputsPage } from "./market-inputs.ts";
import type { ListPage, WatchedAnswer, WatchedQuery } from "./messages.ts";
import { Reads } from "./reads.ts";
import { refuse } from "./refused.ts";
import { parse, type Replied, type RequestTurns } from "./request-turns.ts";
import { decideRelease, tripText } from "./trips.ts";

type Said<Type> = Extract<WatchedAnswer, { readonly type: Type }>;

export class WatchTurns {
  readonly #ledger: Ledger;
  readonly #requests: RequestTurns;
  readonly #clock: Clock;

  constructor(ledger: Ledger, requests: RequestTurns, clock: Clock) {
    this.#ledger = ledger;
    this.#requests = requests;
    this.#clock = clock;
  }

  async answer(envelope: Envelope, said: WatchedAnswer): Replied {
    if (said.type === "explain") return this.#explain(said);
    return said.type === "release" ? this.#release(envelope, said) : this.#resolve(envelope, said);
  }

  async list(query: WatchedQuery): Promise<ActorReply<ListPage>> {
    const { state } = this.#ledger;
    if (query.list === "inputs") return inputsPage(state, query, this.#clock.now());
    const reads = new Reads(this.#ledger);
    if (query.list === "decisions") return reads.decisions(query, query.decided);
    return query.list === "trips" ? this.#trips(query) : reads.violations(query, query.filter);
  }

  #trips({ limit, after }: WatchedQuery): ActorReply<ListPage> {
    const { account, trips } = this.#ledger.state;
    if (account === undefined) return refusal("account-unknown");
    const keys = [...trips.keys()];
    const start = after === undefined ? 0 : keys.indexOf(after) + 1;
    const page = keys.slice(start, start + limit);
    const items = page.flatMap((key) => {
      const trip = trips.get(key);
      return trip === undefined ? [] : [tripText(trip)];
    });
    const last = page.at(-1);
    const hasMore = last !== undefined && start + page.length < keys.length;
    return answer({ items, total: keys.length, ...(hasMore ? { next: last } : {}) });
  }

  /** From what the account keeps, or from the fact of one that it keeps no more. */
  #explain({ seq, fact: archived }: Said<"explain">): ActorReply<string> {
    const { state, store, name } = this.#ledger;
    if (state.account === undefined) return refusal("account-unknown");
    const payload = archived ?? this.#ledger.waitingDecision(seq);
    // SAFETY: what this account told, and waits to tell.
    const fact = payload === undefined ? undefined : (JSON.parse(payload) as OrderDecidedFact);
    const [row] = decisionsOf(this.#ledger, {}).page(seq + 1, 1);
    const kept = row?.seq === seq ? parseRecord(row.payload) : undefined;
    const record = kept ?? (fact === undefined ? undefined : recordFrom(seq, fact));
    if (record === undefined)
      return refusal(
        "decision-unknown",
        "the account keeps no decision of this seq, and Postgres tells of none",
      );
    const version = record[11];
    const isInForce = version === state.limits.version;
    const limits = isInForce ? state.limits.text : store.limits.text(version);
    const inherited = isInForce ? state.limits.inherited : store.limits.inherited(version);
    return answer(explanationText({ account: name.account, record, fact, limits, inherited }));
  }

  async #resolve(envelope: Envelope, { seq, body }: Said<"resolve-violation">): Replied {
    const parsed = parse(resolveViolationBody, body);
    if (!parsed.ok) return parsed;
    const { state, resolutions } = this.#ledger;
    const { reason, by } = parsed.value;
    return this.#requests.run(
      "account",
      envelope,
      { type: `resolve-violation ${seq}`, body, isOwn: true },
      (at) => {
        if (state.account === undefined) return refuse("account-unknown", "put the account first");
        if (by !== envelope.principal.subject)
          return refuse("principal-mismatch", "`by` is the subject of the credential");
        const resolved = { kind: "violation-resolved", at, violation: seq, reason, by } as const;
        return resolutions.refusal(seq) ?? { events: [resolved] };
      },
      (_ledger, at) => JSON.stringify({ violation: seq, reason, by, at, seq: state.seq }),
    );
  }

  async #release(envelope: Envelope, { limitId, body }: Said<"release">): Replied {
    const parsed = parse(releaseBody, body);
    if (!parsed.ok) return parsed;
    const { state } = this.#ledger;
    const { reason, by } = parsed.value;
    const command = { limitId, body: parsed.value, by: envelope.principal.subject };
    let members: readonly (string | null)[] = [];
    const decideAt = (at: number): Decided => {
      const decided = decideRelease(state, command, at);
      if ("events" in decided) members = decided.events.map(({ member }) => (member === "" ? null : member));
      return decided;
    };
    return this.#requests.run(
      "urgent",
      envelope,
      { type: `release ${limitId}`, body },
      decideAt,
      (_ledger, at) => JSON.stringify({ limitId, members, reason, by, at, seq: state.seq }),
    );
  }
}
