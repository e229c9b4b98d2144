/** The split of an account into shards by symbol, while orders flow. */
import { z } from "zod";
import { PARTS_MAX, SLOTS } from "../domain/parts-map.ts";
import { epochMs, plainId, queryInteger } from "./common.ts";
import { endpoint } from "./endpoint.ts";
import { admitBody } from "./firms.ts";

const shards = z.int().min(1).max(PARTS_MAX);
const part = z
  .int()
  .min(0)
  .max(PARTS_MAX - 1);
const phase = z.enum(["none", "preparing", "fenced", "copying", "cutting", "settling", "done", "aborted"]);

export const splitBody = z.strictObject({
  /** 1 merges the account again. */
  shards,
});
export type SplitBody = z.output<typeof splitBody>;

export const splitObject = z
  .strictObject({
    account: plainId,
    /** Objects that the account is in by now. */
    shards,
    map: z.strictObject({
      version: z.int().min(0),
      /** By slot, the shard that it is in. A symbol's slot is the 32-bit FNV-1a of its name, modulo 64. */
      slots: z.string().length(SLOTS),
    }),
    /** Of the newest split: `none` where there never was one. `done` and `aborted` are its end; all others go by. */
    phase,
    id: z.string().nullable(),
    from: shards.nullable(),
    to: shards.nullable(),
    moved: z.strictObject({ slots: z.int(), of: z.int(), symbols: z.int() }),
    /** Moves that took too long before their point of no return, and were tried again with fewer slots. */
    undone: z.int().min(0),
    startedAt: epochMs.nullable(),
    endedAt: epochMs.nullable(),
    by: z.string().nullable(),
    /** The longest that orders of one symbol were refused `overloaded`. */
    fencedMs: z.int().min(0),
    /** Why it was aborted. What has moved stays where it is; each symbol is in one shard. */
    reason: z.string().nullable(),
    /** Shards of which two copies have asked for quota: nothing grows in them until somebody admits one copy. Null where the quotas cannot be asked. */
    fencedParts: z.array(part).max(PARTS_MAX).nullable(),
  })
  .meta({ id: "AccountSplit" });
export type SplitObject = z.output<typeof splitObject>;
/** What the coordinator says by itself: who is fenced is known where the quotas are. */
export type SplitStanding = Omit<SplitObject, "fencedParts">;

export const splitReply = z.strictObject({ id: z.string(), from: shards, to: shards, phase });

const accountPath = z.strictObject({ account: plainId });
const path = "/v1/accounts/{account}/split";
const tag = "Risk";

export const postSplit = endpoint({
  method: "POST",
  path,
  scope: "risk:admin",
  tag,
  params: accountPath,
  summary:
    "Splits the account into shards by symbol, or merges it again, while orders flow. A few symbols at a time are refused `overloaded` with `Retry-After`, each for less than a second. What cannot be split is named in `errors`.",
  body: { schema: splitBody },
  replies: { 202: splitReply },
});
export const getSplit = endpoint({
  method: "GET",
  path,
  scope: "risk:read",
  tag,
  params: accountPath,
  summary:
    "Which shard each symbol is in, how far the newest split has come, and which shards are fenced (`fencedParts`).",
  replies: { 200: splitObject },
});
export const postSplitPart = endpoint({
  method: "POST",
  path: `${path}/parts/{part}/admit`,
  scope: "risk:admin",
  tag,
  params: accountPath.extend({ part: queryInteger.pipe(part) }),
  summary:
    "Lifts the fence of a shard of which two copies have asked (`child-fenced`): the copy that asks next is the one. Look first which of them is to go on, and stop the other. Refused `split-unknown` where the account is not split, `child-unknown` where no shard of that number has its quota here.",
  body: { schema: admitBody },
  replies: { 200: z.strictObject({ part, isFenced: z.literal(false) }) },
});
