/** One coordinator an account, by the account's own name. This is how the mirror knows it. */
export const accountSplitName = (tenant: string, account: string): string => `${tenant}/${account}`;

export const actorOf = (name: string): string => `account-split:${name}`;
