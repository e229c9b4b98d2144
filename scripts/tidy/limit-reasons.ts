/** Every limit says why it is that number. */
import type { Finding } from "../findings.ts";
import type { Project } from "./project.ts";

const CODE = /^(?:src|actors|scripts)\/.*\.tsx?$/;
const LIMIT = /^(?:export )?const ([A-Z][A-Z0-9_]*_(?:MAX|MIN|MS|BYTES))\b/;
// A unit of time is no choice.
const UNIT = /^(?:SECOND|MINUTE|HOUR|DAY|WEEK)_MS$/;
const COMMENT = /^\s*(?:\/\/|\/?\*)/;
// Lines that may stand between a limit and the comment of its group: other constants, and what continues them.
const GROUP = /^(?:(?:export )?const |\s|[\]})])/;

export function limitReasons({ files }: Project): Finding[] {
  return files
    .filter(({ path }) => CODE.test(path))
    .flatMap(({ path, lines }) =>
      lines.flatMap((line, index) => {
        const name = LIMIT.exec(line)?.[1];
        if (name === undefined || UNIT.test(name) || line.includes("//") || commentAbove(lines, index))
          return [];
        return [
          { rule: "limit-has-a-reason", file: path, line: index + 1, message: `why is ${name} that number?` },
        ];
      }),
    );
}

function commentAbove(lines: readonly string[], index: number): boolean {
  for (let above = index - 1; above >= 0; above -= 1) {
    const line = lines[above] ?? "";
    // The doc line of a whole file is no reason for its first constant.
    if (COMMENT.test(line)) return above > 0 || !line.startsWith("/**");
    if (!GROUP.test(line)) return false;
  }
  return false;
}
