/** A PGlite in a thread of its own: every call ends within its deadline, or the thread is gone. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Command, Gauges, Report, ThreadOptions } from "./pglite-messages.ts";
import type { Reply } from "./reply.ts";
import type { RequestOptions } from "./request.ts";

/** Deep SQL overflows the default 4 MB before Postgres's own max_stack_depth can refuse it. */
const STACK_MB = 16;

/** The thread was lost: it crashed, or it was terminated because its deadline had passed. */
export class ThreadLost extends Error {
  override readonly name = "ThreadLost";
  readonly why: "deadline" | "crash";

  constructor(why: "deadline" | "crash", detail: string) {
    super(detail);
    this.why = why;
  }
}

/** One request under way: its reply comes first, then the thread tidies up after it. */
export interface Run {
  readonly reply: Promise<Reply>;
  readonly settled: Promise<Gauges>;
}

export class PgliteThread {
  readonly #worker: Worker;
  /** Resolves when no code of the thread runs any more: only then may another one open the folder. */
  readonly gone: Promise<void>;
  #lost: ThreadLost | undefined;
  #onReport: (report: Report) => void = () => {};
  #onLost: (lost: ThreadLost) => void = () => {};
  #gauges: Gauges;

  private constructor(worker: Worker, gauges: Gauges) {
    this.#worker = worker;
    this.#gauges = gauges;
    this.gone = new Promise((resolve) => {
      worker.once("exit", () => {
        this.#lose(new ThreadLost("crash", "the database's thread ended"));
        resolve();
      });
    });
    worker.on("message", (report: Report) => {
      if (report.kind === "fatal") this.#lose(new ThreadLost("crash", report.reason));
      else this.#onReport(report);
    });
    worker.on("error", (error) => this.#lose(new ThreadLost("crash", String(error))));
  }

  /** Resolves when the database accepts requests. A folder without a database gets one, which takes seconds. */
  static async open(options: ThreadOptions, deadlineMs: number): Promise<PgliteThread> {
    const postgres = await compiledPostgres();
    const worker = new Worker(fileURLToPath(new URL("./pglite-worker.ts", import.meta.url).href), {
      workerData: { options, postgres },
      execArgv: ["--disable-warning=ExperimentalWarning"],
      resourceLimits: { stackSizeMb: STACK_MB },
    });
    return new PgliteThread(worker, await firstReport(worker, deadlineMs));
  }

  get lost(): boolean {
    return this.#lost !== undefined;
  }

  get gauges(): Gauges {
    return this.#gauges;
  }

  /** The deadline holds for the reply, and once more for the tidying after it. Both promises reject with ThreadLost. */
  run(body: Uint8Array<ArrayBuffer>, options: RequestOptions, deadlineMs: number): Run {
    const reply = Promise.withResolvers<Reply>();
    const settled = this.#call({ kind: "run", body, options }, [body.buffer], deadlineMs, reply.resolve);
    settled.catch(reply.reject);
    return { reply: reply.promise, settled };
  }

  /** Vacuums the one table that needs it most; the gauges name it. */
  tidy(deadlineMs: number): Promise<Gauges> {
    return this.#call({ kind: "tidy" }, [], deadlineMs);
  }

  /** Writes a last checkpoint, so that the next start has nothing to recover. */
  async close(deadlineMs: number): Promise<void> {
    await this.#call({ kind: "close" }, [], deadlineMs);
    this.#lose(new ThreadLost("crash", "the database is closed"));
    await this.gone;
  }

  #call(
    command: Command,
    transfer: ArrayBuffer[],
    deadlineMs: number,
    onReply: (reply: Reply) => void = () => {},
  ): Promise<Gauges> {
    const { promise, resolve, reject } = Promise.withResolvers<Gauges>();
    if (this.#lost !== undefined) return Promise.reject(this.#lost);
    const expire = () => this.#lose(new ThreadLost("deadline", `not answered within ${deadlineMs} ms`));
    let timer = setTimeout(expire, deadlineMs);
    this.#onLost = (lost) => {
      clearTimeout(timer);
      reject(lost);
    };
    this.#onReport = (report) => {
      clearTimeout(timer);
      if (report.kind === "reply") {
        timer = setTimeout(expire, deadlineMs);
        onReply(report.reply);
      } else if (report.kind === "settled") {
        this.#onLost = () => {};
        this.#gauges = report.gauges;
        resolve(report.gauges);
      }
    };
    this.#worker.postMessage(command, transfer);
    return promise;
  }

  /** The first reason stays. Termination stops even a thread that is deep inside WebAssembly. */
  #lose(lost: ThreadLost): void {
    if (this.#lost !== undefined) return;
    this.#lost = lost;
    void this.#worker.terminate();
    this.#onLost(lost);
  }
}

let compiled: Promise<WebAssembly.Module> | undefined;

/** Compiled once for all threads: each would take a second of two cores to do it again. */
function compiledPostgres(): Promise<WebAssembly.Module> {
  const folder = dirname(createRequire(import.meta.url).resolve("@electric-sql/pglite"));
  // SAFETY: Node has it; the global types of this project are those of Workers, where code may not be compiled.
  const { compile } = WebAssembly as unknown as { compile(bytes: Uint8Array): Promise<WebAssembly.Module> };
  compiled ??= readFile(join(folder, "pglite.wasm")).then(compile);
  return compiled;
}

function firstReport(worker: Worker, deadlineMs: number): Promise<Gauges> {
  const { promise, resolve, reject } = Promise.withResolvers<Gauges>();
  const onError = (error: unknown) => reject(error);
  const onExit = (code: number) => reject(new Error(`its thread ended with ${code}`));
  const onReport = (report: Report) => {
    if (report.kind === "ready") resolve(report.gauges);
    else reject(new Error(report.kind === "fatal" ? report.reason : report.kind));
  };
  const timer = setTimeout(() => reject(new Error(`not ready within ${deadlineMs} ms`)), deadlineMs);
  worker.on("error", onError).on("exit", onExit).on("message", onReport);
  return promise
    .catch(async (error: unknown) => {
      await worker.terminate();
      throw new ThreadLost(
        "crash",
        `the database did not open: ${error instanceof Error ? error.message : error}`,
      );
    })
    .finally(() => {
      clearTimeout(timer);
      worker.off("error", onError).off("exit", onExit).off("message", onReport);
    });
}
