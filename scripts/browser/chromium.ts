/** A Chromium of this system: nothing is downloaded for a test. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** `CHROMIUM_PATH`, or the first of the usual names on the PATH. */
export function chromiumPath(env: NodeJS.ProcessEnv): string | undefined {
  const { CHROMIUM_PATH: named, PATH: path = "" } = env;
  const folders = path.split(delimiter).filter((folder) => folder !== "");
  const usual = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return (named === undefined ? usual : [named]).find(runs);
}

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
