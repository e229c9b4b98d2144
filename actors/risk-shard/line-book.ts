/** What a line's journal says: what older entries come to, and those since, as busts, corrections and taken-back actions have left them. */
import type { Entry } from "../../src/quant/money/entry.ts";
import { type Checkpoint, NO_CHECKPOINT } from "../../src/quant/money/journal.ts";
import type { JournalChange, RiskEvent } from "./events.ts";
import { lineKey } from "./state.ts";

export type LineBook = {
  readonly from: Checkpoint;
  readonly entries: readonly Entry[];
  /** Ids of entries that were taken out. */
  readonly removed: ReadonlySet<string>;
};

export const EMPTY_BOOK: LineBook = { from: NO_CHECKPOINT, entries: [], removed: new Set() };

/** A change of what has been folded already had its effect then, and has none now. */
export function bookAfter(book: LineBook, changes: readonly JournalChange[]): LineBook {
  if (changes.length === 0) return book;
  const entries: (Entry | undefined)[] = [...book.entries];
  const places = new Map(book.entries.map(({ id }, index) => [id, index]));
  const removed = new Set(book.removed);
  // A split that was put among older entries was folded with them.
  const folded = new Set(book.from.splits.map(({ id }) => id));
  const add = (entry: Entry): void => {
    if (folded.has(entry.id)) return;
    places.set(entry.id, entries.push(entry) - 1);
    removed.delete(entry.id);
  };
  const put = (id: string, entry: Entry | undefined): void => {
    const place = places.get(id);
    if (place !== undefined) entries[place] = entry;
    if (entry === undefined) removed.add(id);
  };
  for (const change of changes) {
    if ("add" in change) add(change.add);
    else if ("remove" in change) put(change.remove, undefined);
    else put(change.replace.id, change.replace);
  }
  return { from: book.from, entries: entries.filter((entry) => entry !== undefined), removed };
}

export type ReadBook = (line: string) => LineBook;

/** Books as one request sees them: with what it has decided itself so far. */
export class LineBooks {
  readonly #read: ReadBook;
  readonly #told = new Map<string, JournalChange[]>();
  readonly #open = new Map<string, LineBook>();

  constructor(read: ReadBook) {
    this.#read = read;
  }

  of(line: string): LineBook {
    const told = this.#told.get(line) ?? [];
    const book = bookAfter(this.#open.get(line) ?? this.#read(line), told);
    this.#told.delete(line);
    this.#open.set(line, book);
    return book;
  }

  /** Decided, and not recorded yet. */
  note(event: RiskEvent): void {
    const change = changeOf(event);
    if (change === undefined) return;
    const told = this.#told.get(change.line);
    if (told === undefined) this.#told.set(change.line, [change.change]);
    else told.push(change.change);
  }
}

type LineChange = { readonly line: string; readonly change: JournalChange };

/** What an event adds to a journal, if it does. */
export function changeOf(event: RiskEvent): LineChange | undefined {
  if (!("journal" in event) || event.journal === undefined) return undefined;
  const { symbol, strategy, journal } = event;
  return symbol === undefined ? undefined : { line: lineKey(symbol, strategy), change: journal };
}
