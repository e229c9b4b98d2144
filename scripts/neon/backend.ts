/** What the HTTP server needs of a database, whichever it is. */
import type { Reply } from "./reply.ts";
import type { RequestOptions } from "./request.ts";

export interface BackendRequest {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly options: RequestOptions;
  /** Aborted when the client is gone or has waited too long: what has not begun by then never begins. */
  readonly signal: AbortSignal;
}

export interface Backend {
  readonly kind: "pglite" | "postgres";
  /** Rejects with RequestRefused when it was not run, or when whether it took effect is unknown. */
  run(request: BackendRequest): Promise<Reply>;
  gauges(): Readonly<Record<string, number | boolean>>;
  close(): Promise<void>;
}
