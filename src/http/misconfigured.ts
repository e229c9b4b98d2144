/** The answer of a deployment that lacks a variable: it says which, never what stands in the others. */
import { envelopeFromHeaders } from "../../actors/runtime/envelope.ts";
import type { EpochMs } from "../domain/time.ts";
import type { ConfigurationError } from "../env.ts";
import { consoleLog } from "./log.ts";
import { problemResponse } from "./problem.ts";
import { isUdf, routedPath } from "./udf/paths.ts";
import { withErrmsg } from "./udf/status-blind.ts";

export async function misconfigured(
  error: ConfigurationError,
  request: Request,
  now: EpochMs,
): Promise<Response> {
  const { requestId } = envelopeFromHeaders(request.headers, { tenant: "", subject: "" }, now);
  consoleLog("error")("error", "misconfigured", { requestId, detail: error.message });
  const response = problemResponse({ code: "dependency-unavailable", detail: error.message }, requestId);
  return isUdf(routedPath(request)) ? withErrmsg(response) : response;
}
