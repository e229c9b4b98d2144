/** The door for what clients say: size, form, then the op. Nothing is coerced. */

import type { z } from "zod";
import { faultsOf } from "../../../src/contracts/issues.ts";
import {
  CLIENT_OPS,
  type ClientFrame,
  clientFrame,
  FRAME_ID_LENGTH_MAX,
  type FrameId,
} from "../../../src/contracts/streams.ts";
import { parsedJson } from "../../../src/domain/json.ts";

/** Of a frame. */
export const FRAME_BYTES_MAX = 65_536;
/** Of a frame with an op of the actor's own: a thousand orders. */
export const OWN_FRAME_BYTES_MAX = 1_048_576;

export type Fault = { readonly id: FrameId | undefined; readonly code: string; readonly detail: string };
export type ReadFrame<Frame = ClientFrame> =
  | { readonly kind: "standard"; readonly frame: Frame }
  | { readonly kind: "own"; readonly op: string; readonly message: Readonly<Record<string, unknown>> }
  | { readonly kind: "too-big" }
  | ({ readonly kind: "malformed" | "unknown-op" } & Fault);

/** The standard ops of a stream, and the shape of their frames. */
export type Dialect<Frame> = {
  readonly ops: ReadonlySet<string>;
  readonly frame: z.ZodType<Frame>;
  /** Frames that are plainly right, without the schema. */
  readonly plain?: (message: Readonly<Record<string, unknown>>) => Frame | undefined;
};
export const ACTOR_DIALECT: Dialect<ClientFrame> = { ops: CLIENT_OPS, frame: clientFrame };

/** `ownOps` are those of the actor beside the standard ones; without any a large frame is not even read. */
export function readFrame<Frame>(
  text: string,
  isOwnOp: ((op: string) => boolean) | undefined,
  dialect: Dialect<Frame>,
): ReadFrame<Frame> {
  const isLarge = isLongerThan(text, FRAME_BYTES_MAX);
  if (isLarge && (isOwnOp === undefined || isLongerThan(text, OWN_FRAME_BYTES_MAX)))
    return { kind: "too-big" };
  const message = objectOf(text);
  if (message === undefined)
    return { kind: "malformed", id: undefined, code: "json-invalid", detail: "a frame is one JSON object" };
  const { op } = message;
  if (typeof op === "string" && isOwnOp?.(op) === true) return { kind: "own", op, message };
  if (isLarge) return { kind: "too-big" };
  if (typeof op === "string" && !dialect.ops.has(op))
    return { kind: "unknown-op", id: idOf(message), code: "op-unknown", detail: "there is no such op here" };
  const plain = dialect.plain?.(message);
  if (plain !== undefined) return { kind: "standard", frame: plain };
  const parsed = dialect.frame.safeParse(message);
  if (parsed.success) return { kind: "standard", frame: parsed.data };
  const [fault] = faultsOf(parsed.error, message);
  const detail = fault === undefined || fault.path === "" ? fault?.detail : `${fault.path}: ${fault.detail}`;
  return {
    kind: "malformed",
    id: idOf(message),
    code: fault?.code ?? "invalid",
    detail: detail ?? "not a frame",
  };
}

/** An id is repeated only where it is one. Each order has one, so the schema's judgement is made without the schema (`frame-ids.test.ts`). */
export function idOf({ id }: { readonly id?: unknown }): FrameId | undefined {
  if (typeof id === "string") return id.length > 0 && id.length <= FRAME_ID_LENGTH_MAX ? id : undefined;
  return typeof id === "number" && Number.isSafeInteger(id) ? id : undefined;
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  const value = parsedJson(text);
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/** Only a text that may be too long is measured: a UTF-16 unit is at most three bytes. */
const isLongerThan = (text: string, bytes: number): boolean =>
  text.length > bytes || (text.length * 3 > bytes && new TextEncoder().encode(text).length > bytes);
