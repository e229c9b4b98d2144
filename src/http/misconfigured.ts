/** The answer of a deployment that lacks a variable: it says which, never what stands in the others. */
import { envelopeFromHeaders } from "../../actors/runtime/envelope.ts";
import type { EpochMs } from "../domain/time.ts";
import type { ConfigurationError } from "../env.ts";
import { consoleLog } from "./log.ts";
import { problemResponse } from "./problem.ts";

export function misconfigured(error: ConfigurationError, request: Request, now: EpochMs): Response {
  const { requestId } = envelopeFromHeaders(request.headers, { tenant: "", subject: "" }, now);
  consoleLog("error")("error", "misconfigured", { requestId, detail: error.message });
  return problemResponse({ code: "dependency-unavailable", detail: error.message }, requestId);
}
