/** How much was sent on a lane through each message: so that an acknowledgement of any of them is a subtraction. */

/** Marks of one lane: at the bound every other one leaves, and an acknowledgement counts through the mark before it. */
export const SENT_MARKS_MAX = 128;

export class SentLog {
  #seqs: number[] = [];
  #units: number[] = [];
  #before = 0;

  get size(): number {
    return this.#seqs.length;
  }

  /** A sequence of another epoch says nothing any more. */
  restart(units: number): void {
    this.#seqs = [];
    this.#units = [];
    this.#before = units;
  }

  note(seq: number, units: number): void {
    if (this.#seqs.length >= SENT_MARKS_MAX) this.#thin();
    this.#seqs.push(seq);
    this.#units.push(units);
  }

  through(seq: number): number {
    let low = 0;
    let high = this.#seqs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#seqs[middle] ?? 0) <= seq) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? this.#before : (this.#units[low - 1] ?? this.#before);
  }

  /** The newest mark stays. */
  #thin(): void {
    const stays = (_: number, index: number) => (this.#seqs.length - 1 - index) % 2 === 0;
    const [seqs, units] = [this.#seqs.filter(stays), this.#units.filter(stays)];
    this.#seqs = seqs;
    this.#units = units;
  }
}
