/** A set of limits on its way to accounts: by a template it is looked up once, whatever becomes of the template afterwards. */
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import type { LimitsChanged } from "../contracts/limit-plan.ts";
import type { LimitTemplateObject } from "../contracts/limit-templates.ts";
import type { LimitsBody } from "../contracts/limits.ts";
import { onAccount, onTenant } from "../http/actors.ts";
import type { Call } from "../http/context.ts";
import { sinceDeploy } from "../http/new-method.ts";

type Sent = {
  readonly [Field in Exclude<keyof LimitsBody, "template">]?: LimitsBody[Field] | undefined;
} & { readonly template?: string | undefined };

/** The body as an account takes it. */
export async function bodyWith(c: Call, sent: Sent, text: string): Promise<ActorReply<string>> {
  const { template } = sent;
  if (template === undefined) return answer(text);
  const found = await sinceDeploy("template", () =>
    onTenant(c, (tenant, envelope) => tenant.template(envelope, template)),
  );
  if (!found.ok) return found;
  // SAFETY: the directory's own text, in the public shape.
  const { limits, version } = JSON.parse(found.value) as LimitTemplateObject;
  return answer(JSON.stringify({ ...sent, limits, template: { id: template, version } }));
}

/** For each account by itself: what one refuses is told of it. */
export async function putEach(c: Call, accounts: readonly string[], body: string): Promise<string> {
  const results = accounts.map(async (account) => {
    const reply = await onAccount(c, account, (shard, envelope) => shard.putLimits(envelope, body));
    if (!reply.ok) return { account, code: reply.code, detail: reply.detail };
    // SAFETY: the account's own text, in the public shape.
    return { account, ...(JSON.parse(reply.value) as LimitsChanged) };
  });
  return JSON.stringify({ results: await Promise.all(results) });
}
