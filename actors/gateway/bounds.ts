/** How large a gateway's collections may grow, and what happens there. */
import { GATEWAY_CONNECTIONS_MAX } from "../../src/domain/gateway.ts";
import type { Bound } from "../runtime/bounds.ts";
import {
  ASKED_NAMES_MAX,
  EXPANSIONS_MAX,
  FEEDS_MAX,
  GATHERED_MAX,
  KNOWN_NAMES_MAX,
  LISTENINGS_MAX,
  PULSES_PER_TICK_MAX,
  RINGS_UNITS_MAX,
  SESSIONS_MAX,
} from "./limits.ts";

export const BOUNDS: readonly Bound[] = [
  {
    collection: "table:session",
    max: SESSIONS_MAX,
    unit: "rows",
    atBound: "The one whose connection was closed first leaves: who comes back with it subscribes anew.",
  },
  {
    collection: "memory:visits",
    max: GATEWAY_CONNECTIONS_MAX,
    unit: "entries",
    atBound: "A further upgrade is refused `overloaded`; the edge tries another gateway.",
  },
  {
    collection: "memory:listenings",
    max: LISTENINGS_MAX,
    unit: "entries",
    atBound: "A further topic of any connection is refused `too-many-topics`.",
  },
  {
    collection: "memory:feeds",
    max: FEEDS_MAX,
    unit: "entries",
    atBound:
      "A topic that nobody listens to any more leaves; where there is none, a further one is refused `too-many`.",
  },
  {
    collection: "memory:rings",
    max: RINGS_UNITS_MAX,
    unit: "bytes",
    atBound:
      "Of each topic the oldest messages leave; its actor is asked for them when somebody resumes from there.",
  },
  {
    collection: "memory:words",
    max: 2 * FEEDS_MAX,
    unit: "entries",
    atBound:
      "An actor that is to tell a topic, or no longer: as the topics. The latter is said once, and again to whoever tells it.",
  },
  {
    collection: "memory:conflated",
    max: 4 * FEEDS_MAX,
    unit: "entries",
    atBound: "A topic waits once at each pace, however much happens on it.",
  },
  {
    collection: "memory:openings",
    max: FEEDS_MAX,
    unit: "entries",
    atBound: "A topic that somebody waits for: as the topics.",
  },
  {
    collection: "memory:waiting",
    max: FEEDS_MAX,
    unit: "entries",
    atBound: "A topic that somebody is to be brought to: as the topics.",
  },
  {
    collection: "memory:gathered",
    max: GATHERED_MAX,
    unit: "entries",
    atBound: "All are taken at once.",
  },
  {
    collection: "memory:pulses",
    max: PULSES_PER_TICK_MAX,
    unit: "entries",
    atBound: "Further silent actors are asked in the next second.",
  },
  {
    collection: "memory:names",
    max: KNOWN_NAMES_MAX,
    unit: "entries",
    atBound: "All are forgotten and asked for anew.",
  },
  {
    collection: "memory:asked-names",
    max: ASKED_NAMES_MAX,
    unit: "entries",
    atBound: "Whoever wants a further name asks for it alone.",
  },
  {
    collection: "memory:listings",
    max: EXPANSIONS_MAX,
    unit: "entries",
    atBound: "All are forgotten and asked for anew.",
  },
];
