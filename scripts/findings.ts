/** What a gate found, and how it says so. */

export type Finding = {
  readonly rule: string;
  readonly file: string;
  readonly line?: number;
  readonly message: string;
};

/** Prints each finding on a line and returns the exit code. */
export function printFindings(gate: string, findings: readonly Finding[]): 0 | 1 {
  for (const { rule, file, line, message } of findings) {
    console.error(`${file}${line === undefined ? "" : `:${line}`} ${rule}: ${message}`);
  }
  console.log(findings.length === 0 ? `${gate}: nothing found` : `${gate}: ${findings.length} found`);
  return findings.length === 0 ? 0 : 1;
}
