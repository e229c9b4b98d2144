/** A throw that nobody expected: said once in the log, and to the caller without a word of what it was. */
import type { Call } from "./context.ts";
import { refuse } from "./reply.ts";

export function failed(error: Error, c: Call): Response {
  c.env.edge.log("error", "failure", {
    requestId: c.env.envelope.requestId,
    route: c.env.route ?? null,
    error: error.name,
    stack: error.stack,
  });
  return refuse(c, { code: "internal" });
}
