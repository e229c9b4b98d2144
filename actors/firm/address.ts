/** A firm or a desk is an object `<tenant>/<id>`, the quotas of a split account are one `<tenant>/<account>/split`. This is how the mirror knows it. */
export const actorOf = (name: string): string => `firm:${name}`;

/** Behind the account's name; no id of a firm or desk has a slash. */
export const SPLIT_SUFFIX = "/split";

export type NodeAddress = {
  readonly tenant: string;
  /** Of the firm, the desk, or the account that is split. */
  readonly id: string;
  readonly isSplit: boolean;
};

export function addressIn(name: string): NodeAddress {
  const slash = name.indexOf("/");
  const isSplit = name.endsWith(SPLIT_SUFFIX);
  const end = isSplit ? name.length - SPLIT_SUFFIX.length : name.length;
  return { tenant: name.slice(0, slash), id: name.slice(slash + 1, end), isSplit };
}
