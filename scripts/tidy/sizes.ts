/** Files that are read in one sitting. */
import type { Finding } from "../findings.ts";
import type { SourceFile } from "../source-files.ts";
import type { Project } from "./project.ts";

// Above this a file holds more than one thing; half of ours should stay below 80.
const FILE_LINES_MAX = 300;
// A shell only parses, queues, commits and replies, and hands its sockets on: what does not fit is a rule or SQL in the wrong place.
const SHELL_LINES_MAX = 150;
// A route is a sentence; a resource with more of them than fit has more than one resource in it.
const ROUTE_LINES_MAX = 80;

const CODE = /^(?:src|actors|scripts|test)\/.*\.(?:tsx?|mjs|cjs|js)$/;
const SHELL = /^actors\/([^/]+)\/\1\.ts$/;
const ROUTE = /^src\/routes\/.*\.ts$/;

export function sizes({ files }: Project): Finding[] {
  return [
    ...tooLong("file-lines", files, CODE, FILE_LINES_MAX),
    ...tooLong("shell-lines", files, SHELL, SHELL_LINES_MAX),
    ...tooLong("route-lines", files, ROUTE, ROUTE_LINES_MAX),
  ];
}

function tooLong(rule: string, files: readonly SourceFile[], where: RegExp, linesMax: number): Finding[] {
  return files
    .filter(({ path, lines }) => where.test(path) && lines.length > linesMax)
    .map(({ path, lines }) => ({ rule, file: path, message: `${lines.length} lines, at most ${linesMax}` }));
}
