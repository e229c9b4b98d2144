/** The shape of every error: `application/problem+json` (RFC 9457). */
import { z } from "zod";
import { REFUSAL_CODES } from "../domain/refusals.ts";

export const problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    /** Stable; programs branch on it and on nothing else. */
    code: z.enum(REFUSAL_CODES),
    detail: z.string(),
    instance: z.string(),
    requestId: z.string(),
    errors: z.array(z.strictObject({ path: z.string(), code: z.string(), detail: z.string() })).optional(),
  })
  .meta({ id: "Problem" });
export type Problem = z.output<typeof problem>;
