/** The edge of one isolate, put together: what it was given, and what it remembers. */
import type { Clock } from "../../actors/runtime/clock.ts";
import { systemEnvelope } from "../../actors/runtime/envelope.ts";
import { randomHex } from "../../actors/runtime/id.ts";
import { ifWithin } from "../../actors/runtime/within.ts";
import type { Variables } from "../env.ts";
import type { Ports } from "../ports.ts";
import type { Edge } from "./context.ts";
import { apiKeyReader, Credentials, rootKeyReader } from "./credentials.ts";
import { Cursors } from "./cursor.ts";
import { EdgeCounts } from "./edge-counts.ts";
import { Known } from "./known.ts";
import { SplitMaps } from "./split/split-maps.ts";

export type EdgeParts = {
  readonly ports: Ports;
  readonly variables: Variables;
  readonly clock: Clock;
  readonly asset: Edge["asset"];
};

/** A shard that does not answer in time has not taken it: the same comes again. */
const TOLD_MS_MAX = 2_000;

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
    splits: new SplitMaps(),
    counts: countsTold(ports, clock),
    scrapeKeySha256: variables.scrapeKeySha256,
    corsOrigins: variables.corsOrigins,
  };
}

const countsTold = (ports: Ports, clock: Clock): EdgeCounts => {
  const sender = `edge:${randomHex(8)}`;
  return new EdgeCounts({
    sender,
    clock,
    wait: (ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
    send: async (report) => {
      const told = ports.actors.metricsShard(sender).count(systemEnvelope(clock.now()), report);
      return (await ifWithin(told, TOLD_MS_MAX))?.ok === true;
    },
  });
};
