/** What the directory keeps in memory: how many instruments there are. They themselves stay on disk, since 200,000 do not fit beside others. */
import type { Instrument } from "../../src/domain/instrument.ts";

export type DirectoryState = { instruments: number };

export const initialState = (): DirectoryState => ({ instruments: 0 });

/** What a decision looks up: the stored instruments that the command names. */
export type Present = ReadonlyMap<string, Instrument>;
