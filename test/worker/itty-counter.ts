/** A counter on itty-durable 2.4.1, written as its README shows: state in fields, saved after each call. */
import { createDurable } from "itty-durable/itty-durable.js";

/** As long as another object needs to answer; while it is awaited, the platform lets other calls in. */
const ASKING_MS = 20;

export class IttyCounter extends createDurable({ autoPersist: true }) {
  counter = 0;

  /** Reads, asks somebody else, writes: what every order does that needs a price or a limit from elsewhere. */
  async add(amount: number): Promise<{ counter: number }> {
    const before = this.counter;
    await scheduler.wait(ASKING_MS);
    this.counter = before + amount;
    return { counter: this.counter };
  }
}
