/** What the server's main thread and the database's thread say to each other. */
import type { Reply } from "./reply.ts";
import type { RequestOptions } from "./request.ts";

export interface ThreadOptions {
  readonly folder: string;
  readonly fsync: boolean;
  /** Largest sum of row bytes that one request may return. */
  readonly responseBytesMax: number;
  /** WAL written since the last checkpoint, beyond which the next one is due. */
  readonly checkpointBytes: number;
}

/** What a thread starts with. */
export interface ThreadData {
  readonly options: ThreadOptions;
  /** PGlite's own WebAssembly, compiled. */
  readonly postgres: WebAssembly.Module;
}

/** `run` is answered by `reply` and then `settled`; `tidy` and `close` by `settled`. */
export type Command =
  | { readonly kind: "run"; readonly body: Uint8Array; readonly options: RequestOptions }
  | { readonly kind: "tidy" }
  | { readonly kind: "close" };

export type Report =
  | { readonly kind: "ready"; readonly gauges: Gauges }
  | { readonly kind: "reply"; readonly reply: Reply }
  | { readonly kind: "settled"; readonly gauges: Gauges }
  | { readonly kind: "fatal"; readonly reason: string };

/** Counted since this thread started. */
export interface Gauges {
  readonly walBytes: number;
  readonly checkpoints: number;
  readonly vacuums: number;
  readonly fsyncs: number;
  readonly memoryBytes: number;
  /** The table that the last `tidy` vacuumed, or null when none needed it. */
  readonly tidied: string | null;
}
