/** What may be asked of a tenant's label book. Bodies and replies are JSON texts of the public shapes. */
import type { z } from "zod";
import { faultsOf, requestCodeOf } from "../../src/contracts/issues.ts";
import { type LabelPatch, labelPatch, type NewLabel, newLabel } from "../../src/contracts/labels.ts";
import { parsedJson } from "../../src/domain/json.ts";
import type { Envelope } from "../runtime/envelope.ts";
import type { ActorReply } from "../runtime/reply.ts";
import type { InspectedApi } from "../runtime/standing.ts";
import type { LinkHostApi } from "../runtime/streams/link.ts";

export type {
  LabelGone,
  LabelObject,
  LabelPatch,
  LabelVersionObject,
  NewLabel,
} from "../../src/contracts/labels.ts";

/** `from` inclusive, `to` exclusive, in epoch ms; `after` is the `next` of the page before. */
export type LabelQuery = {
  readonly symbol?: string;
  readonly from?: number;
  readonly to?: number;
  readonly limit: number;
  readonly after?: string;
};
export type LabelPage = { readonly items: readonly string[]; readonly total: number; readonly next?: string };

/** `before` is a version: only older ones are asked for. */
export type VersionQuery = { readonly limit: number; readonly before?: number };
export type VersionPage = {
  readonly items: readonly string[];
  readonly total: number;
  /** The first version that the label ever had. */
  readonly first: number;
  /** Versions below this one are in Postgres alone; absent where there are none below those that are here. */
  readonly olderThan?: number;
};

export interface LabelBookApi extends InspectedApi, LinkHostApi {
  /** The symbol exists: whoever calls has asked. An Idempotency-Key is the envelope's. */
  create(envelope: Envelope, body: string): Promise<ActorReply<string>>;
  /** The newest by `ts` first. */
  list(envelope: Envelope, query: LabelQuery): Promise<ActorReply<LabelPage>>;
  read(envelope: Envelope, label: string): Promise<ActorReply<string>>;
  /** `ifMatch` is the version that it must be, as digits. */
  change(envelope: Envelope, label: string, body: string, ifMatch?: string): Promise<ActorReply<string>>;
  remove(envelope: Envelope, label: string, ifMatch?: string): Promise<ActorReply<null>>;
  /** The newest first, of a label that was deleted too. */
  history(envelope: Envelope, label: string, query: VersionQuery): Promise<ActorReply<VersionPage>>;
}

export const parseNewLabel = (body: string): ActorReply<NewLabel> => parsed(newLabel, body);
export const parseLabelPatch = (body: string): ActorReply<LabelPatch> => parsed(labelPatch, body);

function parsed<Schema extends z.ZodType>(schema: Schema, body: string): ActorReply<z.output<Schema>> {
  const value = parsedJson(body);
  const judged = schema.safeParse(value);
  if (judged.success) return { ok: true, value: judged.data };
  const errors = faultsOf(judged.error, value);
  return { ok: false, code: requestCodeOf(errors), errors };
}
