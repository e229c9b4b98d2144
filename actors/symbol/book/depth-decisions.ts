/** What becomes of the depth ticks of one request: each as the book stands behind those before it. */

import type { Instrument } from "../../../src/domain/instrument.ts";
import { HORIZON_MS } from "../../../src/domain/lateness.ts";
import { isRepeat, lacksSequence, type StitchedBook } from "../../../src/quant/book/stitch.ts";
import type { FactRoom } from "../bars/fact-room.ts";
import type { DepthTold, SymbolEvent } from "../events.ts";
import { overloaded } from "../gaps/gap-decisions.ts";
import type { TickReport } from "../messages.ts";

type Deciding = {
  readonly book: StitchedBook;
  readonly instrument: Instrument | undefined;
  readonly room: FactRoom;
  readonly events: SymbolEvent[];
  readonly report: TickReport;
};

export class DepthDecisions {
  readonly #deciding: Deciding;
  #rehearsal: StitchedBook | undefined;

  constructor(deciding: Deciding) {
    this.#deciding = deciding;
  }

  /** Answers the watermark behind it. A change that waits for a snapshot is accepted; one that is late is in no ledger. */
  decide(tick: DepthTold, index: number, watermark: number): number {
    const { book, instrument, room, events, report } = this.#deciding;
    const { ts, change } = tick;
    this.#rehearsal ??= book.rehearsal();
    const { place } = this.#rehearsal;
    if (lacksSequence(place, change)) report.rejected.push({ index, ...SEQUENCE_REQUIRED });
    else if (isRepeat(place, change)) report.duplicates += 1;
    else if (watermark - ts > HORIZON_MS) report.late += 1;
    else if (!room.takesTick(ts, watermark)) report.rejected.push(overloaded(index));
    else {
      report.accepted += 1;
      events.push(tick);
      // No tick is taken before the instrument is known.
      if (instrument !== undefined) this.#rehearsal.take(change, instrument);
      return Math.max(watermark, ts);
    }
    return watermark;
  }
}

const SEQUENCE_REQUIRED = {
  code: "sequence-required",
  detail: "this book is counted: lastSeq says where a change belongs",
};
