/** What subscribers of a symbol's order book hear: the whole of what is shown, after each turn that changed it. */
import { DEPTH_LEVELS_DEFAULT } from "../../../src/contracts/depth.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import { standardSweeps } from "../../../src/quant/depth/depth-metrics.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Sockets, TopicSource } from "../../runtime/sockets.ts";
import type { Changes } from "../changes.ts";
import type { SymbolState } from "../state.ts";
import { depthText } from "./depth-text.ts";
import { measuredDepth } from "./measured-depth.ts";

type Told = { readonly sockets: Pick<Sockets, "watches" | "publish">; readonly clock: Clock };

export class DepthStreams {
  readonly #state: SymbolState;
  readonly #told: Told;
  readonly #topic: string;
  readonly #metricsTopic: string;

  constructor(state: SymbolState, told: Told) {
    this.#state = state;
    this.#told = told;
    this.#topic = `depth.${state.symbol}`;
    this.#metricsTopic = `depth-metrics.${state.symbol}`;
  }

  tell({ depth }: Changes, instrument: Instrument): void {
    const { sockets } = this.#told;
    if (depth.length === 0) return;
    if (sockets.watches(this.#topic))
      sockets.publish(this.#topic, "delta", () => this.#text(instrument), "depth");
    if (sockets.watches(this.#metricsTopic))
      sockets.publish(this.#metricsTopic, "delta", () => this.#metricsText(instrument), "depth-metrics");
  }

  topicOf(topic: string, instrument: Instrument): TopicSource | undefined {
    if (topic === this.#topic) return { topic, snapshot: () => this.#text(instrument) };
    return topic === this.#metricsTopic
      ? { topic, snapshot: () => this.#metricsText(instrument) }
      : undefined;
  }

  #text(instrument: Instrument): string {
    return depthText(
      this.#state,
      instrument,
      this.#told.clock.now(),
      DEPTH_LEVELS_DEFAULT,
      standardSweeps(instrument),
    );
  }

  #metricsText(instrument: Instrument): string {
    return JSON.stringify(
      measuredDepth(this.#state, instrument, DEPTH_LEVELS_DEFAULT, standardSweeps(instrument)) ?? null,
    );
  }
}
