/** Before the first paint: the theme that was chosen, where it is not the system's. */
try {
  const chosen = localStorage.getItem("outcry.theme");
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
} catch {
  // A browser that keeps nothing shows the system's theme.
}
