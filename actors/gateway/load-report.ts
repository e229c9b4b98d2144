/** Tells the directory how full this gateway is: after a load, when that has changed, at most every two seconds, and with each heartbeat. */
import { HEARTBEAT_MS } from "../../src/contracts/gateway-streams.ts";
import type { ActorPorts } from "../../src/ports.ts";
import type { Clock } from "../runtime/clock.ts";
import { systemEnvelope } from "../runtime/envelope.ts";
import { ifWithin } from "../runtime/within.ts";
import { REPORT_MS } from "./limits.ts";

export type Load = { readonly connections: number; readonly topics: number };

export type LoadReportOptions = {
  readonly gateway: string;
  readonly clock: Clock;
  readonly neighbours: Pick<ActorPorts, "gatewayDirectory">;
  readonly load: () => Load;
  readonly standing: (isDraining: boolean) => void;
};

/** A report that hangs is not waited for: the next says more. */
const REPORT_ANSWER_MS_MAX = 5_000;

export class LoadReport {
  readonly #options: LoadReportOptions;
  /** Undefined after a load: what the directory knows is of before. */
  #told: Load | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;
  #isUnderWay = false;

  constructor(options: LoadReportOptions) {
    this.#options = options;
  }

  /** Nothing is left to be told. While anybody is connected, a directory that has slept meanwhile hears of it again. */
  get isTold(): boolean {
    const { load, clock } = this.#options;
    const { connections, topics } = load();
    const isDue = connections > 0 && clock.now() - this.#toldAt >= HEARTBEAT_MS;
    return !isDue && connections === this.#told?.connections && topics === this.#told.topics;
  }

  /** Also where nothing has changed. */
  again(): void {
    this.#told = undefined;
  }

  async tell(): Promise<void> {
    const { clock, load, gateway, neighbours, standing } = this.#options;
    const at = clock.now();
    if (this.#isUnderWay || this.isTold || at - this.#toldAt < REPORT_MS) return;
    const now = load();
    this.#isUnderWay = true;
    this.#toldAt = at;
    // A stub may throw before it calls.
    const report = async () =>
      neighbours.gatewayDirectory().report(systemEnvelope(at), { gateway, ...now, at });
    const reply = await ifWithin(report(), REPORT_ANSWER_MS_MAX);
    this.#isUnderWay = false;
    if (reply === undefined) return;
    // A gateway that the directory does not know has nothing to tell it.
    if (reply.ok || reply.code === "not-found") this.#told = now;
    if (reply.ok) standing(reply.value.isDraining);
  }
}
