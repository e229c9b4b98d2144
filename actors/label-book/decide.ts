/** Every rule of a label book: which labels may be made, what a change makes of one, and what is left of one that is deleted. */
import { LABEL_METADATA_KEYS_MAX } from "../../src/domain/label.ts";
import type { IdForgotten, LabelEvent } from "./events.ts";
import { GONE_MAX, LABELS_MAX } from "./limits.ts";
import type { LabelObject, LabelPatch, NewLabel } from "./messages.ts";
import type { GoneRow, LabelBookState, LabelRow } from "./state.ts";

type Code = "too-many" | "too-many-items" | "label-unknown" | "version-conflict" | "idempotency-key-reused";
/** `repeated` is the reply that an earlier call got. */
export type Decision =
  | { readonly ok: true; readonly events: readonly LabelEvent[]; readonly repeated?: string }
  | { readonly ok: false; readonly code: Code; readonly detail: string };

/** Who calls, and when. */
export type Author = { readonly at: number; readonly by: string };

export type Creation = {
  readonly id: string;
  /** The caller chose the id; ours never meet one that there was. */
  readonly isOwn: boolean;
  readonly body: NewLabel;
  readonly bodyHash: string;
};
export type CreationPresent = {
  /** What is remembered under its Idempotency-Key and under its own id. */
  readonly remembered: readonly { readonly bodyHash: string; readonly reply: string }[];
  /** A label has this id, or had. */
  readonly isTaken: boolean;
};

export function createLabel(
  state: LabelBookState,
  { id, isOwn, body, bodyHash }: Creation,
  { remembered, isTaken }: CreationPresent,
  { at, by }: Author,
): Decision {
  if (remembered.some((call) => call.bodyHash !== bodyHash))
    return refuse("idempotency-key-reused", "this key or id came with another body");
  const [repeated] = remembered;
  if (repeated !== undefined) return { ok: true, events: [], repeated: repeated.reply };
  if (isTaken) return refuse("idempotency-key-reused", "this id stands for another label");
  if (state.labels >= LABELS_MAX) return refuse("too-many", `a tenant has at most ${LABELS_MAX} labels`);

  const { symbol, ts, text, color, metadata = {} } = body;
  const first = isOwn ? state.versionFloor + 1 : 1;
  const made = { version: first, createdAt: at, createdBy: by, updatedAt: at, updatedBy: by };
  const label = { id, symbol, ts, text, ...(color === undefined ? {} : { color }), metadata, ...made };
  return accept({ kind: "label-put", what: "created", label, first });
}

export function changeLabel(
  row: LabelRow | undefined,
  patch: LabelPatch,
  ifMatch: string | undefined,
  { at, by }: Author,
): Decision {
  if (row === undefined) return UNKNOWN;
  const { label, first } = row;
  if (!isVersion(label.version, ifMatch)) return conflict(label.version);
  const changed = merged(label, patch);
  if (Object.keys(changed.metadata).length > LABEL_METADATA_KEYS_MAX)
    return refuse("too-many-items", `metadata has at most ${LABEL_METADATA_KEYS_MAX} names`);
  if (isSame(label, changed)) return accept();
  const news = { ...changed, version: label.version + 1, updatedAt: at, updatedBy: by };
  return accept({ kind: "label-put", what: "changed", label: news, first });
}

export type DeletionPresent = {
  readonly row: LabelRow | undefined;
  readonly gone: GoneRow | undefined;
  /** The id that was deleted first; asked only where there is no room. */
  readonly oldestGone: () => GoneRow | undefined;
};

/** Deleting twice is normal: the answer of the first time may have been lost. */
export function deleteLabel(
  state: LabelBookState,
  { row, gone, oldestGone }: DeletionPresent,
  ifMatch: string | undefined,
  { at, by }: Author,
): Decision {
  if (row === undefined) return gone === undefined ? UNKNOWN : accept();
  const { label, first } = row;
  if (!isVersion(label.version, ifMatch)) return conflict(label.version);
  const { id, symbol, version } = label;
  const deleted = { kind: "label-deleted", id, symbol, version: version + 1, first, at, by } as const;
  return accept(...(state.gone < GONE_MAX ? [] : forget(oldestGone())), deleted);
}

function merged(label: LabelObject, { text, ts, color, metadata = {} }: LabelPatch): LabelObject {
  const { color: before, ...rest } = label;
  const after = color === undefined ? before : (color ?? undefined);
  const fields = Object.entries({ ...label.metadata, ...metadata });
  return {
    ...rest,
    text: text ?? label.text,
    ts: ts ?? label.ts,
    ...(after === undefined ? {} : { color: after }),
    metadata: Object.fromEntries(fields.filter(isKept)),
  };
}

type Value = LabelObject["metadata"][string];
const isKept = (field: [string, Value | null]): field is [string, Value] => field[1] !== null;

function isSame(one: LabelObject, other: LabelObject): boolean {
  const names = Object.keys(one.metadata);
  return (
    one.text === other.text &&
    one.ts === other.ts &&
    one.color === other.color &&
    names.length === Object.keys(other.metadata).length &&
    names.every((name) => one.metadata[name] === other.metadata[name])
  );
}

const isVersion = (version: number, ifMatch: string | undefined): boolean =>
  ifMatch === undefined || Number(ifMatch) === version;
const conflict = (version: number): Decision =>
  refuse("version-conflict", `the label is version ${version} by now`);
const forget = (row: GoneRow | undefined): readonly IdForgotten[] =>
  row === undefined ? [] : [{ kind: "id-forgotten", id: row.id, version: row.version }];

const accept = (...events: readonly LabelEvent[]): Decision => ({ ok: true, events });
const refuse = (code: Code, detail: string): Decision => ({ ok: false, code, detail });
const UNKNOWN = refuse("label-unknown", "there is no such label");
