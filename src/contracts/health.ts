/** Whether the process lives, and whether it can serve. */
import { z } from "zod";
import { endpoint } from "./endpoint.ts";

const shared = { method: "GET", scope: "public", tag: "Operations" } as const;
const check = z.enum(["ok", "failing"]);

export const getLive = endpoint({
  ...shared,
  path: "/health/live",
  summary: "The process answers.",
  replies: { 200: z.strictObject({ status: z.literal("live") }) },
});

export const readyReply = z.strictObject({
  /** Degraded: decisions are made, but their way to Postgres or old history is cut, or nobody can say. */
  status: z.enum(["ready", "degraded"]),
  checks: z.strictObject({
    actors: check.meta({ description: "The instrument directory answers." }),
    postgres: check.meta({ description: "Postgres answers within three seconds." }),
    outbox: check.meta({ description: "No actor's facts wait for Postgres for more than five seconds." }),
    breakers: check.meta({ description: "No breaker is open: nothing is refused without being tried." }),
  }),
});
export type ReadyReply = z.output<typeof readyReply>;

export const getReady = endpoint({
  ...shared,
  path: "/health/ready",
  summary:
    "Whether calls can be served, as known at most a second ago: `degraded` while some check fails. 503 only where no actor answers, never for Postgres alone.",
  replies: { 200: readyReply },
});
