/** Is the process alive, and can it serve? Both are public, so the answer costs no more than one probe a second. */
import { answer, refusal } from "../../actors/runtime/reply.ts";
import { getLive, getReady, type ReadyReply } from "../contracts/health.ts";
import type { Mount } from "../http/mount.ts";
import { Readiness } from "../http/readiness.ts";

export function healthRoutes(mount: Mount): void {
  const readiness = new Readiness();
  mount.on(getLive, () => answer('{"status":"live"}'));
  mount.on(getReady, async (c) => {
    const { status, checks } = await readiness.probed(c.env.edge, c.env.envelope);
    // Without actors nothing can be served; without Postgres everything but old history can.
    if (status === undefined) return refusal("dependency-unavailable", "no actor answers");
    return answer(JSON.stringify({ status, checks } satisfies ReadyReply));
  });
}
