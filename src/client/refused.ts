/** How a call fails: the platform said no, or nobody said anything. */

/** The public shape of an error, RFC 9457, as far as programs read it. */
export type Problem = {
  readonly code?: string;
  readonly detail?: string;
  readonly title?: string;
  readonly requestId?: string;
  readonly errors?: readonly { readonly path: string; readonly code: string; readonly detail: string }[];
};

/** The platform did answer, and the answer is no. `code` is stable; branch on it and on nothing else. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;
  readonly code: string;
  readonly problem: Problem;

  constructor(call: string, status: number, problem: Problem) {
    super(`${call}: ${status} ${problem.code ?? ""} ${problem.detail ?? problem.title ?? ""}`.trim());
    this.status = status;
    this.code = problem.code ?? "unknown";
    this.problem = problem;
  }
}

/** No answer came in all the time that was given. What the platform did with the call is unknown. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}
