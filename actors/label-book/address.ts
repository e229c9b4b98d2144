/** One book per tenant, under the tenant's own name: nothing of one tenant stands where another's is. This is how the mirror knows it. */
export const actorOf = (tenant: string): string => `label-book:${tenant}`;
