/** Calls of a symbol about its series, as the edge makes them. */
import { expect } from "vitest";
import { SOCKET_HEADER, type SocketTicket } from "../../../../actors/runtime/connection.ts";
import { SERIES_BARS_KEPT } from "../../../../actors/symbol/series/series-limits.ts";
import { type SeriesBarObject, seriesBar, seriesObject } from "../../../../src/contracts/series.ts";
import { CREDENTIAL, type FakeSocket } from "../../../support/fake-sockets.ts";
import { envelope } from "../../../support/runtime-fakes.ts";
import { SYMBOL } from "../bench.ts";
import type { World } from "../pit-world.ts";

export async function put(world: World, series: string) {
  const reply = await world.pit.series.put(envelope(), series);
  return reply.ok ? seriesObject.parse(JSON.parse(reply.value)) : reply.code;
}
export async function barsOf(world: World, series: string, query: object = {}): Promise<SeriesBarObject[]> {
  const page = await world.pit.series.bars(envelope(), series, { limit: SERIES_BARS_KEPT, ...query });
  return page.ok ? page.value.bars.map((text) => seriesBar.parse(JSON.parse(text))) : [];
}
export async function connect(world: World, topics: readonly string[]): Promise<FakeSocket> {
  const ticket: SocketTicket = { envelope: envelope(), credential: CREDENTIAL };
  const headers = { [SOCKET_HEADER]: JSON.stringify(ticket) };
  await world.pit.fetch(new Request("https://actor/stream", { headers }));
  const socket = world.port.sockets.at(-1) ?? expect.unreachable();
  world.sockets.message(socket, JSON.stringify({ op: "subscribe", id: 1, topics }));
  return socket;
}
export const topicOf = (series: string) => `series.${series}.${SYMBOL}`;
