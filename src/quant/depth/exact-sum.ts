/** Sums of sizes and of price × size, exact however large: most stay below 2^53 and cost an addition. */
export class ExactSum {
  #small = 0;
  #large = 0n;

  add(amount: number): void {
    const sum = this.#small + amount;
    if (sum <= Number.MAX_SAFE_INTEGER) this.#small = sum;
    else {
      this.#large += BigInt(this.#small);
      this.#small = amount;
    }
  }

  /** A product that was rounded is beyond all safe integers. */
  addProduct(price: number, size: number): void {
    const product = price * size;
    if (Number.isSafeInteger(product)) this.add(product);
    else this.#large += BigInt(price) * BigInt(size);
  }

  get value(): bigint {
    return this.#large + BigInt(this.#small);
  }
}
