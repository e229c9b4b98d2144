/** Limits of the firm and desks above an account, as they are shown beside its own. */
import { z } from "zod";
import { LIMIT_ACTIONS, LIMIT_KINDS } from "../domain/limit.ts";
import { plainId } from "./common.ts";

/** What holds beside them, from a firm or desk above. Of the threshold, which is that of the whole node, the account holds a part. */
const inheritedLimit = z
  .strictObject({
    node: z.string(),
    id: plainId,
    kind: z.enum(LIMIT_KINDS),
    threshold: z.string(),
    action: z.enum(LIMIT_ACTIONS),
    windowMs: z.int().optional(),
    /** Of the version in force: one, or of a net limit its long and its short half. In the threshold's unit. */
    quotas: z.array(z.strictObject({ budget: z.string(), held: z.string(), used: z.string() })).optional(),
  })
  .meta({ id: "InheritedLimit" });
export type InheritedLimit = z.output<typeof inheritedLimit>;
/** Absent where there are none. */
export const inherited = z.array(inheritedLimit).optional();
