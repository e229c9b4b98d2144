/** All measurements as text for a Prometheus server. Parts would look like counters that fell back, so it is all or nothing. */

import type { KindReadings } from "../../actors/metrics-shard/messages.ts";
import { type ActorReply, refusal } from "../../actors/runtime/reply.ts";
import { getMetrics, METRICS_MEDIA_TYPE } from "../contracts/metrics.ts";
import { ask } from "../http/ask.ts";
import type { Call } from "../http/context.ts";
import type { Mount } from "../http/mount.ts";
import { prometheusText } from "../http/prometheus.ts";

const INCOMPLETE = refusal("dependency-unavailable", "a metrics shard does not answer");

export function metricsRoutes(mount: Mount): void {
  mount.on(getMetrics, async (c) => {
    await c.env.edge.counts.flush();
    const readings: (readonly KindReadings[])[] = [];
    for (const reply of await allReadings(c)) {
      if (!reply.ok) return INCOMPLETE;
      readings.push(reply.value);
    }
    return new Response(prometheusText(readings), { headers: { "content-type": METRICS_MEDIA_TYPE } });
  });
}

function allReadings(c: Call): Promise<ActorReply<readonly KindReadings[]>[]> {
  const { ports, clock } = c.env.edge;
  const envelope = c.env.envelope;
  const shards = ports.actors.metricsShards();
  return Promise.all(shards.map((shard) => ask(clock, envelope, () => shard.readings(envelope))));
}
