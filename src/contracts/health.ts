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
  /** Degraded: decisions are made, but their way to Postgres or old history is cut. */
  status: z.enum(["ready", "degraded"]),
  checks: z.strictObject({ actors: check, postgres: check }),
});
export type ReadyReply = z.output<typeof readyReply>;

export const getReady = endpoint({
  ...shared,
  path: "/health/ready",
  summary: "Whether calls can be served; 503 only where none can, never for Postgres alone.",
  replies: { 200: readyReply },
});
