/** Which actors there are, how they stand, and one of them in full. */
import { z } from "zod";
import { listOf, listQuery } from "./common.ts";
import { endpoint } from "./endpoint.ts";

export const ACTOR_KINDS = [
  "symbol",
  "risk-shard",
  "strategy",
  "price-hub",
  "archiver",
  "instrument-directory",
  "tenant-directory",
  "label-book",
  "account-split",
  "firm",
  "keyring",
  "gateway",
  "gateway-directory",
] as const;
export type ActorKind = (typeof ACTOR_KINDS)[number];
const kind = z.enum(ACTOR_KINDS);
/** Their names begin with the tenant that they belong to. All others serve every tenant. */
export const TENANT_KINDS: ReadonlySet<string> = new Set<ActorKind>([
  "risk-shard",
  "strategy",
  "tenant-directory",
  "label-book",
  "account-split",
  "firm",
]);

const breaker = z.strictObject({
  name: z.string(),
  state: z.enum(["closed", "half-open", "open"]),
  since: z.int(),
});

const described = {
  kind,
  /** The object's own name: a symbol, `<tenant>/<account>`, `<tenant>/<strategy>` … */
  name: z.string(),
  /** When it was first heard of. */
  since: z.int(),
  /** One load of the actor; a restart draws another. */
  incarnation: z.string(),
  loadedAt: z.int(),
  lastReportAt: z.int(),
  /** Null where this load has committed nothing. */
  lastCommitAt: z.int().nullable(),
  lastSeq: z.int().min(0),
  archivedSeq: z.int().min(0),
  outboxDepth: z.int().min(0),
  /** Age of the oldest fact that waits for Postgres; 0 below two seconds. */
  outboxLagMs: z.int().min(0),
  fenced: z.boolean(),
  breakers: z.array(breaker),
} as const;

export const actorItem = z.strictObject({
  ...described,
  /** The collection that is nearest to its bound. */
  fullest: z.strictObject({ collection: z.string(), ratio: z.number() }).nullable(),
});
export type ActorItem = z.output<typeof actorItem>;

export const actorDetail = z.strictObject({
  ...described,
  mailboxDepth: z.int().min(0),
  sockets: z.int().min(0),
  timers: z.array(z.strictObject({ name: z.string(), due: z.int() })),
  /** `used` is null where counting would cost more than a look. */
  sizes: z.array(
    z.strictObject({
      collection: z.string(),
      unit: z.enum(["rows", "entries", "bytes"]),
      used: z.int().nullable(),
      max: z.int(),
      atBound: z.string(),
    }),
  ),
  /** What this load of the actor has counted: of a histogram how many, their sum, and how many were at most each bound. */
  counts: z.array(
    z.strictObject({
      series: z.string(),
      value: z.number(),
      sum: z.number().optional(),
      buckets: z.array(z.tuple([z.number(), z.number()])).optional(),
    }),
  ),
  gauges: z.array(z.strictObject({ series: z.string(), value: z.number() })),
});
export type ActorDetail = z.output<typeof actorDetail>;

/** A symbol, an id, or two ids with a slash between them; behind a split account, `/split` or the number of a part. */
const NAME_PATTERN =
  /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}(\/[A-Za-z0-9][A-Za-z0-9._-]{0,63}(\/(split|[1-9]))?)?$/;

const shared = { method: "GET", scope: "admin", tag: "Operations" } as const;

export const listActors = endpoint({
  ...shared,
  path: "/v1/actors",
  summary:
    "Actors that have reported themselves, in order of kind and name: those that all tenants share, and those of the caller's tenant (root: of all). An active actor reports every five seconds, one whose facts begin to wait for Postgres, or no longer do, at once.",
  query: listQuery.extend({ kind: kind.optional() }),
  replies: { 200: listOf(actorItem) },
});

export const getActor = endpoint({
  ...shared,
  path: "/v1/actors/{kind}/{id}",
  summary:
    "One actor, asked itself: how it stands, its sizes against their bounds, its timers, its counts. `id` is the actor's name in one percent-encoded path segment: `XNAS%3AAAPL`, `acme%2Fmain`. An actor that never lived is 404, and none is made.",
  params: z.strictObject({
    kind,
    id: z
      .string()
      .refine((name) => NAME_PATTERN.test(name), {
        message: "an actor's name is a symbol, a tenant, a hub … or <tenant>/<id>",
        params: { code: "id-format" },
      })
      .meta({ pattern: NAME_PATTERN.source }),
  }),
  replies: { 200: actorDetail },
});
