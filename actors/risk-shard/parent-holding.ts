/**
 * What the account holds, as a child: in memory, and on disk before anything leaves that tells of it. Each change is a turn of its own,
 * before any order that waits.
 */
import { PRIORITY_DEFAULT } from "../../src/domain/firm.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import type { ActorPorts } from "../../src/ports.ts";
import { partChild, SPLIT_SUFFIX } from "../firm/address.ts";
import { systemEnvelope } from "../runtime/envelope.ts";
import { sameAmounts } from "../runtime/escrow/amounts.ts";
import {
  currentUntil,
  type Holding,
  loadHolding,
  passOn,
  type Standing,
  storedOf,
} from "../runtime/escrow/holding.ts";
import type { Amounts, ChildName, Passing } from "../runtime/escrow/messages.ts";
import { randomHex } from "../runtime/id.ts";
import { type ActorReply, answer } from "../runtime/reply.ts";
import type { RiskEvent } from "./events.ts";
import type { Ledger, RiskBricks } from "./ledger.ts";
import { unknownUses, usesOf } from "./quota-uses.ts";

export type Parents = Pick<ActorPorts, "firm">;

/** What orders that are not decided yet may use, beyond what is used; and whether orders came lately. */
export type Using = { readonly wanted: (at: number) => Amounts; readonly isInUse: (at: number) => boolean };

/** What is recorded, and the holding as it is from then on. */
export type Decision<Value> = {
  readonly events: readonly RiskEvent[];
  readonly holding?: Holding;
  readonly value: Value;
};

export class ParentHolding {
  readonly #ledger: Ledger;
  readonly #bricks: RiskBricks;
  readonly #actors: Parents;
  readonly #using: Using;
  #parent: string | undefined;
  #holding: Holding | undefined;

  constructor(ledger: Ledger, bricks: RiskBricks, actors: Parents, using: Using) {
    this.#ledger = ledger;
    this.#bricks = bricks;
    this.#actors = actors;
    this.#using = using;
  }

  get now(): EpochMs {
    return this.#bricks.clock.now();
  }

  /** Undefined without a parent. Under another one, and after a load, it begins anew. */
  get present(): Holding | undefined {
    const { state, store } = this.#ledger;
    const parent = state.above?.parent;
    if (parent !== this.#parent || this.#holding === undefined) {
      this.#parent = parent;
      this.#holding = parent === undefined ? undefined : loadHolding(store.above.stored, randomHex(16));
    }
    return this.#holding;
  }

  /** What of it is to be on disk is there with the group of this turn. */
  take(holding: Holding): void {
    const { state, store } = this.#ledger;
    if (state.above === undefined) return;
    if (this.differs(holding)) store.above.identify(storedOf(holding));
    this.#holding = holding;
    state.above = { ...state.above, currentUntil: currentUntil(holding), over: holding.over };
  }

  /** In the turn in which symbols leave: on disk together with that. */
  pass(passing: Passing): void {
    const { present } = this;
    if (present === undefined) return;
    const passed = passOn(present, passing);
    this.#ledger.record(this.heldBy(passed));
    this.take(passed);
  }

  /** Undefined where it could not be written. */
  async turn<Value>(decide: () => Decision<Value>): Promise<ActorReply<Value> | undefined> {
    const turn = this.#bricks.mailbox.run(
      "urgent",
      systemEnvelope(this.#bricks.clock.now()),
      0,
      decide,
      (decided) => {
        this.#ledger.record(decided.events);
        if (decided.holding !== undefined) this.take(decided.holding);
        return answer(decided.value);
      },
    );
    return turn.catch(() => undefined);
  }

  heldBy({ held }: Holding): readonly RiskEvent[] {
    const { above } = this.#ledger.state;
    if (above === undefined || sameAmounts(held, above.held)) return [];
    return [{ kind: "quota-held", at: this.now, held }];
  }

  /** From what is on disk. */
  differs(holding: Holding): boolean {
    const { stored } = this.#ledger.store.above;
    if (stored === undefined) return true;
    return (
      !sameAmounts(stored.held, holding.held) ||
      stored.book?.version !== holding.book?.version ||
      stored.incarnation !== holding.incarnation ||
      stored.previous !== holding.previous ||
      stored.isConfirmed !== holding.isConfirmed ||
      stored.nFrom !== holding.nFrom ||
      stored.passing?.move !== holding.passing?.move ||
      String(stored.took) !== String(holding.took) ||
      stored.isFenced !== holding.isFenced
    );
  }

  standing({ held }: Holding, at: number): Standing {
    const { state } = this.#ledger;
    const { currency = "", priority = PRIORITY_DEFAULT } = state.account ?? {};
    const committed = usesOf(state, held, at);
    const { wanted, isInUse } = this.#using;
    return {
      ...{ child: this.child, seq: state.seq, currency, priority },
      ...{ committed, used: committed, unknown: unknownUses(state, at) },
      ...{ wanted: wanted(at), isInUse: isInUse(at) },
    };
  }

  get child(): ChildName {
    const { account, part = 0 } = this.#ledger.name;
    return this.#parent?.endsWith(SPLIT_SUFFIX) ? partChild(part) : `account:${account}`;
  }

  get firm(): ReturnType<Parents["firm"]> {
    return this.#actors.firm(`${this.#ledger.name.tenant}/${this.#parent}`);
  }
}
