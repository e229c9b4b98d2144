/** Whether an account has, or had, a part of that number. */
import type { Refusal } from "../../../actors/runtime/reply.ts";
import { refusal } from "../../../actors/runtime/reply.ts";
import { partCount } from "../../domain/parts-map.ts";
import type { RefusalCode } from "../../domain/refusals.ts";
import type { Call } from "../context.ts";
import { knownMap } from "./asked-parts.ts";

/** Who is unknown is never addressed. `code`: what there is none of in a part that never was. */
export async function partRefusal(
  c: Call,
  account: string,
  part: number,
  code: RefusalCode,
): Promise<Refusal | undefined> {
  const { edge, envelope } = c.env;
  const refused = await edge.known.accountRefusal(envelope, account);
  if (refused !== undefined || part === 0) return refused;
  const map = knownMap(c, account);
  if (map !== undefined && part < partCount(map)) return undefined;
  const parts = await edge.ports.history.accountParts(envelope, account);
  if (!parts.ok) return parts;
  return parts.value.includes(part) ? undefined : refusal(code, "the account has no such part");
}
