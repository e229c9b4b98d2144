/** SQL of a node's children: who each is, and what it may hold. What it uses is heard again after a load. */

import { hasAny } from "../runtime/escrow/amounts.ts";
import { putChild, unknownChild } from "../runtime/escrow/apply-grants.ts";
import type { GrantedChild, GrantsState } from "../runtime/escrow/grants-state.ts";
import { inheritedOf, plusAmounts } from "../runtime/escrow/inheritance.ts";
import { CHILDREN_MAX } from "../runtime/escrow/limits.ts";
import type { ChildName, Inheritance } from "../runtime/escrow/messages.ts";
import { uncoveredIn } from "../runtime/escrow/uncovered.ts";
import { type Sql, writeRows } from "../runtime/sql.ts";
import { amountsIn, amountTexts } from "./events.ts";

export const CHILD_TABLES: readonly string[] = [
  "CREATE TABLE child (child TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID",
  // `place` is the order in which they left.
  "CREATE TABLE child_left (child TEXT PRIMARY KEY, place INTEGER NOT NULL, incarnations TEXT NOT NULL) STRICT, WITHOUT ROWID",
];

type Body = Pick<
  GrantedChild,
  "incarnation" | "retired" | "n" | "seq" | "priority" | "isFenced" | "isAdmitted" | "moved"
> & {
  readonly granted: AmountTexts;
  /** Used beyond that, as it last said. */
  readonly uncovered?: AmountTexts;
  readonly inherited?: readonly InheritedText[];
};
type AmountTexts = Readonly<Record<string, string>>;
type InheritedText = {
  readonly id: string;
  readonly amounts: AmountTexts;
  readonly uncovered?: AmountTexts;
};

export class ChildRows {
  readonly #sql: Sql;
  /** Undefined: it has left. */
  readonly #changed = new Map<ChildName, GrantedChild | undefined>();
  readonly #left = new Map<ChildName, readonly string[]>();
  #place: number;

  constructor(sql: Sql) {
    this.#sql = sql;
    this.#place =
      sql.exec<{ place: number | null }>("SELECT MAX(place) AS place FROM child_left")[0]?.place ?? 0;
  }

  /** `at`: it may have been heard just now, and then it still goes by that. */
  loadInto(grants: GrantsState, at: number): void {
    for (const { child, body } of this.#sql.exec<{ child: string; body: string }>("SELECT * FROM child")) {
      // SAFETY: only `write` below fills these columns.
      const { granted, uncovered = {}, inherited = [], ...identity } = JSON.parse(body) as Body;
      const unheard = unknownChild(child, identity.incarnation, at, amountsIn(granted));
      const committed = plusAmounts(unheard.granted, amountsIn(uncovered));
      const kept = inheritedOf(inherited.map(inheritanceIn));
      putChild(grants, { ...unheard, ...identity, committed, used: committed, ...kept });
    }
    const left = this.#sql.exec<{ child: string; incarnations: string }>(
      "SELECT child, incarnations FROM child_left ORDER BY place",
    );
    for (const { child, incarnations } of left) grants.left.set(child, JSON.parse(incarnations) as string[]);
  }

  mark(child: GrantedChild): void {
    this.#changed.set(child.child, child);
    this.#left.delete(child.child);
  }

  markLeft(child: ChildName, incarnations: readonly string[]): void {
    this.#changed.set(child, undefined);
    this.#left.set(child, incarnations);
  }

  /** Called inside the group's transaction. */
  write(): void {
    if (this.#changed.size === 0) return;
    const names = JSON.stringify([...this.#changed.keys()]);
    this.#sql.exec("DELETE FROM child_left WHERE child IN (SELECT value FROM json_each(?1))", names);
    this.#writeChildren();
    this.#writeLeft();
    this.#changed.clear();
    this.#left.clear();
  }

  #writeChildren(): void {
    const gone = [...this.#changed].flatMap(([child, record]) => (record === undefined ? [child] : []));
    if (gone.length > 0)
      this.#sql.exec(
        "DELETE FROM child WHERE child IN (SELECT value FROM json_each(?1))",
        JSON.stringify(gone),
      );
    writeRows(
      this.#sql,
      "INSERT OR REPLACE INTO child (child, body) SELECT value ->> 0, value ->> 1 FROM json_each(?1)",
      [...this.#changed.values()].flatMap((child) =>
        child === undefined ? [] : [[child.child, bodyOf(child)]],
      ),
    );
  }

  #writeLeft(): void {
    if (this.#left.size === 0) return;
    writeRows(
      this.#sql,
      "INSERT INTO child_left (child, place, incarnations) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1)",
      [...this.#left].map(([child, incarnations]) => [child, ++this.#place, JSON.stringify(incarnations)]),
    );
    this.#sql.exec(
      "DELETE FROM child_left WHERE child NOT IN (SELECT child FROM child_left ORDER BY place DESC LIMIT ?1)",
      CHILDREN_MAX,
    );
  }
}

function bodyOf(child: GrantedChild): string {
  const { incarnation, retired, n, seq, priority, isFenced, isAdmitted, moved, granted } = child;
  const kept = child.inherited?.map(inheritanceText);
  const uncovered = uncoveredIn(child);
  const body: Body = {
    ...{ incarnation, retired, n, seq, priority, isFenced, isAdmitted },
    ...(moved === undefined ? {} : { moved }),
    ...(kept === undefined ? {} : { inherited: kept }),
    granted: amountTexts(granted),
    ...(hasAny(uncovered) ? { uncovered: amountTexts(uncovered) } : {}),
  };
  return JSON.stringify(body);
}

const inheritanceText = ({ id, amounts, uncovered }: Inheritance): InheritedText => ({
  ...{ id, amounts: amountTexts(amounts) },
  ...(uncovered === undefined ? {} : { uncovered: amountTexts(uncovered) }),
});

const inheritanceIn = ({ id, amounts, uncovered }: InheritedText): Inheritance => ({
  ...{ id, amounts: amountsIn(amounts) },
  ...(uncovered === undefined ? {} : { uncovered: amountsIn(uncovered) }),
});
