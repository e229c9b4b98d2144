/** One symbol's pit: ticks in, bars, quotes and prices out. It parses, queues, commits and replies; the rules are in decide.ts. */
import { DurableObject } from "cloudflare:workers";
import type { Env } from "../../src/env.ts";
import { portsFrom } from "../../src/wiring.ts";
import type { PriceSnapshot, SnapshotWants } from "../price-hub/messages.ts";
import { Bricks } from "../runtime/bricks.ts";
import type { Envelope } from "../runtime/envelope.ts";
import type { OutboxBatch } from "../runtime/outbox.ts";
import type { ActorReply } from "../runtime/reply.ts";
import type { Pulse, ReplayFrom } from "../runtime/streams/link.ts";
import type { Inspection } from "../runtime/vitals.ts";
import { symbolActor, symbolOf } from "./address.ts";
import { LANES } from "./bounds.ts";
import type {
  ActionPage,
  ActionQuery,
  BarMarks,
  BarPage,
  BarQuery,
  DayFolds,
  DayRange,
  DepthQuery,
  GapPage,
  GapQuery,
  QuoteBarQuery,
  SeriesBarPage,
  SeriesBarQuery,
  SeriesList,
  SeriesRange,
  SymbolApi,
} from "./messages.ts";
import { Pit } from "./pit.ts";
import { SYMBOL_MIGRATIONS } from "./store.ts";

export class SymbolActor extends DurableObject<Env> implements SymbolApi {
  readonly #symbol = symbolOf(this.ctx.id.name);
  readonly #ports = portsFrom(this.env);
  readonly #bricks = new Bricks(this.ctx, {
    actor: symbolActor(this.#symbol),
    migrations: SYMBOL_MIGRATIONS,
    lanes: LANES,
    ...this.#ports,
  });
  readonly #pit = new Pit(this.#symbol, this.#bricks, this.#ports.actors);

  tickRows(envelope: Envelope, source: string, rows: string): Promise<ActorReply<string>> {
    return this.#pit.ticks(envelope, source, rows);
  }
  ticks(envelope: Envelope, source: string, body: string): Promise<ActorReply<string>> {
    return this.#pit.ticks(envelope, source, body);
  }
  endFeed(envelope: Envelope): Promise<ActorReply<null>> {
    return this.#pit.endFeed(envelope);
  }
  quote(envelope: Envelope): Promise<ActorReply<string>> {
    return this.#pit.quote(envelope);
  }
  bars(envelope: Envelope, query: BarQuery): Promise<ActorReply<BarPage>> {
    return this.#pit.bars(envelope, query);
  }
  quoteBars(envelope: Envelope, query: QuoteBarQuery): Promise<ActorReply<BarPage>> {
    return this.#pit.quoteBars(envelope, query);
  }
  liquidity(envelope: Envelope): Promise<ActorReply<string>> {
    return this.#pit.liquidity.read(envelope);
  }

  depth(envelope: Envelope, query: DepthQuery): Promise<ActorReply<string>> {
    return this.#pit.depth.read(envelope, query);
  }
  gaps(envelope: Envelope, query: GapQuery): Promise<ActorReply<GapPage>> {
    return this.#pit.gaps(envelope, query);
  }
  recordAction(envelope: Envelope, body: string): Promise<ActorReply<string>> {
    return this.#pit.actions.record(envelope, body);
  }
  revokeAction(envelope: Envelope, id: string): Promise<ActorReply<null>> {
    return this.#pit.actions.revoke(envelope, id);
  }
  actions(envelope: Envelope, query: ActionQuery): Promise<ActorReply<ActionPage>> {
    return this.#pit.actions.page(envelope, query);
  }
  dayFolds(envelope: Envelope, ranges: readonly DayRange[]): Promise<ActorReply<DayFolds>> {
    return this.#pit.actions.dayFolds(envelope, ranges);
  }
  importing(envelope: Envelope, until: BarMarks): Promise<ActorReply<BarMarks>> {
    return this.#pit.importing(envelope, until);
  }
  putSeries(envelope: Envelope, series: string): Promise<ActorReply<string>> {
    return this.#pit.series.put(envelope, series);
  }
  deleteSeries(envelope: Envelope, series: string): Promise<ActorReply<null>> {
    return this.#pit.series.remove(envelope, series);
  }
  series(envelope: Envelope, series: string): Promise<ActorReply<string>> {
    return this.#pit.series.describe(envelope, series);
  }
  allSeries(envelope: Envelope, range: SeriesRange): Promise<ActorReply<SeriesList>> {
    return this.#pit.series.list(envelope, range);
  }
  seriesBars(envelope: Envelope, series: string, query: SeriesBarQuery): Promise<ActorReply<SeriesBarPage>> {
    return this.#pit.series.bars(envelope, series, query);
  }
  snapshot(envelope: Envelope, wants?: SnapshotWants): Promise<ActorReply<PriceSnapshot>> {
    return this.#pit.snapshot(envelope, wants);
  }
  receive(envelope: Envelope, batch: OutboxBatch): Promise<ActorReply<{ watermark: number }>> {
    return this.#pit.receive(envelope, batch);
  }
  link(envelope: Envelope, gateway: string, frame: string): Promise<ActorReply<null>> {
    return this.#pit.link(envelope, gateway, frame);
  }
  async replay(
    _envelope: Envelope,
    topic: string,
    from?: ReplayFrom,
  ): Promise<ActorReply<readonly string[]>> {
    return this.#bricks.sockets.replay(topic, from);
  }
  pulse(envelope: Envelope, gateway?: string): Promise<ActorReply<Pulse>> {
    return this.#pit.pulse(envelope, gateway);
  }
  inspect(): Promise<ActorReply<Inspection>> {
    return this.#bricks.inspect();
  }
  override fetch(request: Request): Promise<Response> {
    return this.#pit.fetch(request);
  }
  override webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): void {
    this.#bricks.sockets.message(socket, data);
  }
  override webSocketClose(socket: WebSocket): void {
    this.#bricks.sockets.closed(socket);
  }
  override webSocketError(socket: WebSocket): void {
    this.#bricks.sockets.closed(socket);
  }

  override async alarm(): Promise<void> {
    this.#bricks.takeDueTimers();
    await this.#pit.wake();
  }
}
