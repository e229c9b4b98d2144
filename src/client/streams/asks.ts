/** Frames that have an answer of their own, such as orders on an account's stream. */
import { Refused, Unreachable } from "../refused.ts";
import type { ErrorMessage, OwnMessage } from "./message.ts";

type Waiting = {
  readonly op: string;
  readonly resolve: (answer: OwnMessage) => void;
  readonly reject: (error: Error) => void;
};

export class Asks {
  readonly #waiting = new Map<string, Waiting>();
  #asked = 0;

  /** The frame with its id, and what will be answered. */
  ask(frame: { readonly op: string }): { readonly frame: object; readonly answer: Promise<OwnMessage> } {
    this.#asked += 1;
    const id = `ask-${this.#asked}`;
    const { promise, resolve, reject } = Promise.withResolvers<OwnMessage>();
    this.#waiting.set(id, { op: frame.op, resolve, reject });
    return { frame: { ...frame, id }, answer: promise };
  }

  /** Whether it was the answer to one of them. */
  answered(message: OwnMessage): boolean {
    const waiting = this.#waiting.get(String(message.id));
    if (waiting === undefined) return false;
    this.#waiting.delete(String(message.id));
    if (message.op === "error") waiting.reject(new Refused(waiting.op, 0, message as ErrorMessage));
    else waiting.resolve(message);
    return true;
  }

  /** What the server did with those that it has not answered is unknown. */
  lost(): void {
    for (const { op, reject } of this.#waiting.values())
      reject(new Unreachable(`${op}: the connection was lost before the answer`));
    this.#waiting.clear();
  }
}
