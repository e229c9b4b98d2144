/** The edge of one isolate, put together: what it was given, and what it remembers. */
import type { Clock } from "../../actors/runtime/clock.ts";
import type { Variables } from "../env.ts";
import type { Ports } from "../ports.ts";
import type { Edge } from "./context.ts";
import { apiKeyReader, Credentials, rootKeyReader } from "./credentials.ts";
import { Cursors } from "./cursor.ts";
import { Known } from "./known.ts";

export type EdgeParts = {
  readonly ports: Ports;
  readonly variables: Variables;
  readonly clock: Clock;
  readonly asset: Edge["asset"];
};

export function edgeFrom({ ports, variables, clock, asset }: EdgeParts): Edge {
  const readers = [rootKeyReader(variables.rootKeySha256), apiKeyReader(ports.actors, clock)];
  return {
    ports,
    clock,
    log: ports.log,
    asset,
    credentials: new Credentials(readers, clock),
    cursors: new Cursors(variables.cursorKey),
    known: new Known(ports.actors, clock),
    corsOrigins: variables.corsOrigins,
  };
}
