/** When a call or a connection is tried again: the wait doubles, with jitter, so that many clients do not come back in the same moment. */

/** A server that names a longer wait is asked again after this one. */
const RETRY_AFTER_MS_MAX = 30_000;
/** 2 to the power of more would only be rounded to the ceiling. */
const DOUBLINGS_MAX = 16;

export type Backoff = { readonly firstMs: number; readonly maxMs: number };

/** Between half of the step and all of it. `attempt` counts from 0. */
export function backoffMs({ firstMs, maxMs }: Backoff, attempt: number, random: number): number {
  const ceiling = Math.min(maxMs, firstMs * 2 ** Math.min(attempt, DOUBLINGS_MAX));
  return Math.ceil(ceiling / 2 + (random * ceiling) / 2);
}

/** What a Retry-After says in seconds, as this platform writes it; undefined where it says nothing that is understood. */
export function retryAfterMs(header: string | null): number | undefined {
  if (header === null || !/^\d+(\.\d+)?$/.test(header)) return undefined;
  return Math.min(RETRY_AFTER_MS_MAX, Number(header) * 1_000);
}
