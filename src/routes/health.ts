/** Is the process alive, and can it serve? Both are public, so the answer costs no more than one probe a second. */
import { answer, refusal } from "../../actors/runtime/reply.ts";
import { getLive, getReady, type ReadyReply } from "../contracts/health.ts";
import { type EpochMs, SECOND_MS } from "../domain/time.ts";
import { ask } from "../http/ask.ts";
import type { Call } from "../http/context.ts";
import { ExpiringMap } from "../http/expiring-map.ts";
import type { Mount } from "../http/mount.ts";

/** A dependency that takes longer does not serve. */
const PROBE_MS_MAX = 3 * SECOND_MS;
type Checks = ReadyReply["checks"];

export function healthRoutes(mount: Mount): void {
  const probed = new ExpiringMap<Checks>(1, SECOND_MS);
  mount.on(getLive, () => answer('{"status":"live"}'));
  mount.on(getReady, async (c) => {
    const checks = await probedWithin(c, probed);
    // Without actors nothing can be served; without Postgres everything but old history can.
    if (checks.actors !== "ok") return refusal("dependency-unavailable", "no actor answers");
    const reply: ReadyReply = { status: checks.postgres === "ok" ? "ready" : "degraded", checks };
    return answer(JSON.stringify(reply));
  });
}

async function probedWithin(c: Call, probed: ExpiringMap<Checks>): Promise<Checks> {
  const { clock } = c.var.edge;
  const present = probed.get("", clock.now());
  if (present !== undefined) return present;
  const checks = await probe(c);
  probed.set("", checks, clock.now());
  return checks;
}

async function probe(c: Call): Promise<Checks> {
  const { ports, clock } = c.var.edge;
  const envelope = { ...c.var.envelope, deadline: (clock.now() + PROBE_MS_MAX) as EpochMs };
  const [actors, postgres] = await Promise.all([
    ask(clock, envelope, () => ports.actors.instrumentDirectory().known(envelope, [])),
    ask(clock, envelope, async () => answer(await ports.mirror.ping())),
  ]);
  return { actors: actors.ok ? "ok" : "failing", postgres: postgres.ok ? "ok" : "failing" };
}
