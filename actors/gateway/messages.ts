/** What a gateway answers: to actors that host topics, and to the directory and the edge. */
import type { InspectedApi } from "../runtime/standing.ts";
import type { LinkedApi } from "../runtime/streams/link.ts";

/** `told` comes from the actors whose topics it holds; upgrades come by `fetch`. */
export interface GatewayApi extends InspectedApi, LinkedApi {}
