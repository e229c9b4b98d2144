/** One open PGlite, spoken to in the wire protocol, so that every value stays the text that Postgres wrote. */
import { fsyncSync } from "node:fs";
import { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";
import { ResponseTooLarge } from "./sql-error.ts";
import type { Session, Statement, StatementResult } from "./statement.ts";
import { encodeCommand, encodeStatement, ResultReader } from "./wire.ts";

/** The exit status by which PGlite's build tells a database error from everything else. */
const DATABASE_ERROR_STATUS = 100;

/** As PGlite's own, but: a smaller buffer pool, the default search path, system tables protected. */
const START_PARAMETERS = [
  "--single",
  "-j",
  ...setting("exit_on_error", "false"),
  ...setting("log_checkpoints", "false"),
  ...setting("max_worker_processes", "0"),
  ...setting("max_parallel_workers", "0"),
  ...setting("max_parallel_workers_per_gather", "0"),
  ...setting("max_parallel_maintenance_workers", "0"),
  ...setting("io_method", "sync"),
  // As at Neon, whatever this machine is in.
  ...setting("timezone", "GMT"),
  // The operating system caches the files a second time; 128 MB would only be copied into this process.
  ...setting("shared_buffers", "24MB"),
  // Kept WAL files are reused; more than a few checkpoints' worth would only fill the disk.
  ...setting("min_wal_size", "32MB"),
  ...setting("max_wal_size", "256MB"),
];

export interface PgliteSessionOptions {
  readonly folder: string;
  readonly postgres: WebAssembly.Module;
  /** Real fsync on commit and checkpoint: survives a power loss, at a cost per request. */
  readonly fsync: boolean;
  /** Called within the failing call, on any exception that is not a database error. It must not return. */
  readonly onFatal: (reason: string) => never;
}

export class PgliteSession implements Session {
  readonly #db: PGlite;
  readonly #fsyncs: { count: number };
  #transactionStatus = "I";

  private constructor(db: PGlite, fsyncs: { count: number }) {
    this.#db = db;
    this.#fsyncs = fsyncs;
  }

  /** Opens the folder; without a database in it, makes one first. */
  static async open(options: PgliteSessionOptions): Promise<PgliteSession> {
    const complaints: string[] = [];
    const fsyncs = { count: 0 };
    const db = await PGlite.create({
      fs: options.fsync ? new SyncedNodeFS(options.folder, fsyncs) : new NodeFS(options.folder),
      pgliteWasmModule: options.postgres,
      // PGlite ignores fdatasync, so WAL must be synced by fsync; -F turns all syncing off.
      startParams: [...START_PARAMETERS, ...(options.fsync ? setting("wal_sync_method", "fsync") : ["-F"])],
      onStderr: (line) => keepLast(complaints, line),
    });
    failFast(db, (reason) => options.onFatal([reason, ...complaints].join("\n")));
    return new PgliteSession(db, fsyncs);
  }

  async query(statement: Statement, bytesMax: number): Promise<StatementResult> {
    return this.#exchange(encodeStatement(statement.query, statement.params), bytesMax);
  }

  /** Our own commands, never a client's: the simple protocol lets a COPY FROM STDIN break the session. */
  async command(sql: string): Promise<StatementResult> {
    return this.#exchange(encodeCommand(sql), Number.POSITIVE_INFINITY);
  }

  /** Leaves nothing of one request to the next: no open transaction, setting, prepared plan, lock or temporary table. */
  async reset(): Promise<void> {
    if (this.#transactionStatus !== "I") await this.command("ROLLBACK");
    await this.command("DISCARD ALL");
  }

  /** Bytes of WAL written since the database was made. */
  async walPosition(): Promise<number> {
    const { rows } = await this.command(
      "SELECT pg_catalog.pg_current_wal_insert_lsn() - '0/0'::pg_catalog.pg_lsn",
    );
    return Number(rows[0]?.[0]);
  }

  /** WebAssembly memory never shrinks; the heap of this thread is added. */
  memoryBytes(): number {
    return this.#db.closed ? 0 : this.#db.Module.HEAPU8.length + process.memoryUsage().heapTotal;
  }

  get fsyncs(): number {
    return this.#fsyncs.count;
  }

  async close(): Promise<void> {
    await this.command("CHECKPOINT");
    await this.#db.close();
  }

  async #exchange(message: Uint8Array, bytesMax: number): Promise<StatementResult> {
    const reader = new ResultReader(bytesMax);
    await this.#db.execProtocolRawStream(message, {
      syncToFs: false,
      onRawData: (bytes) => reader.push(bytes),
    });
    if (reader.transactionStatus === undefined)
      throw new Error("the database stopped in the middle of a reply");
    this.#transactionStatus = reader.transactionStatus;
    if (reader.error !== undefined) throw reader.error;
    if (reader.tooLarge) throw new ResponseTooLarge(bytesMax);
    return reader.result();
  }
}

/**
 * PGlite swallows whatever the database throws and calls it again, for ever once it is dead. A PANIC, a FATAL, a full
 * stack or a trap inside WebAssembly must end this session at once instead.
 */
function failFast(db: PGlite, onFatal: (reason: string) => never): void {
  const module = db.Module;
  const mainLoopOnce = module._PostgresMainLoopOnce;
  module._PostgresMainLoopOnce = () => {
    try {
      mainLoopOnce();
    } catch (error) {
      if (!isDatabaseError(error))
        onFatal(error instanceof Error ? error.message : `exit ${JSON.stringify(error)}`);
      throw error;
    }
  };
}

function isDatabaseError(error: unknown): boolean {
  return (
    typeof error === "object" && error !== null && "status" in error && error.status === DATABASE_ERROR_STATUS
  );
}

/** Emscripten's Node file system has no fsync; its libc calls one where it exists, so this adds it before the start. */
class SyncedNodeFS extends NodeFS {
  readonly #fsyncs: { count: number };

  constructor(folder: string, fsyncs: { count: number }) {
    super(folder);
    this.#fsyncs = fsyncs;
  }

  override async init(...args: Parameters<NodeFS["init"]>): ReturnType<NodeFS["init"]> {
    const { emscriptenOpts } = await super.init(...args);
    const provideFsync = (module: PGlite["Module"]) => {
      // SAFETY: PGlite types no part of this object; the version is pinned, and a test counts the calls.
      const { stream_ops } = module.NODEFS as unknown as {
        stream_ops: { fsync?: (file: { nfd: number }) => number };
      };
      stream_ops.fsync = ({ nfd }) => {
        fsyncSync(nfd);
        this.#fsyncs.count += 1;
        return 0;
      };
    };
    return {
      emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), provideFsync] },
    };
  }
}

function setting(name: string, value: string): string[] {
  return ["-c", `${name}=${value}`];
}

/** The last lines that Postgres logged explain a crash; true would also print them. */
function keepLast(lines: string[], line: string): boolean {
  lines.push(line);
  if (lines.length > 20) lines.shift();
  return false;
}
