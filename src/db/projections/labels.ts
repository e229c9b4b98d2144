/** Facts of label books: rows of `label`, which stay when a label is deleted, and of `label_version`, one for each version. */
import type { LabelDeletedFact, LabelPutFact } from "../../../actors/label-book/events.ts";
import type { LabelVersionObject } from "../../contracts/labels.ts";
import { label, labelVersion } from "../label-tables.ts";
import { originOf, type Projection, type SentFact, type TableRows } from "./projection.ts";

// SAFETY: the label book's `events.ts` describes these payloads; one of another shape leaves a NOT NULL column empty and is parked.
const read = <Payload>(fact: SentFact): Payload => JSON.parse(fact.payload) as Payload;

export const labelRows: Projection = (fact) => {
  const { tenant, what, label: put } = read<LabelPutFact>(fact);
  const { id, symbol, ts, text, color, metadata, version } = put;
  const times = { created_at: put.createdAt, updated_at: put.updatedAt, deleted_at: null };
  const who = { created_by: put.createdBy, updated_by: put.updatedBy };
  const row = { tenant, id, symbol, ts, text, color: color ?? null, metadata, version, ...times, ...who };
  const shown: LabelVersionObject = { version, at: put.updatedAt, by: put.updatedBy, what, label: put };
  return [
    { table: label, change: { put: "newer-fact" }, rows: [{ ...row, ...originOf(fact) }] },
    versionRow(fact, tenant, id, shown),
  ];
};

export const labelDeleted: Projection = (fact) => {
  const { tenant, id, version, at, by } = read<LabelDeletedFact>(fact);
  const row = { tenant, id, version, updated_at: at, updated_by: by, deleted_at: at };
  const change = { set: ["version", "updated_at", "updated_by", "deleted_at"] };
  const shown: LabelVersionObject = { version, at, by, what: "deleted", label: null };
  return [
    { table: label, change, rows: [{ ...row, ...originOf(fact) }] },
    versionRow(fact, tenant, id, shown),
  ];
};

/** The text of the public version as the book shows it: nothing is put together anew when it is read. */
const versionRow = (fact: SentFact, tenant: string, id: string, shown: LabelVersionObject): TableRows => {
  const { version, what, at, by } = shown;
  const row = { tenant, id, version, what, at, by, body: JSON.stringify(shown), ...originOf(fact) };
  return { table: labelVersion, change: { put: "keep" }, rows: [row] };
};
