/** What a client needs of where it runs: browsers, Node from 22 on and Deno have all of it. The only file here that reads time or chance. */

/** As much of a WebSocket as a stream needs. */
export type SocketLike = {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror?: ((event: never) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
};

/** As much of fetch as a call needs. */
export type Fetch = (url: string, init: FetchInit) => Promise<Response>;
export type FetchInit = {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string | null;
  readonly signal: AbortSignal;
};

export type Surroundings = {
  readonly fetch: Fetch;
  readonly openSocket: (url: string, protocols: readonly string[]) => SocketLike;
  /** Milliseconds of the wall clock. */
  readonly now: () => number;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
  /** Runs it after so many milliseconds, unless the answer is called before. */
  readonly later: (run: () => void, ms: number) => () => void;
};

export const SURROUNDINGS: Surroundings = {
  fetch: (url, init) => globalThis.fetch(url, init),
  // SAFETY: browsers, Node and Deno all have these; the types of Workers, which open none with protocols, leave some out.
  openSocket: (url, protocols) => new WebSocket(url, [...protocols]) as unknown as SocketLike,
  now: () => Date.now(),
  random: () => Math.random(),
  later: (run, ms) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
