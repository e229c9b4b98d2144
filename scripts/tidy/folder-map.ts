/**
 * The README's folder map is the disk. The map is the first fenced block that has a line beginning with `src/`:
 * a name at the margin is a top-level folder, an indented one lies in the folder above it; a line may hold several
 * names, each ending in a slash, before its explanation.
 */
import type { Finding } from "../findings.ts";
import { actorNames, type Project } from "./project.ts";

export function folderMap(project: Project): Finding[] {
  const readme = project.files.find(({ path }) => path === "README.md");
  if (readme === undefined) return [];
  const map = mapBlock(readme.text);
  if (map === undefined) return [finding("the README has no folder map")];

  const named = namedFolders(map);
  const onDisk = foldersOf(project);
  const demanded = [
    ...topLevel(onDisk),
    ...actorNames(project).map((actor) => `actors/${actor}`),
    "actors/runtime",
  ];
  return [
    ...[...named]
      .filter((folder) => !onDisk.has(folder))
      .map((folder) => finding(`${folder}/ is not on disk`)),
    ...demanded
      .filter((folder) => onDisk.has(folder) && !named.has(folder))
      .map((folder) => finding(`${folder}/ is not in the folder map`)),
  ];
}

const finding = (message: string): Finding => ({ rule: "folder-map", file: "README.md", message });

const mapBlock = (text: string): string | undefined =>
  text.split(/^```.*$/m).find((block, index) => index % 2 === 1 && /^src\//m.test(block));

function namedFolders(map: string): Set<string> {
  const named = new Set<string>();
  let parent = "";
  for (const line of map.split("\n")) {
    const names = /^\s*((?:[\w.-]+\/\s+|[\w.-]+\/$)+)/.exec(`${line} `)?.[1]?.trim().split(/\s+/) ?? [];
    const indented = line.startsWith(" ");
    for (const name of names) {
      const folder = name.slice(0, -1);
      named.add(indented ? `${parent}/${folder}` : folder);
      if (!indented) parent = folder;
    }
  }
  return named;
}

/** Every folder that holds a file of ours, at any depth. */
function foldersOf({ files }: Project): Set<string> {
  const folders = new Set<string>();
  for (const { path } of files) {
    for (let at = path.indexOf("/"); at !== -1; at = path.indexOf("/", at + 1))
      folders.add(path.slice(0, at));
  }
  return folders;
}

const topLevel = (folders: ReadonlySet<string>): string[] =>
  [...folders].filter((folder) => !folder.includes("/") && !folder.startsWith("."));
