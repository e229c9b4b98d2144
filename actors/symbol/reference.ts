/** A symbol that does not know its instrument asks the directory: once for all who wait, before any tick is taken. */
import type { Instrument } from "../../src/domain/instrument.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";

type Lookup = (envelope: Envelope) => Promise<ActorReply<Instrument>>;
type Take = (envelope: Envelope, instrument: Instrument) => Promise<ActorReply<null>>;

export class Reference {
  readonly #present: () => Instrument | undefined;
  readonly #lookup: Lookup;
  readonly #take: Take;
  #asking: Promise<ActorReply<Instrument>> | undefined;

  /** `take` makes the instrument part of the state, durably. */
  constructor(options: { present: () => Instrument | undefined; lookup: Lookup; take: Take }) {
    this.#present = options.present;
    this.#lookup = options.lookup;
    this.#take = options.take;
  }

  async known(envelope: Envelope): Promise<ActorReply<Instrument>> {
    const present = this.#present();
    if (present !== undefined) return answer(present);
    this.#asking ??= this.#ask(envelope).finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(envelope: Envelope): Promise<ActorReply<Instrument>> {
    const found = await this.#lookup(envelope);
    if (!found.ok) return found.code === "instrument-unknown" ? UNKNOWN : found;
    const taken = await this.#take(envelope, found.value);
    if (!taken.ok) return taken;
    return answer(this.#present() ?? found.value);
  }
}

const UNKNOWN = refusal("symbol-unknown", "no instrument has this symbol");
