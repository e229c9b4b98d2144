/** One directory per tenant, under the tenant's own name: nothing of one tenant stands where another's is. */
export const tenantDirectoryOf = (tenant: string): string => tenant;
