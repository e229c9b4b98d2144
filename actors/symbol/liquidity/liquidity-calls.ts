/** What the edge asks of a symbol's liquidity. */
import type { LiquidityReply } from "../../../src/contracts/liquidity.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Envelope } from "../../runtime/envelope.ts";
import { type ActorReply, answer } from "../../runtime/reply.ts";
import type { LiquidityDesk } from "./liquidity-desk.ts";

type Surroundings = {
  readonly clock: Clock;
  readonly known: (envelope: Envelope) => Promise<ActorReply<Instrument>>;
  readonly desk: LiquidityDesk;
};

export class LiquidityCalls {
  readonly #around: Surroundings;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** JSON text of the public statistics. */
  async read(envelope: Envelope): Promise<ActorReply<string>> {
    const { known, desk, clock } = this.#around;
    const instrument = await known(envelope);
    if (!instrument.ok) return instrument;
    const { symbol, currency } = instrument.value;
    const { liquidity, statistics } = desk.fresh();
    const { ts = null, version = 0 } = liquidity ?? {};
    const reply: LiquidityReply = {
      ...{ symbol, currency, version, ts },
      ageMs: ts === null ? null : Math.max(0, clock.now() - ts),
      ...statistics,
    };
    return answer(JSON.stringify(reply));
  }
}
