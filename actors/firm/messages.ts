/** What may be asked of a firm, a desk, or the quotas of a split account. Bodies and replies are JSON texts of the public shapes. */
import { z } from "zod";
import {
  type AdmitBody,
  admitBody,
  type DeskBody,
  deskBody,
  type FirmBody,
  firmBody,
  type NodeLimitsBody,
  type NodeStateBody,
  nodeLimitsBody,
  nodeStateBody,
} from "../../src/contracts/firms.ts";
import { faultsOf, requestCodeOf } from "../../src/contracts/issues.ts";
import { bareDecimal } from "../../src/domain/decimal.ts";
import { type NodeKind, PRIORITY_DEFAULT, type QuotaPolicy } from "../../src/domain/firm.ts";
import { parsedJson } from "../../src/domain/json.ts";
import type { Envelope } from "../runtime/envelope.ts";
import type { ChildApi, ChildName, NodeName, ParentApi } from "../runtime/escrow/messages.ts";
import type { ActorReply } from "../runtime/reply.ts";
import type { InspectedApi } from "../runtime/standing.ts";

export type { NodeLimit, NodeReply, QuotaView } from "../../src/contracts/firms.ts";

/** What a firm or desk is put with, as it is kept. */
export type NodeTerms = {
  readonly kind: NodeKind;
  readonly currency: string;
  readonly policy: QuotaPolicy;
  /** In percent. */
  readonly reserve: string;
  /** The id of a firm or desk; undefined of a firm. */
  readonly parent?: string;
  readonly priority: number;
};

/** What somebody has to know who would be its child. */
export type ParentTerms = {
  readonly node: NodeName;
  readonly currency: string;
  /** All nodes above it, the nearest first, as far as it has heard. */
  readonly above: readonly NodeName[];
};

/** A page of children, all limits on each. `text` is the public object without its cursor. */
export type QuotaPage = { readonly text: string; readonly next?: string };

export interface FirmApi extends InspectedApi, ParentApi, ChildApi {
  /** Makes it or changes it; JSON text of the public object, as of the next. A desk asks the parent that it names first. */
  put(envelope: Envelope, kind: NodeKind, body: string): Promise<ActorReply<string>>;
  /** Refused `firm-unknown` or `desk-unknown` where it was never put as that. */
  node(envelope: Envelope, kind: NodeKind): Promise<ActorReply<string>>;
  /**
   * Of the quotas of a split account that is split no more, or not after all: the account takes their place at their parent, which has heard of
   * it when this is answered null. Under which name they stand there, where that is not `holding`: whoever asks comes again with it.
   */
  dissolve(envelope: Envelope, holding?: string): Promise<ActorReply<string | null>>;
  /** For whoever would be its child: refused `parent-unknown` where it was never put. */
  terms(envelope: Envelope): Promise<ActorReply<ParentTerms>>;
  putLimits(envelope: Envelope, kind: NodeKind, body: string, ifMatch?: string): Promise<ActorReply<string>>;
  limits(envelope: Envelope, kind: NodeKind, version?: number): Promise<ActorReply<string>>;
  /** Answers when its children have heard of it, or after a moment. */
  setState(envelope: Envelope, kind: NodeKind, body: string): Promise<ActorReply<string>>;
  quota(
    envelope: Envelope,
    kind: NodeKind,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<ActorReply<QuotaPage>>;
  /** Children that are fenced until a person admits them; none where it was never put. */
  fenced(envelope: Envelope): Promise<ActorReply<readonly ChildName[]>>;
  /** Lifts the fence of a child. */
  admit(envelope: Envelope, kind: NodeKind, child: string, body: string): Promise<ActorReply<string>>;
}

/**
 * Of the quotas of a split account: all of it is kept in reserve while not every part has told what it uses of limits that are new. What is
 * used already is covered out of it, and nothing grows.
 */
export const ALL_IN_RESERVE = "100";
const closing = { reserve: z.literal(ALL_IN_RESERVE).optional() };
const BODIES = { firm: firmBody, desk: deskBody };
const SPLIT_BODIES = { firm: firmBody.extend(closing), desk: deskBody.extend(closing) };

export function parseTerms(kind: NodeKind, body: string, isSplit = false): ActorReply<NodeTerms> {
  const read: ActorReply<FirmBody & Partial<DeskBody>> = parsed(
    (isSplit ? SPLIT_BODIES : BODIES)[kind],
    body,
  );
  if (!read.ok) return read;
  const { currency, policy = "by-use", reserve = "0", parent, priority = PRIORITY_DEFAULT } = read.value;
  const terms = { kind, currency, policy, reserve: bareDecimal(reserve), priority };
  return { ok: true, value: parent === undefined ? terms : { ...terms, parent } };
}
export const parseLimits = (body: string): ActorReply<NodeLimitsBody> => parsed(nodeLimitsBody, body);
export const parseState = (body: string): ActorReply<NodeStateBody> => parsed(nodeStateBody, body);
export const parseAdmission = (body: string): ActorReply<AdmitBody> => parsed(admitBody, body);

function parsed<Schema extends z.ZodType>(schema: Schema, body: string): ActorReply<z.output<Schema>> {
  const value = parsedJson(body);
  const read = schema.safeParse(value);
  if (read.success) return { ok: true, value: read.data };
  const errors = faultsOf(read.error, value);
  return { ok: false, code: requestCodeOf(errors), errors, ...(errors[0] && { detail: errors[0].detail }) };
}
