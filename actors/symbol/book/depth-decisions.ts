/** What becomes of the depth ticks of one request: each as the book stands behind those before it. */
import { HORIZON_MS } from "../../../src/domain/lateness.ts";
import { isRepeat, lacksSequence, type Place, placeBehind } from "../../../src/quant/book/stitch.ts";
import type { FactRoom } from "../bars/fact-room.ts";
import type { DepthTold, SymbolEvent } from "../events.ts";
import { overloaded } from "../gaps/gap-decisions.ts";
import type { TickReport } from "../messages.ts";

type Deciding = {
  readonly room: FactRoom;
  readonly events: SymbolEvent[];
  readonly report: TickReport;
};

export class DepthDecisions {
  #place: Place;
  readonly #deciding: Deciding;

  constructor(place: Place, deciding: Deciding) {
    this.#place = place;
    this.#deciding = deciding;
  }

  /** Answers the watermark behind it. A change that waits for a snapshot is accepted; one that is late is in no ledger. */
  decide(tick: DepthTold, index: number, watermark: number): number {
    const { room, events, report } = this.#deciding;
    const { ts, change } = tick;
    if (lacksSequence(this.#place, change)) report.rejected.push({ index, ...SEQUENCE_REQUIRED });
    else if (isRepeat(this.#place, change)) report.duplicates += 1;
    else if (watermark - ts > HORIZON_MS) report.late += 1;
    else if (!room.takesTick(ts, watermark)) report.rejected.push(overloaded(index));
    else {
      report.accepted += 1;
      events.push(tick);
      this.#place = placeBehind(this.#place, change);
      return Math.max(watermark, ts);
    }
    return watermark;
  }
}

const SEQUENCE_REQUIRED = {
  code: "sequence-required",
  detail: "this book is counted: lastSeq says where a change belongs",
};
