/** Calls between objects, and from clients: delayed, lost, doubled, answered or not. What an object sends waits for its flush. */
import type { Activation, Copy } from "./copy.ts";
import type { Faults } from "./faults.ts";
import type { Objects } from "./objects.ts";
import type { Schedule } from "./schedule.ts";

const DELAY_MS = 5_000;
/** A caller whose request or reply is lost hears of it after some time, or not at all for long. */
const LOST_MS = 4_000;
const NEVER_MS = 60_000;

export type Answered = { readonly value: unknown; readonly copy: Copy };
export type Call = {
  readonly from: Activation | undefined;
  readonly to: Copy;
  readonly method: string;
  readonly given: readonly unknown[];
};

type Waiting = {
  readonly call: Call;
  readonly answer: (answered: Answered) => void;
  readonly fail: (error: unknown) => void;
};

export class Network {
  readonly #objects: Objects;
  readonly #schedule: Schedule;
  readonly #faults: Faults;
  readonly #note: (line: () => string) => void;
  /** Whether what these two send each other is lost. */
  isCut: (one: Copy, other: Copy) => boolean = () => false;
  /** Hears each answer that somebody who still lives was given, and when the call had left. */
  readonly onAnswer: ((call: Call, leftAt: number, answered: Answered) => void)[] = [];

  constructor(objects: Objects, schedule: Schedule, faults: Faults, note: (line: () => string) => void) {
    this.#objects = objects;
    this.#schedule = schedule;
    this.#faults = faults;
    this.#note = note;
  }

  /** Rejects where nobody knows what became of it. */
  send(call: Call): Promise<Answered> {
    const { from, given } = call;
    const { promise, resolve, reject } = Promise.withResolvers<Answered>();
    const isHeard = (): boolean => from === undefined || from.isAlive;
    let leftAt = this.#schedule.now;
    const waiting: Waiting = {
      call: { ...call, given: structuredClone(given) },
      answer: (answered) => {
        if (!isHeard()) return;
        for (const hear of this.onAnswer) hear(call, leftAt, answered);
        resolve(answered);
      },
      fail: (error) => isHeard() && reject(error),
    };
    if (from === undefined) this.#leave(waiting);
    else if (from.isAlive)
      this.#objects.whenDurable(from.copy, () => {
        leftAt = this.#schedule.now;
        this.#leave(waiting);
      });
    return promise;
  }

  #leave(waiting: Waiting): void {
    const faults = this.#faults;
    if (faults.strikes("request-lost") || this.#isBetweenCut(waiting.call)) {
      this.#later(faults.between(0, LOST_MS), () => waiting.fail(new Error("the request was lost")));
      return;
    }
    this.#later(this.#delay(), () => this.#arrive(waiting));
    if (!faults.strikes("duplicate")) return;
    const unheard = { call: waiting.call, answer: () => {}, fail: () => {} };
    this.#later(this.#delay() + faults.between(0, 50), () => this.#arrive(unheard));
  }

  #arrive(waiting: Waiting): void {
    const { to, method, given, from } = waiting.call;
    const twin = this.#objects.twinOf(to);
    const copy = twin !== undefined && this.#faults.isOn && this.#faults.chance(0.4) ? twin : to;
    this.#note(() => `${from?.copy.label ?? "client"} > ${copy.label}.${method}`);
    let activation: Activation;
    try {
      activation = this.#objects.activate(copy);
    } catch (error) {
      this.#later(this.#delay(), () => waiting.fail(error));
      return;
    }
    this.#objects.mayCrashSoon(copy);
    const lost = (error: Error): void => void this.#later(this.#delay(), () => waiting.fail(error));
    activation.incoming.add(lost);
    const { shell } = activation;
    const run = this.#objects.running.run(activation, async () => called(shell, method, given));
    const ended = (reply: () => void): void => {
      if (!activation.isAlive) return;
      this.#objects.whenDurable(copy, () => {
        activation.incoming.delete(lost);
        this.#reply(waiting, reply);
      });
    };
    run.then(
      (value) => ended(() => waiting.answer({ value: structuredClone(value), copy })),
      (error: unknown) => ended(() => waiting.fail(error)),
    );
  }

  #reply({ call, fail }: Waiting, reply: () => void): void {
    const faults = this.#faults;
    if (faults.strikes("reply-lost") || this.#isBetweenCut(call))
      this.#later(faults.between(0, LOST_MS), () => fail(new Error("the reply was lost")));
    else if (faults.strikes("reply-never"))
      this.#later(NEVER_MS, () => fail(new Error("there was no reply for long")));
    else this.#later(this.#delay(), reply);
  }

  #isBetweenCut({ from, to }: Call): boolean {
    return from !== undefined && this.isCut(from.copy, to);
  }

  #delay(): number {
    const faults = this.#faults;
    if (faults.strikes("delay")) return faults.between(5, DELAY_MS);
    return faults.strikes("reorder") ? faults.between(0, 30) : 1;
  }

  #later(ms: number, run: () => void): void {
    this.#schedule.after(ms, run);
  }
}

function called(shell: Activation["shell"], method: string, given: readonly unknown[]): unknown {
  const member = shell?.[method];
  if (typeof member !== "function")
    throw new TypeError(`The RPC receiver does not implement the method "${method}".`);
  return member.apply(shell, given as unknown[]);
}
