/** Errors for a client that looks at no HTTP status: the problem as everywhere, and UDF's own `s` and `errmsg` in it. */
import type { MiddlewareHandler } from "hono";
import type { Problem } from "../../contracts/problem.ts";
import type { UdfProblem } from "../../contracts/udf.ts";
import type { EdgeEnv } from "../context.ts";

export const statusBlind: MiddlewareHandler<EdgeEnv> = async (c, next) => {
  await next();
  if (isProblem(c.res)) c.res = await withErrmsg(c.res);
};

const isProblem = ({ headers }: Response): boolean =>
  headers.get("content-type") === "application/problem+json";

export async function withErrmsg(response: Response): Promise<Response> {
  // SAFETY: a problem is only ever written by ../problem.ts.
  const problem = (await response.json()) as Problem;
  const body: UdfProblem = { s: "error", errmsg: errmsgOf(problem), ...problem };
  return new Response(JSON.stringify(body), { status: response.status, headers: response.headers });
}

/** One line: it ends on a console or in a message box. */
function errmsgOf({ code, detail, errors }: Problem): string {
  const [first] = errors ?? [];
  return `${code}: ${first === undefined || first.path === "" ? detail : `${first.path}: ${first.detail}`}`;
}
