/** SQL of what stands above an account: what it holds and who it is to its parent, and the book that it goes by. */
import type { StoredHolding } from "../runtime/escrow/holding.ts";
import type { Passing } from "../runtime/escrow/messages.ts";
import { insertRows, rowInsert, type Sql } from "../runtime/sql.ts";
import type { AccountPut } from "./events.ts";
import { amountsFrom, amountTexts, type ParentEvent } from "./parent-events.ts";
import { type Above, noneAbove, severestAbove } from "./parent-records.ts";
import type { PartJoined } from "./parts-events.ts";
import { parentOf } from "./parts-records.ts";
import type { RiskState } from "./state.ts";

/** `holding` and `book`. */
export const ABOVE_TABLE =
  "CREATE TABLE above (part TEXT PRIMARY KEY, payload TEXT NOT NULL) STRICT, WITHOUT ROWID";

const PUT = rowInsert("INSERT OR REPLACE INTO above (part, payload)");

/** By which its parent knows the account. */
type Identity = Omit<StoredHolding, "held" | "book">;
type Texts = Readonly<Record<string, string>>;
type HoldingRow = { readonly parent: string; readonly held: Texts } & {
  /** Undefined where the parent was never asked. */
  readonly identity?: Omit<Identity, "passing">;
  readonly passing?: Omit<Passing, "amounts" | "uses"> & { readonly amounts: Texts; readonly uses?: Texts };
};

export class AboveRows {
  readonly #sql: Sql;
  readonly #state: RiskState;
  #identity: Identity | undefined;
  #parent: string | undefined;
  #mustWriteHolding = false;
  #mustWriteBook = false;

  constructor(sql: Sql, state: RiskState) {
    this.#sql = sql;
    this.#state = state;
    this.#parent = state.above?.parent;
    this.#identity = identityIn(holdingOf(sql, state.above));
  }

  /** As it is on disk once this group is; undefined where its parent was never asked. */
  get stored(): StoredHolding | undefined {
    const { above } = this.#state;
    if (above === undefined || this.#identity === undefined) return undefined;
    const { held, book } = above;
    return { ...this.#identity, held, ...(book === undefined ? {} : { book }) };
  }

  /** What is held, and the book, are noted with their events. */
  identify({ held: _held, book: _book, ...identity }: StoredHolding): void {
    this.#identity = identity;
    this.#mustWriteHolding = true;
  }

  /** After the event was applied. To another parent the account is nobody yet. */
  note({ kind }: AccountPut | ParentEvent | PartJoined): void {
    const parent = this.#state.above?.parent;
    if (parent !== this.#parent) this.#identity = undefined;
    this.#parent = parent;
    if (kind !== "parent-book") this.#mustWriteHolding = true;
    if (kind !== "quota-held") this.#mustWriteBook = true;
  }

  /** Called inside the group's transaction. */
  write(): void {
    const { above } = this.#state;
    if (this.#mustWriteHolding) this.#put("holding", above === undefined ? undefined : this.#holding(above));
    if (this.#mustWriteBook) this.#put("book", above?.book && JSON.stringify(above.book));
    this.#mustWriteHolding = false;
    this.#mustWriteBook = false;
  }

  #holding({ parent, held }: Above): string {
    const { passing, ...identity } = this.#identity ?? {};
    return JSON.stringify({
      ...{ parent, held: amountTexts(held) },
      ...(this.#identity === undefined ? {} : { identity: identity as Omit<Identity, "passing"> }),
      ...(passing === undefined ? {} : { passing: passingText(passing) }),
    } satisfies HoldingRow);
  }

  #put(part: "holding" | "book", payload: string | undefined): void {
    if (payload === undefined) this.#sql.exec("DELETE FROM above WHERE part = ?1", part);
    else insertRows(this.#sql, PUT, [[part, payload]]);
  }
}

function holdingOf(sql: Sql, above: Above | undefined): HoldingRow | undefined {
  const text = payloadOf(sql, "holding");
  if (text === undefined || above === undefined) return undefined;
  // SAFETY: of these rows only `write` above is the writer.
  const row = JSON.parse(text) as HoldingRow;
  return row.parent === above.parent ? row : undefined;
}

function identityIn(row: HoldingRow | undefined): Identity | undefined {
  if (row?.identity === undefined || row.passing === undefined) return row?.identity;
  const { amounts, uses, ...passing } = row.passing;
  const used = uses === undefined ? {} : { uses: amountsFrom(uses) };
  return { ...row.identity, passing: { ...passing, amounts: amountsFrom(amounts), ...used } };
}

function passingText({ amounts, uses, ...passing }: Passing): NonNullable<HoldingRow["passing"]> {
  const used = uses === undefined ? {} : { uses: amountTexts(uses) };
  return { ...passing, amounts: amountTexts(amounts), ...used };
}

const payloadOf = (sql: Sql, part: "holding" | "book"): string | undefined =>
  sql.exec<{ payload: string }>("SELECT payload FROM above WHERE part = ?1", part)[0]?.payload;

/** The account is loaded before: one from before there was anything above has nothing, and a parent that it has to ask. */
export function loadAbove(sql: Sql, state: RiskState): Above | undefined {
  const parent = parentOf(state);
  if (parent === undefined) return undefined;
  const none = noneAbove(parent);
  const holding = holdingOf(sql, none);
  if (holding === undefined) return none;
  const text = payloadOf(sql, "book");
  const book = text === undefined ? undefined : (JSON.parse(text) as NonNullable<Above["book"]>);
  return { ...none, held: amountsFrom(holding.held), book, severity: severestAbove(book?.states ?? []) };
}
