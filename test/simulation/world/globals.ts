/** Time, timers and randomness of the process, taken over by a world and given back when it ends. Nothing in between reads a real clock. */
import { createHash } from "node:crypto";

export interface Surroundings {
  /** Of the machine that the running code is on. */
  now(): number;
  later(run: () => void, ms: number): unknown;
  forget(timer: unknown): void;
  fill(bytes: Uint8Array): void;
}

const real = {
  Date: globalThis["Date"],
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  crypto: (globalThis as { readonly crypto?: unknown }).crypto,
};

/** All that is ready to run has run when it ends: promises of the engine know no virtual time. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function takeOver(surroundings: Surroundings): () => void {
  const VirtualDate = class extends real.Date {
    constructor(...given: [] | [number | string | Date]) {
      if (given.length === 0) super(surroundings.now());
      else super(...(given as [number]));
    }
    static override now(): number {
      return surroundings.now();
    }
  };
  const setTimeout = (run: (...given: unknown[]) => void, ms = 0, ...given: unknown[]) =>
    surroundings.later(() => run(...given), ms);
  const clearTimeout = (timer: unknown) => surroundings.forget(timer);
  define({ Date: VirtualDate, setTimeout, clearTimeout, crypto: cryptoOf(surroundings) });
  return () => define(real);
}

function define(values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values))
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

/** A digest of the platform comes back from another thread, whenever that is done. */
const cryptoOf = (surroundings: Surroundings) => ({
  getRandomValues<Bytes extends ArrayBufferView>(bytes: Bytes): Bytes {
    surroundings.fill(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    return bytes;
  },
  subtle: {
    digest: async (_name: string, data: Uint8Array) =>
      new Uint8Array(createHash("sha256").update(data).digest()).buffer,
  },
});
