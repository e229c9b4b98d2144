/** Where a client runs, without a network and without time: answers to its calls, sockets that a test speaks for, timers that it lets pass. */
import type { Fetch, FetchInit, SocketLike, Surroundings } from "../../src/client/surroundings.ts";

export type Op = Record<string, unknown> & { readonly op?: string };

export class FakeSocket implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  readonly sent: Op[] = [];
  closed = false;
  readonly url: string;
  readonly protocols: readonly string[];

  constructor(url: string, protocols: readonly string[]) {
    this.url = url;
    this.protocols = protocols;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.closed = true;
  }
  says(...messages: object[]): void {
    this.onmessage?.({ data: JSON.stringify(messages.length === 1 ? messages[0] : messages) });
  }
  ends(code = 1006, reason = ""): void {
    this.onclose?.({ code, reason });
  }
  ops(op: string): Op[] {
    return this.sent.filter((frame) => frame.op === op);
  }
}

type Timer = { readonly at: number; readonly run: () => void };

export class FakeWorld {
  now = 0;
  readonly calls: (FetchInit & { readonly url: string })[] = [];
  /** In the order in which they are asked for; a ticket where none is left. */
  readonly answers: (Response | Error)[] = [];
  readonly sockets: FakeSocket[] = [];
  readonly timers = new Set<Timer>();

  get surroundings(): Surroundings {
    return {
      fetch: this.#fetch,
      openSocket: (url, protocols) => {
        this.sockets.push(new FakeSocket(url, protocols));
        return this.socket;
      },
      now: () => this.now,
      random: () => 0.5,
      later: (run, ms) => {
        const timer = { at: this.now + ms, run };
        this.timers.add(timer);
        return () => void this.timers.delete(timer);
      },
    };
  }

  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error("no socket was opened");
    return socket;
  }

  /** Lets time pass, timer by timer, with what each of them sets off. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    for (;;) {
      await settled();
      const due = [...this.timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
      if (due === undefined) break;
      this.timers.delete(due);
      this.now = due.at;
      due.run();
    }
    this.now = end;
  }

  readonly #fetch: Fetch = async (url, init) => {
    this.calls.push({ url, ...init });
    const answer = this.answers.shift() ?? ticket();
    if (answer instanceof Error) throw answer;
    return answer;
  };
}

const ticket = (): Response => Response.json({ ticket: "t".repeat(32), expiresAt: 1 }, { status: 201 });

/** A macrotask: every promise that could settle has. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
