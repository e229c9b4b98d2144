/** What the tests inside workerd run against: the product's worker plus the probes. */
export { BareActor } from "./bare-actor.ts";
export { IttyCounter } from "./itty-counter.ts";
export { ProbeActor } from "./probe-actor.ts";

export default {
  fetch(): Response {
    return new Response(null, { status: 404 });
  },
};
