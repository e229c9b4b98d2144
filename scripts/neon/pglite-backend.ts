/** PGlite behind one turnstile: one request in flight, a thread that is replaced when it fails, and idle-time upkeep. */
import type { Backend, BackendRequest } from "./backend.ts";
import { lockDataFolder, openDatabase } from "./data-folder.ts";
import type { Gauges, ThreadOptions } from "./pglite-messages.ts";
import { PgliteThread, ThreadLost } from "./pglite-thread.ts";
import type { Reply } from "./reply.ts";
import { RequestRefused } from "./sql-error.ts";
import { Turnstile } from "./turnstile.ts";

/** Making a database takes 4 to 8 s and recovery after a kill about 1 s; on a machine under load, several times that. */
const OPEN_DEADLINE_MS = 120_000;

/** Upkeep is no client's request: a vacuum of a large table may take longer than any client would wait. */
const UPKEEP_DEADLINE_MS = 300_000;

export interface PgliteOptions extends Omit<ThreadOptions, "folder"> {
  readonly dataFolder: string;
  /** Where an empty database is kept for copying; null makes each database anew. */
  readonly templateFolder: string | null;
  readonly deadlineMs: number;
  /** Without a request for so long, tables are vacuumed. */
  readonly idleMs: number;
  /** A thread that holds more than this is replaced: WebAssembly memory only grows. */
  readonly memoryBytesMax: number;
}

export class PgliteBackend implements Backend {
  readonly kind = "pglite";
  readonly #options: PgliteOptions;
  readonly #unlock: () => void;
  readonly #turnstile = new Turnstile(1);
  #thread: PgliteThread;
  #idleTimer: NodeJS.Timeout | undefined;
  #reopened = 0;
  #recycled = 0;
  readonly #past = { checkpoints: 0, vacuums: 0 };
  #closing = false;

  private constructor(options: PgliteOptions, unlock: () => void, thread: PgliteThread) {
    this.#options = options;
    this.#unlock = unlock;
    this.#thread = thread;
  }

  /** Refuses a folder that another process uses; makes the database where there is none. */
  static async open(options: PgliteOptions): Promise<PgliteBackend> {
    const unlock = lockDataFolder(options.dataFolder);
    try {
      const thread = await openDatabase(options.dataFolder, options.templateFolder, {
        make: async (folder) => (await openThread(options, folder)).close(OPEN_DEADLINE_MS),
        open: (folder) => openThread(options, folder),
      });
      return new PgliteBackend(options, unlock, thread);
    } catch (error) {
      unlock();
      throw error;
    }
  }

  async run(request: BackendRequest): Promise<Reply> {
    const leave = await this.#turnstile.enter(request.signal);
    let thread: PgliteThread;
    try {
      thread = await this.#liveThread();
    } catch (error) {
      leave();
      throw error;
    }
    const { reply, settled } = thread.run(request.body, request.options, this.#options.deadlineMs);
    void this.#afterwards(thread, settled).finally(leave);
    return reply.catch((error: unknown) => {
      throw outcomeUnknown(error);
    });
  }

  gauges() {
    const { walBytes, memoryBytes, fsyncs, checkpoints, vacuums } = this.#thread.gauges;
    return {
      ready: !this.#thread.lost,
      waiting: this.#turnstile.waiting,
      reopened: this.#reopened,
      recycled: this.#recycled,
      checkpoints: this.#past.checkpoints + checkpoints,
      vacuums: this.#past.vacuums + vacuums,
      walBytes,
      memoryBytes,
      fsyncs,
    };
  }

  /** Lets the request under way finish; those that wait are refused. */
  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#idleTimer);
    const leave = await this.#turnstile.enter(new AbortController().signal);
    await this.#closeThread();
    this.#unlock();
    leave();
  }

  /** The thread that is open, or a new one in place of one that was lost. The caller has the turn. */
  async #liveThread(): Promise<PgliteThread> {
    clearTimeout(this.#idleTimer);
    if (this.#closing) throw new RequestRefused(503, "the server is stopping", "57P01");
    if (!this.#thread.lost) return this.#thread;
    await this.#thread.gone;
    this.#past.checkpoints += this.#thread.gauges.checkpoints;
    this.#past.vacuums += this.#thread.gauges.vacuums;
    try {
      this.#thread = await openThread(this.#options);
    } catch (error) {
      throw new RequestRefused(503, `the database cannot be opened: ${messageOf(error)}`, "57P03");
    }
    this.#reopened += 1;
    return this.#thread;
  }

  /** Before the next request: replaces a thread that was lost or has grown too large, and arms the upkeep. */
  async #afterwards(thread: PgliteThread, settled: Promise<Gauges>): Promise<void> {
    await settled.catch(() => {});
    if (!thread.lost && thread.gauges.memoryBytes > this.#options.memoryBytesMax) {
      this.#recycled += 1;
      await this.#closeThread();
    }
    // A failure here is told to the next request, which tries again.
    if (thread.lost) await this.#liveThread().catch(() => {});
    this.#armUpkeep();
  }

  async #closeThread(): Promise<void> {
    await this.#thread.close(UPKEEP_DEADLINE_MS).catch(() => {});
    await this.#thread.gone;
  }

  #armUpkeep(): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => void this.#upkeep(), this.#options.idleMs);
    this.#idleTimer.unref();
  }

  /** Vacuums what needs it, table by table, until all is done or a request waits. */
  async #upkeep(): Promise<void> {
    const leave = await this.#turnstile.enter(new AbortController().signal);
    try {
      const thread = await this.#liveThread();
      let gauges = await thread.tidy(UPKEEP_DEADLINE_MS);
      while (gauges.tidied !== null && this.#turnstile.waiting === 0)
        gauges = await thread.tidy(UPKEEP_DEADLINE_MS);
    } catch {
      // The next request finds the thread lost, opens another one, and reports what is wrong.
    } finally {
      leave();
    }
  }
}

function openThread(options: PgliteOptions, folder = options.dataFolder): Promise<PgliteThread> {
  return PgliteThread.open({ ...options, folder }, OPEN_DEADLINE_MS);
}

/** The commit may have happened before the thread was lost, so this must not look like an SQL error. */
function outcomeUnknown(error: unknown): RequestRefused {
  const status = error instanceof ThreadLost && error.why === "deadline" ? 504 : 500;
  return new RequestRefused(
    status,
    `${messageOf(error)}; whether the request took effect is unknown`,
    "08007",
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
