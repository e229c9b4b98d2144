/** Movements of cash on their way: read, queued, booked, answered. */
import { type CashMovement, cashBody } from "../../src/contracts/cash.ts";
import { faultsOf, requestCodeOf } from "../../src/contracts/issues.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import { parsedJson } from "../../src/domain/json.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import { type CashVerdict, decideCash } from "./decide-cash.ts";
import type { Ledger, RiskBricks } from "./ledger.ts";
import type { CashTerms } from "./messages.ts";
import { wholeRefusal } from "./parts-gate.ts";
import type { ReferencePrices } from "./reference-prices.ts";
import { NO_STRATEGY } from "./state.ts";

export class CashTurns {
  readonly #ledger: Ledger;
  readonly #bricks: RiskBricks;
  readonly #prices: ReferencePrices;

  constructor(ledger: Ledger, bricks: RiskBricks, prices: ReferencePrices) {
    this.#ledger = ledger;
    this.#bricks = bricks;
    this.#prices = prices;
  }

  async run(envelope: Envelope, body: string): Promise<ActorReply<string>> {
    const value = parsedJson(body);
    const parsed = cashBody.safeParse(value);
    if (!parsed.success) {
      const errors = faultsOf(parsed.error, value);
      return { ...refusal(requestCodeOf(errors), errors[0]?.detail), errors };
    }
    const movements = parsed.data.movements.map(termsOf);
    const symbols = movements.flatMap(({ symbol }) => symbol ?? []);
    const unmet = symbols.length === 0 ? [] : this.#prices.unmet(symbols);
    if (unmet.length > 0) await this.#prices.meet(envelope, unmet);
    const by = envelope.principal.subject;
    return this.#bricks.mailbox.run(
      "executions",
      envelope,
      body.length,
      () => {
        const split = wholeRefusal(this.#ledger.state);
        if (split !== undefined) return split;
        const remembered = this.#ledger.rememberedCash(movements.map(({ id }) => id));
        return decideCash(this.#ledger.state, { movements, remembered, by }, this.#bricks.clock.now());
      },
      (verdicts) => ("ok" in verdicts ? verdicts : this.#record(verdicts)),
    );
  }

  #record(verdicts: readonly CashVerdict[]): ActorReply<string> {
    const events = verdicts.flatMap((verdict) => verdict.events);
    const full = this.#ledger.roomRefusal(events);
    if (full !== undefined) return full;
    this.#ledger.record(events);
    const results = verdicts.map(({ id, status, code }) => ({
      ...{ id, status },
      ...(code === undefined ? {} : { code }),
    }));
    return answer(JSON.stringify({ results, seq: this.#ledger.state.seq }));
  }
}

function termsOf({ id, type, currency, amount, symbol, strategy, ts, note }: CashMovement): CashTerms {
  const line = strategy ?? NO_STRATEGY;
  const body = JSON.stringify([type, currency, worth(amount), symbol ?? null, line, ts, note ?? null]);
  // SAFETY: the contract admits symbols only.
  return { id, type, currency, amount, symbol: symbol as Symbol | undefined, strategy: line, ts, note, body };
}

/** What is sent again with other trailing zeros is the same. */
const worth = (amount: string): string => (amount.includes(".") ? amount.replace(/\.?0+$/, "") : amount);
