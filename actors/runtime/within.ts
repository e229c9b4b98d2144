/** Waiting for something no longer than a given time. What took too long goes on by itself; its failure then disturbs nobody. */

export class TookTooLong extends Error {
  override readonly name = "TookTooLong";
}

/** What `work` ends with. Throws what it throws, and `TookTooLong` where it has not ended after `waitMs`. */
export async function within<Value>(work: Promise<Value>, waitMs: number): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TookTooLong(`no answer within ${waitMs} ms`)), waitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Undefined where it failed or took too long: for callers who go on either way. Never throws. */
export const ifWithin = <Value>(work: Promise<Value>, waitMs: number): Promise<Value | undefined> =>
  within(work, waitMs).catch(() => undefined);
