/**
 * Facts of a label book, as they go to the archiver. `label-put`: `{tenant, what: "created" | "changed", label}`, the public label as it
 * stands from then on. `label-deleted`: `{tenant, id, symbol, version, at, by}`. Times in epoch ms, `by` is who called. The versions of a
 * label rise one by one, and each is one fact.
 */
import type { LabelObject, LabelVersionObject } from "./messages.ts";

export type LabelPut = {
  readonly kind: "label-put";
  readonly what: "created" | "changed";
  readonly label: LabelObject;
  readonly first: number;
};
export type LabelDeleted = {
  readonly kind: "label-deleted";
  readonly id: string;
  readonly symbol: string;
  readonly version: number;
  readonly first: number;
  readonly at: number;
  readonly by: string;
};
/** Local: the id of a label that was deleted long ago made room. */
export type IdForgotten = { readonly kind: "id-forgotten"; readonly id: string; readonly version: number };

export type LabelEvent = LabelPut | LabelDeleted | IdForgotten;

export type LabelPutFact = {
  readonly tenant: string;
  readonly what: LabelPut["what"];
  readonly label: LabelObject;
};
export type LabelDeletedFact = { readonly tenant: string } & Pick<
  LabelDeleted,
  "id" | "symbol" | "version" | "at" | "by"
>;

/** The payload of a fact; undefined for what stays in the object. */
export function factOf(tenant: string, event: LabelEvent): string | undefined {
  switch (event.kind) {
    case "label-put": {
      const fact: LabelPutFact = { tenant, what: event.what, label: event.label };
      return JSON.stringify(fact);
    }
    case "label-deleted": {
      const { id, symbol, version, at, by } = event;
      const fact: LabelDeletedFact = { tenant, id, symbol, version, at, by };
      return JSON.stringify(fact);
    }
    case "id-forgotten":
      return undefined;
  }
}

/** As the audit shows it. */
export function versionOf(event: LabelPut | LabelDeleted): LabelVersionObject {
  if (event.kind === "label-deleted") {
    const { version, at, by } = event;
    return { version, at, by, what: "deleted", label: null };
  }
  const { label, what } = event;
  return { version: label.version, at: label.updatedAt, by: label.updatedBy, what, label };
}
