/** What callers ask of a symbol about its series: each call is one turn, or a look at what stands. */
import type { Instrument } from "../../../src/domain/instrument.ts";
import type { Bricks } from "../../runtime/bricks.ts";
import type { Envelope } from "../../runtime/envelope.ts";
import { type ActorReply, answer, type Refusal } from "../../runtime/reply.ts";
import type { LANES } from "../bounds.ts";
import type { SeriesBarPage, SeriesBarQuery, SeriesList, SeriesRange } from "../messages.ts";
import { type SeriesDesk, UNKNOWN } from "./series-desk.ts";
import { seriesPage } from "./series-page.ts";

type Surroundings = Pick<Bricks<keyof typeof LANES>, "clock" | "mailbox"> & {
  readonly known: (envelope: Envelope) => Promise<ActorReply<Instrument>>;
  readonly desk: SeriesDesk;
};

export class SeriesCalls {
  readonly #around: Surroundings;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  async put(envelope: Envelope, series: string): Promise<ActorReply<string>> {
    const known = await this.#around.known(envelope);
    if (!known.ok) return known;
    const { desk, clock } = this.#around;
    const decide = () => desk.refusalOf(series, known.value);
    return this.#run(envelope, series, decide, () => answer(desk.put(series, known.value, clock.now())));
  }

  async remove(envelope: Envelope, series: string): Promise<ActorReply<null>> {
    const known = await this.#around.known(envelope);
    if (!known.ok) return known;
    const decide = () => undefined;
    return this.#run(envelope, series, decide, () => {
      this.#around.desk.remove(series);
      return answer(null);
    });
  }

  async describe(envelope: Envelope, series: string): Promise<ActorReply<string>> {
    const known = await this.#around.known(envelope);
    return known.ok ? this.#around.desk.describe(series) : known;
  }

  async list(envelope: Envelope, range: SeriesRange): Promise<ActorReply<SeriesList>> {
    const known = await this.#around.known(envelope);
    return known.ok ? answer(this.#around.desk.list(range)) : known;
  }

  async bars(envelope: Envelope, series: string, query: SeriesBarQuery): Promise<ActorReply<SeriesBarPage>> {
    const known = await this.#around.known(envelope);
    if (!known.ok) return known;
    const kept = this.#around.desk.kept(series, known.value);
    return kept === undefined ? UNKNOWN : answer(seriesPage(kept, query, known.value));
  }

  #run<Value>(
    envelope: Envelope,
    series: string,
    decide: () => Refusal | undefined,
    settle: () => ActorReply<Value>,
  ): Promise<ActorReply<Value>> {
    return this.#around.mailbox.run(
      "series",
      envelope,
      series.length,
      decide,
      (refused) => refused ?? settle(),
    );
  }
}
