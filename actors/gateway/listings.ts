/** What a pattern stands for now: the directory of instruments is asked once for all connections, and again for new listings a minute later. */

import { GATEWAY_TOPICS_MAX } from "../../src/contracts/gateway-streams.ts";
import type { InstrumentReply } from "../../src/contracts/instruments.ts";
import type { ActorPorts } from "../../src/ports.ts";
import type { Clock } from "../runtime/clock.ts";
import { type Envelope, systemEnvelope } from "../runtime/envelope.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import { ifWithin } from "../runtime/within.ts";
import { EXPAND_MS, EXPANSIONS_MAX, OPENING_MS_MAX } from "./limits.ts";
import { type Pattern, topicsOfSymbols, topicsOfWidths } from "./wildcards.ts";

/** As many as the directory answers at a time. */
const PAGE = 500;

type Listing = { readonly at: number; readonly symbols: readonly string[] };
type Neighbours = Pick<ActorPorts, "instrumentDirectory">;

export class Listings {
  readonly #neighbours: Neighbours;
  readonly #clock: Clock;
  /** By venue; "" for all. */
  readonly #known = new Map<string, Listing>();

  constructor(neighbours: Neighbours, clock: Clock) {
    this.#neighbours = neighbours;
    this.#clock = clock;
  }

  get size(): number {
    return this.#known.size;
  }

  /** Of more than a connection may hold only as many as show it. */
  async topicsOf(pattern: Pattern): Promise<ActorReply<readonly string[]>> {
    if (pattern.kind === "widths") return answer(topicsOfWidths(pattern.symbol));
    const symbols = await this.#symbolsOf(pattern.venue ?? "");
    return symbols.ok ? answer(topicsOfSymbols(pattern.resolution, symbols.value)) : symbols;
  }

  async #symbolsOf(venue: string): Promise<ActorReply<readonly string[]>> {
    const now = this.#clock.now();
    const known = this.#known.get(venue);
    if (known !== undefined && now - known.at < EXPAND_MS) return answer(known.symbols);
    const symbols: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = await this.#page(venue, after);
      if (!page.ok) return known === undefined ? page : answer(known.symbols);
      symbols.push(...page.value.symbols);
      after = page.value.next;
      if (after === undefined || symbols.length > GATEWAY_TOPICS_MAX) break;
    }
    if (this.#known.size >= EXPANSIONS_MAX) this.#known.clear();
    this.#known.set(venue, { at: now, symbols });
    return answer(symbols);
  }

  async #page(
    venue: string,
    after: string | undefined,
  ): Promise<ActorReply<{ readonly symbols: readonly string[]; readonly next: string | undefined }>> {
    const envelope: Envelope = systemEnvelope(this.#clock.now());
    const query = { limit: PAGE, after, ...(venue === "" ? {} : { query: `${venue}:` }) };
    // A stub may throw before it calls.
    const search = async () => this.#neighbours.instrumentDirectory().search(envelope, query);
    const page = await ifWithin(search(), OPENING_MS_MAX);
    if (page === undefined)
      return refusal("dependency-unavailable", "it is not known now which instruments there are");
    if (!page.ok) return page;
    // SAFETY: the directory's texts, in the public shape.
    const listed = page.value.items.map((item) => JSON.parse(item) as InstrumentReply);
    const symbols = listed
      .filter(
        ({ status, symbol }) => status !== "delisted" && (venue === "" || symbol.startsWith(`${venue}:`)),
      )
      .map(({ symbol }) => symbol);
    return answer({ symbols, next: page.value.next });
  }
}
