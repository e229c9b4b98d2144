/** A firm or desk over a disk in memory, and children that ask it as the protocol has it. */
import { addressIn } from "../../actors/firm/address.ts";
import type { NodeTerms, ParentTerms } from "../../actors/firm/messages.ts";
import { FirmStore, MIGRATIONS } from "../../actors/firm/store.ts";
import { FirmTurns } from "../../actors/firm/turns.ts";
import type { Amounts, QuotaAsk, QuotaReply } from "../../actors/runtime/escrow/messages.ts";
import type { ActorReply } from "../../actors/runtime/reply.ts";
import { TurnBench } from "./turn-bench.ts";

export const TERMS: NodeTerms = {
  ...{ kind: "firm", currency: "USD", policy: "by-use", reserve: "0", priority: 100 },
};
export const ONE = 10n ** 12n;
export const gross = (threshold: string, id = "gross") =>
  ({ id, kind: "max-gross-exposure", threshold }) as const;

export class FirmBench extends TurnBench<FirmStore, FirmTurns> {
  drawn = 0;

  constructor(name = "acme/f") {
    super(MIGRATIONS, (sql, { outbox, clock, vitals }) => {
      const store = new FirmStore(sql, addressIn(name), clock.now(), `load-${outbox.facts.length}`);
      const counting = {
        add: outbox.add.bind(outbox),
        get lastSeq() {
          return outbox.facts.length;
        },
      };
      return { store, turns: new FirmTurns(store, { outbox: counting, clock, vitals }) };
    });
  }

  put(terms: Partial<NodeTerms> = {}, above?: ParentTerms) {
    const drawn = `drawn-${++this.drawn}`;
    return codeOf(this.run(this.turns.put({ ...TERMS, ...terms }, above, { by: "ann", drawn })));
  }

  limit(...limits: readonly ReturnType<typeof gross>[]) {
    return codeOf(this.run(this.turns.putLimits(limits, undefined, "ann")));
  }

  ask(ask: QuotaAsk): ActorReply<QuotaReply> {
    return this.run(this.turns.ask(ask));
  }

  kinds(): string[] {
    return this.outbox.facts.map(({ kind }) => kind);
  }
}

export const codeOf = (reply: ActorReply<unknown>): string => (reply.ok ? "ok" : reply.code);

/** An ask of a child that holds nothing yet, unless said otherwise. */
export const askOf = (changes: Partial<QuotaAsk> & { readonly needs?: Amounts } = {}): QuotaAsk => {
  const { needs = {}, ...rest } = changes;
  return {
    ...{ child: "account:a", incarnation: "i1", n: 1, seq: 1, currency: "USD", priority: 100 },
    ...{ held: {}, committed: {}, used: {}, needed: needs },
    ...rest,
  };
};
