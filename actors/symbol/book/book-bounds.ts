/** How much a symbol keeps of its order book. */
import { BOOK_LEVELS_MAX } from "../../../src/domain/book.ts";
import { WAITING_CHANGES_MAX } from "../../../src/quant/book/waiting-changes.ts";
import type { Bound } from "../../runtime/bounds.ts";

export const BOOK_BOUNDS: readonly Bound[] = [
  { collection: "table:book_checkpoint", max: 1, unit: "rows", atBound: "One row by its key." },
  {
    collection: "memory:bookLevels",
    max: 2 * BOOK_LEVELS_MAX,
    unit: "entries",
    atBound: "Of each side the farthest level leaves: beyond it the book is not known, and says so.",
  },
  {
    collection: "memory:bookWaiting",
    max: WAITING_CHANGES_MAX,
    unit: "entries",
    atBound: "The oldest change leaves: the snapshot has to be younger then.",
  },
];
