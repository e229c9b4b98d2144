/** What a schema found wrong, in the words of the public contract: a path, a stable code and a sentence for each fault. Values are never repeated. */
import type { z } from "zod";
import { REFUSAL_CODES, type RefusalCode } from "../domain/refusals.ts";

export type Fault = { readonly path: string; readonly code: string; readonly detail: string };
type Issue = z.core.$ZodIssue;
type Meaning = Omit<Fault, "path">;

/** Faults that one reply names; who sends more of them has a bug and not a typo. */
export const FAULTS_MAX = 50;
// A name as a programmer would write it may be shown again; anything else stays unsaid.
const SHOWN_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
const MISSING: Meaning = { code: "required", detail: "the field is missing" };

// An absent field is `undefined`; a value that was not handed in at all is this.
const NOT_GIVEN = Symbol("not given");

/** `value` is what was parsed; with it an absent field is told from one of the wrong type. */
export function faultsOf(
  error: { readonly issues: readonly Issue[] },
  value: unknown = NOT_GIVEN,
): readonly Fault[] {
  return faultsIn(error.issues, value, []).slice(0, FAULTS_MAX);
}

/** The code of the whole request: that of its first fault where it is one that a request can be refused with. */
export function requestCodeOf(faults: readonly Fault[]): RefusalCode {
  const first = faults[0]?.code;
  return REFUSAL_CODES.find((code) => code === first) ?? "invalid";
}

const faultsIn = (issues: readonly Issue[], value: unknown, within: readonly PropertyKey[]): Fault[] =>
  issues.slice(0, FAULTS_MAX).flatMap((issue) => faultsOfIssue(issue, value, within));

function faultsOfIssue(issue: Issue, value: unknown, within: readonly PropertyKey[]): Fault[] {
  const path = [...within, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.slice(0, FAULTS_MAX).map((key) => ({
      path: pathText([...path, key]),
      code: "unknown-field",
      detail: "no field has this name",
    }));
  }
  const found = valueAt(value, issue.path);
  if (issue.code === "invalid_union") {
    const nearest = nearestOf(issue.errors);
    if (nearest !== undefined) return faultsIn(nearest, found, path);
  }
  return [{ path: pathText(path), ...meaningOf(issue, found) }];
}

/** Of several shapes the one that the value came nearest to speaks. */
const nearestOf = (branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined =>
  [...branches].sort((one, other) => one.length - other.length)[0];

function meaningOf(issue: Issue, found: unknown): Meaning {
  switch (issue.code) {
    case "custom":
      return { code: codeOf(issue.params), detail: issue.message };
    case "invalid_type":
      return typeMeaning(issue.expected, found);
    case "invalid_value":
      return found === undefined ? MISSING : choice(issue.values);
    case "invalid_union":
      return found === undefined ? MISSING : choice("options" in issue ? (issue.options ?? []) : []);
    case "too_big":
      return {
        code: issue.origin === "array" ? "too-many-items" : "range",
        detail: `at most ${issue.maximum}`,
      };
    case "too_small":
      return { code: "range", detail: `at least ${issue.minimum}` };
    case "invalid_format":
      return { code: "format", detail: "not well formed" };
    case "invalid_key":
      return { code: "id-format", detail: "a name is not well formed" };
    default:
      return { code: "invalid", detail: "not valid" };
  }
}

function typeMeaning(expected: string, found: unknown): Meaning {
  if (found === undefined) return MISSING;
  // What `1e999` parses to.
  if (found === Infinity || found === -Infinity)
    return { code: "number-not-finite", detail: "not a finite number" };
  return { code: "type", detail: `expected ${expected}` };
}

const choice = (choices: readonly unknown[]): Meaning => ({
  code: "field-combination",
  detail: choices.length === 0 ? "no such kind" : `expected one of: ${choices.map(String).join(", ")}`,
});

function codeOf(params: Readonly<Record<string, unknown>> | undefined): string {
  const code = params?.["code"];
  return typeof code === "string" ? code : "invalid";
}

const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === "number" || SHOWN_NAME.test(String(part)) ? String(part) : "?"))
    .join(".");

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  if (value === NOT_GIVEN) return value;
  return path.reduce<unknown>(
    (inner, part) =>
      typeof inner === "object" && inner !== null ? (inner as Record<PropertyKey, unknown>)[part] : undefined,
    value,
  );
}
