/** Where no route took the call: still nobody learns anything without a credential, and a known path says what it takes. */
import type { Endpoint } from "../contracts/endpoint.ts";
import { admit } from "./admit.ts";
import type { Call } from "./context.ts";
import { refuse } from "./reply.ts";

export const unmatched =
  (endpoints: readonly Endpoint[]) =>
  async (c: Call): Promise<Response> => {
    const there = endpoints.filter((declared) => pathPattern(declared.path).test(c.req.path));
    const isPublic = there.length > 0 && there.every((declared) => declared.scope === "public");
    const refused = await admit(c, isPublic ? "public" : "any");
    if (refused !== undefined) return refused;
    if (there.length === 0) return refuse(c, { code: "not-found" });
    const allow = [
      ...new Set(there.flatMap(({ method }) => (method === "GET" ? [method, "HEAD"] : [method]))),
    ].sort();
    return refuse(c, { code: "method-not-allowed" }, { allow: allow.join(", ") });
  };

const pathPattern = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`);
