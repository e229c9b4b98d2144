/** The key of this tab: taken from the link that `npm start` prints or typed in, and kept for as long as the tab lives. */

/** As much of a browser as this needs; a test has its own. */
export type Tab = {
  readonly location: { readonly hash: string; readonly pathname: string };
  readonly history: { replaceState(state: null, unused: string, url: string): void };
  readonly sessionStorage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
};

const KEPT_AS = "outcry.key";

/** A fragment never reaches a server; this one leaves the address bar too, before anything else is drawn. */
export function takeKey(tab: Tab): string | undefined {
  const given = /^#key=(.+)$/.exec(tab.location.hash)?.[1];
  if (given === undefined) return tab.sessionStorage.getItem(KEPT_AS) ?? undefined;
  tab.history.replaceState(null, "", `${tab.location.pathname}#/symbols`);
  keepKey(tab, given);
  return given;
}

export const keepKey = (tab: Tab, key: string): void => tab.sessionStorage.setItem(KEPT_AS, key);
export const forgetKey = (tab: Tab): void => tab.sessionStorage.removeItem(KEPT_AS);
