/** What is kept of how long the lines of a book take to liquidate. */
import type { Symbol } from "../../src/domain/ids.ts";
import { Ranking } from "./ranking.ts";

export type DaysBook = {
  /** By `DAYS_UNIT`, at all of the volume. */
  readonly longest: Ranking;
  /** By how early their statistics are too old. */
  readonly oldest: Ranking;
  /** Lines of which no volume is known. */
  readonly unknown: Map<Symbol, true>;
};

export const emptyDays = (): DaysBook => ({
  longest: new Ranking(),
  oldest: new Ranking(),
  unknown: new Map(),
});
