/**
 * The gap ledger: what a feed says it has not delivered, and where nothing came in an open session. A gap is closed by the feed's own word
 * that it has delivered what was missing; until then the bars that it overlaps are partial. A silence marks no bar: it may be that nothing happened.
 */
import type { Gap } from "../../../src/domain/gap.ts";
import type { GapTold } from "../events.ts";
import { GAPS_KEPT, SILENCES_KEPT } from "../limits.ts";

export class GapLedger {
  /** In order of number. */
  #gaps: Gap[];
  #open: readonly Gap[];
  /** Not yet on disk: entries that are new or were filled, and numbers that have left. */
  readonly #put = new Map<number, Gap>();
  readonly #gone: number[] = [];

  constructor(gaps: readonly Gap[] = []) {
    this.#gaps = [...gaps];
    this.#open = this.#gaps.filter(isOpen);
  }

  get size(): number {
    return this.#gaps.length;
  }

  /** In order of number. */
  get entries(): readonly Gap[] {
    return this.#gaps;
  }

  /** To try what a request would do to it. */
  copy(): GapLedger {
    return new GapLedger(this.#gaps);
  }

  /** The entries that it changes: one that is new, or those that it fills. None where it is no news. */
  tell(told: GapTold, at: number): readonly Gap[] {
    return told.filled ? this.#fill(told, at) : this.#announce(told, at);
  }

  hush(from: number, to: number, foundAt: number): Gap {
    const silence: Gap = { number: this.#nextNumber(), kind: "silence", from, to, foundAt };
    this.#add(silence);
    return silence;
  }

  /** Whether something that happened in [start, end) is known to be missing. `endOf` is asked only where the start does not tell; with a kind, only gaps of it count. */
  marks(start: number, endOf: () => number, kindAsked?: Gap["kind"]): boolean {
    for (const { from, to, kind } of this.#open) {
      if (kindAsked !== undefined && kind !== kindAsked) continue;
      if (start <= to && (from <= start || from < endOf())) return true;
    }
    return false;
  }

  /** What must be written since this was last asked. */
  takeUnwritten(): { readonly put: readonly Gap[]; readonly gone: readonly number[] } {
    const unwritten = { put: [...this.#put.values()], gone: this.#gone.splice(0) };
    this.#put.clear();
    return unwritten;
  }

  #announce({ source, from, to, reason, missing }: GapTold, at: number): readonly Gap[] {
    const kind = missing === undefined ? "feed" : "sequence";
    const isKnown = this.#gaps.some(
      (gap) => gap.kind === kind && gap.source === source && gap.from === from && gap.to === to,
    );
    if (isKnown) return [];
    const gap: Gap = {
      ...{ number: this.#nextNumber(), kind, from, to, source, reason },
      ...(missing === undefined ? {} : { missing }),
      foundAt: at,
    };
    this.#add(gap);
    return [gap];
  }

  /** Whole gaps only: of one that reaches out of the stretch nobody can say which part is there. */
  #fill({ from, to }: GapTold, at: number): readonly Gap[] {
    const filled = this.#open
      .filter((gap) => from <= gap.from && gap.to <= to)
      .map((gap): Gap => ({ ...gap, filledAt: at }));
    for (const gap of filled) {
      this.#gaps[this.#gaps.findIndex(({ number }) => number === gap.number)] = gap;
      this.#put.set(gap.number, gap);
    }
    if (filled.length > 0) this.#open = this.#gaps.filter(isOpen);
    return filled;
  }

  #nextNumber(): number {
    return (this.#gaps.at(-1)?.number ?? 0) + 1;
  }

  /** The newest is always there: the next number follows it. */
  #add(gap: Gap): void {
    this.#gaps.push(gap);
    this.#put.set(gap.number, gap);
    if (gap.kind === "silence") {
      const silences = this.#gaps.filter(({ kind }) => kind === "silence");
      if (silences.length > SILENCES_KEPT) this.#forget(silences[0]);
    }
    if (this.#gaps.length > GAPS_KEPT) this.#forget(this.#gaps[0]);
    this.#open = this.#gaps.filter(isOpen);
  }

  #forget(oldest: Gap | undefined): void {
    if (oldest === undefined) return;
    this.#gaps.splice(this.#gaps.indexOf(oldest), 1);
    this.#put.delete(oldest.number);
    this.#gone.push(oldest.number);
  }
}

const isOpen = ({ kind, filledAt }: Gap): boolean => kind !== "silence" && filledAt === undefined;
