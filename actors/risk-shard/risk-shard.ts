/** One account's risk: limits, orders, positions. Each call is handed to the part of the desk that it is for. */
import { DurableObject } from "cloudflare:workers";
import type { Env } from "../../src/env.ts";
import { portsFrom } from "../../src/wiring.ts";
import { type PriceBatch, readPriceBatch } from "../price-hub/messages.ts";
import type { Envelope } from "../runtime/envelope.ts";
import type { ReplayFrom } from "../runtime/streams/link.ts";
import { openDesk } from "./desk.ts";
import type * as messages from "./messages.ts";
import type { PartsWork } from "./parts-messages.ts";

export class RiskShard extends DurableObject<Env> implements messages.RiskShardApi {
  readonly #opened = openDesk(this.ctx, portsFrom(this.env));
  readonly #desk = this.#opened.desk;

  putAccount(envelope: Envelope, body: string) {
    return this.#desk.account.putAccount(envelope, body);
  }
  putLimits(envelope: Envelope, body: string, ifMatch?: string) {
    return this.#desk.limits.put(envelope, body, ifMatch);
  }
  broker(envelope: Envelope, work: messages.BrokerWork) {
    return this.#desk.broker.run(envelope, work);
  }
  setState(envelope: Envelope, body: string) {
    return this.#desk.account.setState(envelope, body);
  }
  watched(envelope: Envelope, query: messages.WatchedQuery) {
    return this.#desk.watched(envelope, query);
  }
  answerWatch(envelope: Envelope, said: messages.WatchedAnswer) {
    return this.#desk.watch.answer(envelope, said);
  }
  cancels(envelope: Envelope, said: messages.CancelsAsked) {
    return this.#desk.cancels(envelope, said);
  }
  openStrategy(envelope: Envelope, strategy: string, body: string) {
    return this.#desk.account.openStrategy(envelope, strategy, body);
  }
  amendStrategy(envelope: Envelope, strategy: string, body: string) {
    return this.#desk.account.amendStrategy(envelope, strategy, body);
  }
  replaceLegs(envelope: Envelope, strategy: string, body: string) {
    return this.#desk.account.replaceLegs(envelope, strategy, body);
  }
  closeStrategy(envelope: Envelope, strategy: string) {
    return this.#desk.account.closeStrategy(envelope, strategy);
  }
  putGroup(envelope: Envelope, group: string, body: string) {
    return this.#desk.account.putGroup(envelope, group, body);
  }
  removeGroup(envelope: Envelope, group: string) {
    return this.#desk.account.removeGroup(envelope, group);
  }
  check(envelope: Envelope, body: string, shown: messages.ShownChecks) {
    return this.#desk.orders.run(envelope, body, shown, true);
  }
  orders(envelope: Envelope, body: string, shown: messages.ShownChecks) {
    return this.#desk.orders.run(envelope, body, shown, false);
  }
  executions(envelope: Envelope, body: string) {
    return this.#desk.executions.run(envelope, body);
  }
  moveCash(envelope: Envelope, body: string) {
    return this.#desk.cash.run(envelope, body);
  }
  applyAction(envelope: Envelope, body: string) {
    return this.#desk.actions.run(envelope, body);
  }
  parts(envelope: Envelope, work: PartsWork) {
    return this.#desk.parts.run(envelope, work);
  }
  holdings(envelope: Envelope, query: messages.HoldingsQuery) {
    return this.#desk.readWhole(envelope, (reads) => reads.holdings(query));
  }
  bookedExecutions(envelope: Envelope, query: messages.ExecutionsQuery) {
    return this.#desk.readPart(envelope, (reads) => reads.executions(query));
  }
  pnl(envelope: Envelope, query: messages.ProfitQuery) {
    return this.#desk.pnl(envelope, query);
  }
  takeSnapshot(envelope: Envelope, body: string) {
    return this.#desk.closings.snapshot(envelope, body);
  }
  account(envelope: Envelope) {
    return this.#desk.readPart(envelope, (reads, now) => reads.account(now));
  }
  limits(envelope: Envelope, version?: number) {
    return this.#desk.limits.find(envelope, version);
  }
  limitWork(envelope: Envelope, work: messages.LimitWork) {
    return this.#desk.limits.work(envelope, work);
  }
  positions(envelope: Envelope, query: messages.ListQuery) {
    return this.#desk.readPart(envelope, (reads, now) => reads.positions(query, now));
  }
  workingOrders(envelope: Envelope, query: messages.ListQuery) {
    return this.#desk.readPart(envelope, (reads) => reads.orders(query));
  }
  exposures(envelope: Envelope) {
    return this.#desk.readPart(envelope, (reads) => reads.exposures());
  }
  balances(envelope: Envelope) {
    return this.#desk.readWhole(envelope, (reads, now) => reads.balances(now));
  }
  risk(envelope: Envelope, query: messages.RiskQuery) {
    return this.#desk.risk(envelope, query);
  }
  violations(envelope: Envelope, query: messages.ListQuery) {
    return this.#desk.readPart(envelope, (reads) => reads.violations(query));
  }
  decisions(envelope: Envelope, query: messages.ListQuery) {
    return this.#desk.readPart(envelope, (reads) => reads.decisions(query));
  }
  prices(envelope: Envelope, sent: string | PriceBatch) {
    return readPriceBatch(sent, (batch) => this.#desk.takePrices(envelope, batch));
  }
  parentCalls(_envelope: Envelope, _node: string) {
    return this.#desk.parent.called();
  }
  link(envelope: Envelope, gateway: string, frame: string) {
    return this.#desk.link(envelope, gateway, frame);
  }
  async replay(_envelope: Envelope, topic: string, from?: ReplayFrom) {
    return this.#opened.sockets.replay(topic, from);
  }
  async pulse(_envelope: Envelope, gateway?: string) {
    return this.#opened.sockets.pulse(gateway);
  }
  inspect(_envelope: Envelope) {
    return this.#opened.inspect();
  }
  override fetch(request: Request) {
    return this.#desk.connect(request);
  }
  override webSocketMessage(socket: WebSocket, data: string | ArrayBuffer) {
    return this.#opened.sockets.message(socket, data);
  }
  override webSocketClose(socket: WebSocket) {
    this.#opened.sockets.closed(socket);
  }
  override webSocketError(socket: WebSocket) {
    this.#opened.sockets.closed(socket);
  }
  override async alarm(): Promise<void> {
    await this.#opened.wake();
  }
}
