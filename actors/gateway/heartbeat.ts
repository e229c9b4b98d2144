/** That the connection is alive, and where each topic stands: who has less than that has missed something. */
import type { HeartbeatMessage } from "../../src/contracts/gateway-streams.ts";
import type { Visit } from "./visit.ts";

export function heartbeatText(visit: Visit, now: number): string {
  // One that waits for a snapshot has no place yet.
  const seats = [...visit.seats.values()].filter(({ lane }) => lane !== undefined);
  const topics = seats.map((seat) => ({
    ...visit.placeOf(seat),
    ageMs: Math.max(0, now - seat.feed.heardAt),
  }));
  const beat: HeartbeatMessage = { op: "hb", ts: now, topics };
  return JSON.stringify(beat);
}
