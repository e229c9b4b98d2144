/** What zod found wrong, in the words of the public contract: a path, a stable code and a sentence for each fault. */
import type { z } from "zod";
import { REFUSAL_CODES, type RefusalCode } from "../domain/refusals.ts";

export type Fault = { readonly path: string; readonly code: string; readonly detail: string };

/** Faults that one reply names; who sends more of them has a bug and not a typo. */
export const FAULTS_MAX = 50;

export function faultsOf(error: z.ZodError): readonly Fault[] {
  return error.issues.slice(0, FAULTS_MAX).flatMap(faultsOfIssue).slice(0, FAULTS_MAX);
}

/** The code of the whole request: that of its first fault where it is one that a request can be refused with. */
export function requestCodeOf(faults: readonly Fault[]): RefusalCode {
  const first = faults[0]?.code;
  return REFUSAL_CODES.find((code) => code === first) ?? "invalid";
}

type Issue = z.core.$ZodIssue;

function faultsOfIssue(issue: Issue): readonly Fault[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [...path, key].join("."),
      code: "unknown-field",
      detail: "no field has this name",
    }));
  }
  return [{ path: path.join("."), code: codeOf(issue), detail: issue.message }];
}

function codeOf(issue: Issue): string {
  switch (issue.code) {
    case "custom": {
      const code: unknown = issue.params?.["code"];
      return typeof code === "string" ? code : "invalid";
    }
    case "invalid_type":
      return "type";
    case "invalid_union":
      return codeOfUnion(issue.errors);
    case "too_big":
      return issue.origin === "array" ? "too-many-items" : "range";
    case "too_small":
      return "range";
    case "invalid_key":
    case "invalid_element":
      return issue.issues[0] === undefined ? "invalid" : codeOf(issue.issues[0]);
    default:
      return "invalid";
  }
}

/** A value that no branch takes by its type has the wrong type; a branch that took the type says what else is wrong. */
function codeOfUnion(branches: readonly (readonly Issue[])[]): string {
  const telling = branches
    .flat()
    .find((issue) => issue.code !== "invalid_type" && issue.code !== "invalid_value");
  return telling === undefined ? "type" : codeOf(telling);
}
