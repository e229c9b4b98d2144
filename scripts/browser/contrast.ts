/** Texts that stand on too little contrast: WCAG 2.2, level AA. */
import type { Page } from "playwright-core";

/** For text of the sizes that the page has. */
const RATIO_MIN = 4.5;

/** Runs in the page, so it is text here: the scripts know no DOM. Answers `<ratio> <text>` of what is below the ratio. */
const AUDIT = `(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a)];
  const behind = (element) => {
    if (element === null) return rgba(getComputedStyle(document.body).backgroundColor).slice(0, 3);
    const colour = rgba(getComputedStyle(element).backgroundColor);
    return colour[3] === 1 ? colour.slice(0, 3) : over(colour, behind(element.parentElement));
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((part) => part / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    if (node.data.trim() === "" || !element.checkVisibility() || element.closest("[data-chart], .ticked-up, .ticked-down, .hidden")) continue;
    const back = behind(element);
    const [one, other] = [light(back), light(over(rgba(getComputedStyle(element).color), back))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < ${RATIO_MIN}) found.push(ratio.toFixed(2) + " " + node.data.trim());
  }
  return found;
})()`;

export const faintTexts = (page: Page): Promise<string[]> => page.evaluate<string[]>(AUDIT);
