/** What the tests inside workerd run against: the product's worker plus the probes. */
export { ProbeActor } from "./probe-actor.ts";

export default {
  fetch(): Response {
    return new Response(null, { status: 404 });
  },
};
