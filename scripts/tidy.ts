/** The habits that no compiler sees: `node scripts/tidy.ts [root]`. One file of scripts/tidy per habit. */
import { resolve } from "node:path";
import { type Finding, printFindings } from "./findings.ts";
import { ownFiles } from "./source-files.ts";
import { actorFolders } from "./tidy/actor-folders.ts";
import { deadFiles } from "./tidy/dead-files.ts";
import { folderMap } from "./tidy/folder-map.ts";
import { limitReasons } from "./tidy/limit-reasons.ts";
import { packages } from "./tidy/packages.ts";
import type { Project } from "./tidy/project.ts";
import { sizes } from "./tidy/sizes.ts";
import { words } from "./tidy/words.ts";

const HABITS: readonly ((project: Project) => Finding[])[] = [
  sizes,
  actorFolders,
  limitReasons,
  words,
  deadFiles,
  folderMap,
  packages,
];

/** Every untidy spot below `root`. */
export function tidyFindings(root: string): Finding[] {
  const project = { root, files: ownFiles(root) };
  return HABITS.flatMap((habit) => habit(project));
}

if (import.meta.main) {
  process.exitCode = printFindings("tidy", tidyFindings(resolve(process.argv[2] ?? ".")));
}
