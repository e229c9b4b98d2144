/** What a label book keeps in memory: how many of each there are. The labels themselves stay on disk. */
import type { LabelObject } from "./messages.ts";

export type LabelBookState = {
  labels: number;
  /** Deleted ones whose ids are still known. */
  gone: number;
  /** The highest version that any label had whose id is no longer known: who takes such an id again goes on above it. */
  versionFloor: number;
};

export const initialState = (): LabelBookState => ({ labels: 0, gone: 0, versionFloor: 0 });

export type LabelRow = {
  readonly label: LabelObject;
  /** The version that it began with. */
  readonly first: number;
};

/** What is left of a label that was deleted: its versions stand in the history. */
export type GoneRow = { readonly id: string; readonly version: number; readonly first: number };
