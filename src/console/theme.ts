/** Dark or light: the system's, unless this browser's user has chosen. */

const KEPT_AS = "outcry.theme";
const SYSTEM_DARK = "(prefers-color-scheme: dark)";

export type Theme = "dark" | "light";

export function themeShown(): Theme {
  const { theme } = document.documentElement.dataset;
  if (theme === "dark" || theme === "light") return theme;
  return matchMedia(SYSTEM_DARK).matches ? "dark" : "light";
}

export function switchTheme(): void {
  const next = themeShown() === "dark" ? "light" : "dark";
  document.documentElement.dataset["theme"] = next;
  localStorage.setItem(KEPT_AS, next);
}

/** Calls after each change, the system's too; the answer ends it. */
export function onThemeChange(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  const system = matchMedia(SYSTEM_DARK);
  system.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    system.removeEventListener("change", changed);
  };
}
