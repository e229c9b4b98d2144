/**
 * Whether a thing exists, asked before its object is addressed: an object's storage comes into being when it is first called.
 * Existence never ends, so a yes is remembered and a no is not.
 */
import type { Clock } from "../../actors/runtime/clock.ts";
import type { Envelope } from "../../actors/runtime/envelope.ts";
import { type ActorReply, answer, type Refusal, refusal } from "../../actors/runtime/reply.ts";
import type { InstrumentReply } from "../contracts/instruments.ts";
import type { NodeKind } from "../domain/firm.ts";
import type { ActorPorts } from "../ports.ts";
import type { TradingTerms } from "../quant/trading-days.ts";
import { ask } from "./ask.ts";
import { ExpiringMap } from "./expiring-map.ts";

/** Of each kind, in one isolate: a hot set, at about 100 bytes a name. */
export const KNOWN_NAMES_MAX = 10_000;

/** A chart polls every ten seconds, and shows other trading hours soon enough after a minute. */
const LISTING_MS_MAX = 60_000;

/** What a chart of an instrument goes by: its currency, and when it trades. */
export type Listing = TradingTerms & { readonly symbol: string; readonly currency: string };

export type KnownSymbols = { readonly known: ReadonlySet<string>; readonly failure?: Refusal };

export class Known {
  readonly #actors: ActorPorts;
  readonly #clock: Clock;
  readonly #symbols = new ExpiringMap<true>(KNOWN_NAMES_MAX);
  readonly #accounts = new ExpiringMap<true>(KNOWN_NAMES_MAX);
  readonly #nodes = new ExpiringMap<true>(KNOWN_NAMES_MAX);
  readonly #listings = new ExpiringMap<Listing>(KNOWN_NAMES_MAX, LISTING_MS_MAX);
  /** Strategy to its account, which never changes. */
  readonly #strategies = new ExpiringMap<string>(KNOWN_NAMES_MAX);

  constructor(actors: ActorPorts, clock: Clock) {
    this.#actors = actors;
    this.#clock = clock;
  }

  /** Those of `symbols` that exist, by at most one call. With a `failure` it is not known of the others. */
  async symbols(envelope: Envelope, symbols: readonly string[]): Promise<KnownSymbols> {
    const now = this.#clock.now();
    const known = new Set(symbols.filter((symbol) => this.#symbols.get(symbol, now)));
    const asked = symbols.filter((symbol) => !known.has(symbol));
    if (asked.length === 0) return { known };
    const directory = this.#actors.instrumentDirectory();
    const reply = await ask(this.#clock, envelope, () => directory.known(envelope, asked));
    if (!reply.ok) return { known, failure: reply };
    for (const symbol of reply.value) {
      known.add(symbol);
      this.#symbols.set(symbol, true, now);
    }
    return { known };
  }

  /** Nothing where the symbol exists, else why the call ends here. */
  async symbolRefusal(envelope: Envelope, symbol: string): Promise<Refusal | undefined> {
    const { known, failure } = await this.symbols(envelope, [symbol]);
    return known.has(symbol) ? undefined : (failure ?? refusal("symbol-unknown"));
  }

  /** The instrument that each name means, by one call; undefined where a name means none, or several. */
  async named(
    envelope: Envelope,
    names: readonly string[],
  ): Promise<ActorReply<readonly (InstrumentReply | undefined)[]>> {
    const directory = this.#actors.instrumentDirectory();
    const reply = await ask(this.#clock, envelope, () => directory.named(envelope, names));
    if (!reply.ok) return reply;
    // SAFETY: the directory's texts, in the public shape.
    const found = reply.value.map((text) =>
      text === null ? undefined : (JSON.parse(text) as InstrumentReply),
    );
    for (const instrument of found) this.#note(instrument);
    return answer(found);
  }

  /** The same of one name. A symbol is remembered for a while; what any other name means may change. */
  async listing(envelope: Envelope, name: string): Promise<ActorReply<Listing | undefined>> {
    const present = this.#listings.get(name, this.#clock.now());
    if (present !== undefined) return answer(present);
    const found = await this.named(envelope, [name]);
    return found.ok ? answer(found.value[0]) : found;
  }

  #note(instrument: InstrumentReply | undefined): void {
    if (instrument === undefined) return;
    const { symbol, timezone, session, calendar, currency } = instrument;
    const now = this.#clock.now();
    this.#symbols.set(symbol, true, now);
    this.#listings.set(symbol, { symbol, timezone, session, calendar, currency }, now);
  }

  async accountRefusal(envelope: Envelope, account: string): Promise<Refusal | undefined> {
    const { tenant } = envelope.principal;
    const key = `${tenant}/${account}`;
    if (this.#accounts.get(key, this.#clock.now())) return undefined;
    const directory = this.#actors.tenantDirectory(tenant);
    const reply = await ask(this.#clock, envelope, () => directory.hasAccount(envelope, account));
    if (!reply.ok) return reply;
    if (!reply.value) return refusal("account-unknown");
    this.#accounts.set(key, true, this.#clock.now());
    return undefined;
  }

  async nodeRefusal(envelope: Envelope, kind: NodeKind, id: string): Promise<Refusal | undefined> {
    const { tenant } = envelope.principal;
    const key = `${tenant}/${kind}:${id}`;
    if (this.#nodes.get(key, this.#clock.now())) return undefined;
    const directory = this.#actors.tenantDirectory(tenant);
    const reply = await ask(this.#clock, envelope, () => directory.hasNode(envelope, kind, id));
    if (!reply.ok) return reply;
    if (!reply.value) return refusal(`${kind}-unknown`);
    this.#nodes.set(key, true, this.#clock.now());
    return undefined;
  }

  /** The account that a strategy of this tenant belongs to. */
  async accountOf(envelope: Envelope, strategy: string): Promise<ActorReply<string>> {
    const { tenant } = envelope.principal;
    const key = `${tenant}/${strategy}`;
    const known = this.#strategies.get(key, this.#clock.now());
    if (known !== undefined) return answer(known);
    const directory = this.#actors.tenantDirectory(tenant);
    const reply = await ask(this.#clock, envelope, () => directory.accountOf(envelope, strategy));
    if (reply.ok) this.#strategies.set(key, reply.value, this.#clock.now());
    return reply.ok || reply.code !== "strategy-unknown" ? reply : refusal("strategy-unknown");
  }
}
