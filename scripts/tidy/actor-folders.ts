/** One actor, one folder, the same names every time. */
import type { Finding } from "../findings.ts";
import { actorNames, has, type Project } from "./project.ts";

export function actorFolders(project: Project): Finding[] {
  return actorNames(project).flatMap((actor) => [
    ...missingFiles(project, actor),
    ...untestedRules(project, actor),
  ]);
}

function missingFiles(project: Project, actor: string): Finding[] {
  return ["README.md", "address.ts", "messages.ts", `${actor}.ts`]
    .map((name) => `actors/${actor}/${name}`)
    .filter((path) => !has(project, path))
    .map((path) => ({ rule: "actor-folder", file: path, message: "every actor folder has it" }));
}

function untestedRules(project: Project, actor: string): Finding[] {
  const wanted = `test/actors/${actor}/decide.test.ts`;
  if (!has(project, `actors/${actor}/decide.ts`) || has(project, wanted)) return [];
  return [{ rule: "decide-is-tested", file: `actors/${actor}/decide.ts`, message: `${wanted} is missing` }];
}
