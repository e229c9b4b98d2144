/** What the edge stands on, and what a handler sees of one call. */
import type { Context } from "hono";
import type { Credential } from "../../actors/keyring/messages.ts";
import type { Clock } from "../../actors/runtime/clock.ts";
import type { Envelope } from "../../actors/runtime/envelope.ts";
import type { RefusalCode } from "../domain/refusals.ts";
import type { Log, Ports } from "../ports.ts";
import type { CallPatience } from "./call-patience.ts";
import type { Credentials } from "./credentials.ts";
import type { Cursors } from "./cursor.ts";
import type { EdgeCounts } from "./edge-counts.ts";
import type { Known } from "./known.ts";
import type { SplitMaps } from "./split/split-maps.ts";

/** Made once per isolate. */
export type Edge = {
  readonly ports: Ports;
  readonly clock: Clock;
  readonly credentials: Credentials;
  readonly cursors: Cursors;
  readonly known: Known;
  readonly splits: SplitMaps;
  readonly counts: EdgeCounts;
  /** Of the key that opens `/metrics` alone. */
  readonly scrapeKeySha256: string | undefined;
  readonly log: Log;
  readonly corsOrigins: readonly string[];
  /** One of our own static files, by its path. */
  readonly asset: (path: string) => Promise<Response>;
};

/** What is known of one call, the more the further it comes. */
export type CallState = {
  readonly edge: Edge;
  envelope: Envelope;
  /** Absent on public routes, and before the credential is checked. */
  credential?: Credential;
  /** The declared path, for logs: values in paths are somebody's names. */
  route?: string;
  /** What the call was refused with, where it was. */
  refused?: RefusalCode;
  /** Of a call that brings a body, from its reading on. */
  patience?: CallPatience;
  /** The reply was made with every header that a reply has. */
  hasHeaders?: true;
};

/** The router hands it to handlers as their `c.env`. */
export type EdgeEnv = { Bindings: CallState };

export type Call = Context<EdgeEnv>;
