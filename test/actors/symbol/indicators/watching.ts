/** A subscriber of indicators, and what a batch over the bars that readers get says: each written without the other. */
import { expect } from "vitest";
import { SOCKET_HEADER, type SocketTicket } from "../../../../actors/runtime/connection.ts";
import type { BarObject } from "../../../../src/contracts/bars.ts";
import type { IndicatorBarObject } from "../../../../src/contracts/indicators.ts";
import { barCalendarOf } from "../../../../src/quant/bar-calendar.ts";
import { roomFor, valuesIn } from "../../../../src/quant/indicators/definition.ts";
import { indicatorOf } from "../../../../src/quant/indicators/registry.ts";
import { CREDENTIAL, type FakeSocket } from "../../../support/fake-sockets.ts";
import { envelope } from "../../../support/runtime-fakes.ts";
import type { Said } from "../../../support/stream-messages.ts";
import { INSTRUMENT, SYMBOL } from "../bench.ts";
import type { World } from "../pit-world.ts";

export const topicOf = (definition: string, resolution: string): string =>
  `indicator.${definition}@${resolution}.${SYMBOL}`;

export async function connect(world: World): Promise<FakeSocket> {
  const ticket: SocketTicket = { envelope: envelope(), credential: CREDENTIAL };
  const headers = { [SOCKET_HEADER]: JSON.stringify(ticket) };
  await world.pit.fetch(new Request("https://actor/stream", { headers }));
  return world.port.sockets.at(-1) ?? expect.unreachable();
}

export const say = (world: World, socket: FakeSocket, frame: unknown): void =>
  world.sockets.message(socket, JSON.stringify(frame));

/** What a client makes of the messages: values by the start of their bar, per topic. */
export class Watcher {
  readonly rows = new Map<string, Map<number, IndicatorBarObject>>();
  readonly kinds = new Map<string, number>();
  /** The sequence of the newest message. */
  readonly seqs = new Map<string, number>();

  hearAll(sockets: readonly FakeSocket[]): void {
    for (const socket of sockets) for (const message of socket.take()) this.hear(message);
  }

  hear({ op, topic, seq, type, data, reset }: Said): void {
    if (op !== undefined) return;
    this.seqs.set(topic, seq);
    const kind = reset === undefined ? type : "reset";
    this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
    const rows = this.rows.get(topic) ?? new Map<number, IndicatorBarObject>();
    this.rows.set(topic, rows);
    if (data?.withdrawn === true) rows.delete(data.t);
    else if (data !== null) rows.set(data.t, data);
  }

  of(topic: string): IndicatorBarObject[] {
    return [...(this.rows.get(topic)?.values() ?? [])].sort((one, other) => one.t - other.t);
  }
}

export async function barsOf(world: World, resolution: string): Promise<BarObject[]> {
  const page = await world.pit.bars(envelope(), { resolution, limit: 100_000 });
  return page.ok ? page.value.bars.map((bar) => JSON.parse(bar) as BarObject) : [];
}

/** One straight run over all bars from the first on. */
export function batchOver(bars: readonly BarObject[], definition: string): IndicatorBarObject[] {
  const found = indicatorOf(definition);
  if (!found.ok) throw new Error(found.detail);
  const { indicator } = found;
  const state = indicator.start();
  const room = roomFor(indicator);
  const calendar = barCalendarOf(INSTRUMENT);
  return bars.map(({ t, o, h, l, c, v, state: told, rev }) => {
    const { start: day } = calendar.dayAt(t);
    const bar = { t, o: Number(o), h: Number(h), l: Number(l), c: Number(c), v: Number(v), day };
    const warm = indicator.next(state, bar, room);
    return { t, state: told, rev, values: { [indicator.id]: { ...valuesIn(indicator, room), warm } } };
  });
}
