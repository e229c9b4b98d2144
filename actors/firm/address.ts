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

const [ACCOUNT, SPLIT] = ["account:", "split:"];

/** The quotas of a split account are called by the account. */
export const isSplitNode = (node: string): boolean => node.startsWith(ACCOUNT);

/** As its parent knows a node. A split account asks beside the account itself: the two are never mistaken for each other. */
export const childNameOf = (node: string): string =>
  isSplitNode(node) ? SPLIT + node.slice(ACCOUNT.length) : node;

/** The account whose place a child has; an account, a desk and a part have their own. */
export const placeOf = (child: string): string =>
  child.startsWith(SPLIT) ? ACCOUNT + child.slice(SPLIT.length) : child;

/** As the quotas of a split account know one of its parts. */
export const partChild = (part: number): string => `part:${part}`;
