/** Which fill a bust or a correction is about: its line, and all that was booked there. One request sees what it has booked itself. */
import { REVISED_ENTRIES_MAX } from "./capacity.ts";
import type { Referred } from "./decide-revisions.ts";
import type { RiskEvent } from "./events.ts";
import { LineBooks, type ReadBook } from "./line-book.ts";
import type { ExecutionTerms } from "./messages.ts";
import { lineKey, type Order, type PositionRecord, type RiskState } from "./state.ts";

/** `line` where it was a fill: empty of one that was booked before there were journals. */
export type RememberedReport = { readonly body: string; readonly line: string };
type Missing = "ref-unknown" | "ref-not-a-fill" | "ref-too-old" | "order-mismatch" | "overloaded";

export class References {
  readonly #state: RiskState;
  readonly #reports: Map<string, RememberedReport>;
  readonly #books: LineBooks;
  /** Entries that this request has folded. */
  #folded = 0;

  constructor(state: RiskState, reports: Map<string, RememberedReport>, readBook: ReadBook) {
    this.#state = state;
    this.#reports = reports;
    this.#books = new LineBooks(readBook);
  }

  of(
    { refExecId = "", clientOrderId }: ExecutionTerms,
    order: Order | undefined,
  ): (Referred & { readonly refExecId: string }) | Missing {
    const report = this.#reports.get(refExecId);
    if (report === undefined) return "ref-unknown";
    // SAFETY: bodies of reports are made in one place.
    const [type, named] = JSON.parse(report.body) as [string, string];
    if (type !== "fill") return "ref-not-a-fill";
    if (named !== clientOrderId) return "order-mismatch";
    const held = this.#heldOn(report.line);
    if (held === undefined) return "ref-too-old";
    if (this.#folded > REVISED_ENTRIES_MAX) return "overloaded";
    const book = this.#books.of(report.line);
    this.#folded += book.entries.length;
    return { refExecId, held, book, order };
  }

  #heldOn(line: string): PositionRecord | undefined {
    return line === "" ? undefined : this.#state.positions.get(line);
  }

  note(events: readonly RiskEvent[]): void {
    for (const event of events) {
      this.#books.note(event);
      if (event.kind !== "execution-booked" || event.opening) continue;
      const { execId, body, type, symbol, strategy } = event;
      this.#reports.set(execId, { body, line: type === "fill" ? lineKey(symbol, strategy) : "" });
    }
  }
}
