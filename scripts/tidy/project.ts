/** What every habit looks at. */
import type { SourceFile } from "../source-files.ts";

export type Project = { readonly root: string; readonly files: readonly SourceFile[] };

/** The folder `actors/<name>` of each actor; the runtime is no actor. */
export function actorNames({ files }: Project): string[] {
  const names = files.map(({ path }) => /^actors\/([^/]+)\//.exec(path)?.[1]);
  return [...new Set(names)].filter((name) => name !== undefined && name !== "runtime") as string[];
}

export const has = ({ files }: Project, wanted: string): boolean => files.some(({ path }) => path === wanted);
