/** What is measured, for a Prometheus server. */
import { z } from "zod";
import { endpoint } from "./endpoint.ts";

export const METRICS_MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export const getMetrics = endpoint({
  method: "GET",
  path: "/metrics",
  scope: "admin",
  scrape: true,
  produces: METRICS_MEDIA_TYPE,
  summary:
    "All measurements in Prometheus text format 0.0.4, of actors by their kind and of calls by their declared route. The scrape key of the deployment (`SCRAPE_KEY_SHA256`) opens this call and no other. Counts of an actor arrive within seconds.",
  tag: "Operations",
  replies: { 200: z.string().meta({ description: "Prometheus text format 0.0.4." }) },
});
