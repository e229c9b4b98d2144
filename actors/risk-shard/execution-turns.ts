/** Executions on their way: read, queued, booked, answered. */
import type { Symbol } from "../../src/domain/ids.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { type ActorReply, answer, type Refusal, refusal } from "../runtime/reply.ts";
import { decideExecutions, type ExecutionVerdict } from "./decide-executions.ts";
import type { Ledger, RiskBricks } from "./ledger.ts";
import type { ExecutionTerms } from "./messages.ts";
import type { ParentCover } from "./parent-cover.ts";
import { strayReport } from "./parts-reports.ts";
import { readExecutions } from "./read-requests.ts";
import type { ReferencePrices } from "./reference-prices.ts";

export class ExecutionTurns {
  readonly #ledger: Ledger;
  readonly #bricks: RiskBricks;
  readonly #prices: ReferencePrices;
  readonly #parent: Pick<ParentCover, "look">;

  constructor(
    ledger: Ledger,
    bricks: RiskBricks,
    prices: ReferencePrices,
    parent: Pick<ParentCover, "look">,
  ) {
    this.#parent = parent;
    this.#ledger = ledger;
    this.#bricks = bricks;
    this.#prices = prices;
  }

  async run(envelope: Envelope, body: string): Promise<ActorReply<string>> {
    const executions = readExecutions(body);
    if (executions === undefined) return refusal("invalid", "no executions that the contract allows");
    const unmet = this.#unmet(executions);
    if (unmet.length > 0) await this.#prices.meet(envelope, unmet);
    const reply = await this.#bricks.mailbox.run(
      "executions",
      envelope,
      body.length,
      () => this.#decide(executions),
      (verdicts) => {
        if ("ok" in verdicts) return verdicts;
        const events = verdicts.flatMap((verdict) => verdict.events);
        const full = this.#ledger.roomRefusal(events);
        if (full !== undefined) return full;
        this.#ledger.record(events);
        for (const event of events) if (event.kind === "execution-booked") this.#prices.follow(event.symbol);
        return answer(this.#text(verdicts));
      },
    );
    // A fill may lose or use more than its order was to: who is above it hears that from here.
    this.#parent.look(this.#bricks.clock.now());
    return reply;
  }

  #decide(executions: readonly ExecutionTerms[]): ExecutionVerdict[] | Refusal {
    const { state, store } = this.#ledger;
    const stray = strayReport(state, executions, (ids) => store.orders.ended(ids));
    if (stray !== undefined) return stray;
    const command = {
      executions,
      remembered: this.#ledger.rememberedExecutions(executions.map(({ execId }) => execId)),
      ended: store.orders.ended(notWorking(executions, state.orders)),
      referred: this.#ledger.rememberedReports(executions.flatMap(({ refExecId }) => refExecId ?? [])),
      readBook: (line: string) => store.book.journals.read(line),
    };
    return decideExecutions(state, command, this.#bricks.clock.now());
  }

  /** Symbols of fills whose order is not known: only they can be in something that was never met. */
  #unmet(executions: readonly ExecutionTerms[]): Symbol[] {
    const { orders } = this.#ledger.state;
    const symbols = executions
      .filter(({ type, clientOrderId }) => type === "fill" && !orders.has(clientOrderId))
      .flatMap(({ symbol }) => symbol ?? []);
    return symbols.length === 0 ? [] : this.#prices.unmet(symbols);
  }

  #text(verdicts: readonly ExecutionVerdict[]): string {
    const results = verdicts.map(({ execId, status, code }) => ({
      execId,
      status,
      ...(code === undefined ? {} : { code }),
    }));
    return JSON.stringify({ results, seq: this.#ledger.state.seq });
  }
}

const notWorking = (executions: readonly ExecutionTerms[], working: ReadonlyMap<string, unknown>): string[] =>
  executions.map(({ clientOrderId }) => clientOrderId).filter((id) => !working.has(id));
