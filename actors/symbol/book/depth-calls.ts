/** Reads of a symbol's order book, and what a reply to its feed asks for. */
import { DEPTH_LEVELS_DEFAULT } from "../../../src/contracts/depth.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import type { StitchedBook } from "../../../src/quant/book/stitch.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Envelope } from "../../runtime/envelope.ts";
import { type ActorReply, answer } from "../../runtime/reply.ts";
import type { ParsedTicks } from "../decide.ts";
import type { DepthQuery, TickReport } from "../messages.ts";
import type { SymbolState } from "../state.ts";
import { sweepsAsked } from "./depth-sweeps.ts";
import { depthText } from "./depth-text.ts";

export type DepthSurroundings = {
  readonly clock: Clock;
  readonly state: SymbolState;
  readonly known: (envelope: Envelope) => Promise<ActorReply<Instrument>>;
};

export class DepthCalls {
  readonly #around: DepthSurroundings;

  constructor(around: DepthSurroundings) {
    this.#around = around;
  }

  async read(envelope: Envelope, query: DepthQuery): Promise<ActorReply<string>> {
    const { clock, state, known } = this.#around;
    const instrument = await known(envelope);
    if (!instrument.ok) return instrument;
    const sweeps = sweepsAsked(query, instrument.value);
    if (!sweeps.ok) return sweeps;
    const { levels = DEPTH_LEVELS_DEFAULT } = query;
    return answer(depthText(state, instrument.value, clock.now(), levels, sweeps.value));
  }
}

/** Who sends depth hears when the book needs a snapshot. */
export function withWanted(report: TickReport, { ticks }: ParsedTicks, book: StitchedBook): TickReport {
  const isWanted = ticks.some(({ tick }) => tick.kind === "depth-told") && book.wantsSnapshot;
  return isWanted ? { ...report, wanted: ["depth-snapshot"] } : report;
}
