/** The keyboard: a few keys for the whole page, and the arrows in lists. Whoever types into a field types. */
import type { View } from "./location.ts";

/** What the page does when a key asks for it. */
export type ShortcutTargets = {
  readonly go: (view: View) => void;
  /** Closes what is open: a detail leads back to its list. */
  readonly leave: () => void;
  readonly help: () => void;
  readonly theme: () => void;
};

export const SHORTCUTS: readonly (readonly [keys: string, meaning: string])[] = [
  ["/", "search"],
  ["g s", "symbols"],
  ["g a", "accounts"],
  ["g f", "firms and desks"],
  ["g t", "strategies"],
  ["g y", "system"],
  ["↓ ↑", "next, previous row"],
  ["Home End", "first, last row"],
  ["Enter", "open the row"],
  ["Esc", "close, back to the list"],
  ["d", "dark or light"],
  ["?", "these keys"],
];

const VIEW_OF: Readonly<Record<string, View>> = {
  ...{ s: "symbols", a: "accounts", f: "firms", t: "strategies", y: "system" },
};
/** The second key of a pair comes at once or was meant for something else. */
const PAIR_MS_MAX = 1_500;

/** Listens until the answer is called. */
export function listenToKeys(targets: ShortcutTargets): () => void {
  let goPressedAt = Number.NEGATIVE_INFINITY;
  const pairs = (event: KeyboardEvent): boolean => {
    const view = VIEW_OF[event.key];
    const paired = event.timeStamp - goPressedAt < PAIR_MS_MAX;
    goPressedAt = event.key === "g" ? event.timeStamp : Number.NEGATIVE_INFINITY;
    if (!paired || view === undefined) return false;
    targets.go(view);
    return true;
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]") !== null)
      return;
    if (event.key === "Escape") escape(event, targets);
    else if (isTyping(event.target)) downIntoList(event);
    else if (pairs(event) || single(event, targets)) event.preventDefault();
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}

function single(event: KeyboardEvent, targets: ShortcutTargets): boolean {
  switch (event.key) {
    case "/":
      return focus(document.querySelector<HTMLElement>("[data-search]"));
    case "?":
      targets.help();
      return true;
    case "d":
      targets.theme();
      return true;
    case "ArrowDown":
      return moveRow(1);
    case "ArrowUp":
      return moveRow(-1);
    case "Home":
      return moveRow(Number.NEGATIVE_INFINITY);
    case "End":
      return moveRow(Number.POSITIVE_INFINITY);
    default:
      return false;
  }
}

function escape(event: KeyboardEvent, targets: ShortcutTargets): void {
  const { target } = event;
  if (isTyping(target) && target instanceof HTMLElement) target.blur();
  else targets.leave();
}

/** From the search field into what it found. */
function downIntoList(event: KeyboardEvent): void {
  if (event.key !== "ArrowDown" || !(event.target as HTMLElement).matches("[data-search]")) return;
  if (focus(rows()[0])) event.preventDefault();
}

/** From the focused row, or to the first one where none has the focus; an arrow elsewhere scrolls as ever. */
function moveRow(by: number): boolean {
  const all = rows();
  const focused = document.activeElement;
  const at = all.indexOf(focused as HTMLElement);
  if (at === -1 && focused !== document.body && focused !== null) return false;
  return focus(all[Math.max(0, Math.min(all.length - 1, at + by))]);
}

const rows = (): HTMLElement[] =>
  [...document.querySelectorAll<HTMLElement>("[data-row]")].filter((row) => row.offsetParent !== null);

function focus(element: HTMLElement | null | undefined): boolean {
  element?.focus();
  element?.scrollIntoView({ block: "nearest" });
  return element !== null && element !== undefined;
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches("input, textarea, select");
