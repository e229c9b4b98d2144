/** Who may: no or a bad credential before a missing scope, and both before anything else is looked at. */
import type { Endpoint } from "../contracts/endpoint.ts";
import type { Call } from "./context.ts";
import { refuse } from "./reply.ts";

/** Nothing where the call may go on, else the reply that ends it. */
export async function admit(c: Call, scope: Endpoint["scope"]): Promise<Response | undefined> {
  if (scope === "public") return undefined;
  const { credentials } = c.var.edge;
  const reply = await credentials.of(c.req.raw.headers, c.var.envelope);
  if (!reply.ok) return refuse(c, reply);
  const { tenant, subject, scopes } = reply.value;
  c.set("credential", reply.value);
  c.set("envelope", { ...c.var.envelope, principal: { tenant, subject } });
  if (scope === "any" || scopes.includes(scope)) return undefined;
  return refuse(c, { code: "forbidden", detail: `this call needs the scope ${scope}` });
}
