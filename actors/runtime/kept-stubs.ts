/**
 * Stubs that are kept from call to call, for whoever calls the same few actors many times a second: making one takes an eighth of a call.
 * A stub may be broken where a call of it has thrown, so the next call has a new one. Repeating is the caller's. A kept stub keeps nobody
 * awake: tried on workerd, an idle object left memory after its ten seconds, and answered the same stub when it was back.
 */

export class KeptStubs<Name extends string, Api> {
  readonly #max: number;
  readonly #make: (name: Name) => Api;
  readonly #kept = new Map<Name, Api>();

  /** With more names than `max` none would be met again before it leaves: then each call has a stub of its own. */
  constructor(max: number, make: (name: Name) => Api) {
    this.#max = max;
    this.#make = make;
  }

  get size(): number {
    return this.#kept.size;
  }

  async call<Reply>(name: Name, work: (api: Api) => Promise<Reply>): Promise<Reply> {
    const stub = this.#kept.get(name) ?? this.#keep(name);
    try {
      return await work(stub);
    } catch (error) {
      this.#kept.delete(name);
      throw error;
    }
  }

  #keep(name: Name): Api {
    const fresh = this.#make(name);
    if (this.#kept.size >= this.#max) this.#kept.clear();
    this.#kept.set(name, fresh);
    return fresh;
  }
}
