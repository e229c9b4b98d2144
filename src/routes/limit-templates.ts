/** Templates of limits, of a tenant. */
import {
  deleteLimitTemplate,
  getLimitTemplate,
  listLimitTemplates,
  putLimitTemplate,
} from "../contracts/limit-templates.ts";
import { onTenant } from "../http/actors.ts";
import { listPage } from "../http/list.ts";
import type { Mount } from "../http/mount.ts";
import { sinceDeploy } from "../http/new-method.ts";

export function limitTemplateRoutes(mount: Mount): void {
  mount.on(putLimitTemplate, (c, { params: { template }, text }) =>
    sinceDeploy("putTemplate", () =>
      onTenant(c, (tenant, envelope) => tenant.putTemplate(envelope, template, text)),
    ),
  );
  mount.on(getLimitTemplate, (c, { params: { template } }) =>
    sinceDeploy("template", () => onTenant(c, (tenant, envelope) => tenant.template(envelope, template))),
  );
  mount.on(deleteLimitTemplate, (c, { params: { template } }) =>
    sinceDeploy("removeTemplate", () =>
      onTenant(c, (tenant, envelope) => tenant.removeTemplate(envelope, template)),
    ),
  );
  mount.on(listLimitTemplates, (c, { query }) =>
    listPage(c, query, (range) =>
      sinceDeploy("templates", () => onTenant(c, (tenant, envelope) => tenant.templates(envelope, range))),
    ),
  );
}
