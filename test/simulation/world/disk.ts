/**
 * One object's storage over node:sqlite, with what is pending and what is durable apart: an outer transaction holds all that was written
 * since the last flush, the object's own transactions are savepoints in it, and a crash rolls it back.
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";

type Value = string | number | null | ArrayBuffer;
type Row = Record<string, Value>;

/** The platform's own words. */
const FULL = "database or disk is full: SQLITE_FULL";
const WRITES = /\b(INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER)\b/i;

export type Alarm = { pending: number | null; durable: number | null; isRunning: boolean };

export class Disk {
  readonly database: DatabaseSync;
  readonly alarm: Alarm = { pending: null, durable: null, isRunning: false };
  /** Until when no write fits. */
  isFull: () => boolean = () => false;
  /** Something has become pending. */
  onPending: () => void = () => {};
  #isOpen = false;
  #depth = 0;
  #isPending = false;
  readonly #prepared = new Map<string, { readonly statement: StatementSync; readonly writes: boolean }>();

  constructor(path = ":memory:") {
    this.database = new DatabaseSync(path);
    if (path !== ":memory:") this.database.exec("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF");
  }

  get isPending(): boolean {
    return this.#isPending;
  }

  exec(text: string, ...bindings: Value[]): Row[] {
    const { statement, writes } = this.#prepare(text);
    if (writes) this.#beforeWrite();
    const bound = bindings.map((value) => (value instanceof ArrayBuffer ? new Uint8Array(value) : value));
    return (statement.all(...bound) as Row[]).map(withBuffers);
  }

  transaction<Result>(work: () => Result): Result {
    this.#open();
    const name = `step_${this.#depth++}`;
    this.database.exec(`SAVEPOINT ${name}`);
    try {
      const result = work();
      this.database.exec(`RELEASE ${name}`);
      return result;
    } catch (error) {
      this.database.exec(`ROLLBACK TO ${name}`);
      this.database.exec(`RELEASE ${name}`);
      throw error;
    } finally {
      this.#depth -= 1;
    }
  }

  setAlarm(at: number | null): void {
    this.alarm.pending = at;
    this.pends();
  }

  /** Something waits for the next flush. */
  pends(): void {
    if (this.#isPending) return;
    this.#isPending = true;
    this.onPending();
  }

  /** What was pending is durable. While an alarm's handler runs its slot is kept, unless it was set anew. */
  flush(): void {
    if (this.#isOpen) this.database.exec("COMMIT");
    this.#isOpen = false;
    this.#isPending = false;
    const { alarm } = this;
    if (!alarm.isRunning || alarm.pending !== null) alarm.durable = alarm.pending;
  }

  /** What was pending is gone. */
  rollback(): void {
    if (this.#isOpen) this.database.exec("ROLLBACK");
    this.#isOpen = false;
    this.#isPending = false;
    this.alarm.pending = this.alarm.durable;
    this.alarm.isRunning = false;
  }

  /** Of all that is durable; only where nothing is pending. */
  copyTo(path: string): void {
    this.database.prepare("VACUUM INTO ?").run(path);
  }

  close(): void {
    this.rollback();
    this.database.close();
  }

  #beforeWrite(): void {
    if (this.isFull()) throw new Error(FULL);
    this.#open();
    this.pends();
  }

  #open(): void {
    if (this.#isOpen) return;
    this.database.exec("BEGIN");
    this.#isOpen = true;
  }

  #prepare(text: string): { readonly statement: StatementSync; readonly writes: boolean } {
    const known = this.#prepared.get(text);
    if (known !== undefined) return known;
    const fresh = { statement: this.database.prepare(text), writes: WRITES.test(text) };
    this.#prepared.set(text, fresh);
    return fresh;
  }
}

function withBuffers(row: Row): Row {
  for (const name in row) {
    const value = row[name] as unknown;
    if (value instanceof Uint8Array) row[name] = value.slice().buffer;
  }
  return row;
}
