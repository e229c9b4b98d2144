/** A file of the product that only tests import, or nobody, is not part of the product. */
import type { Finding } from "../findings.ts";
import { importedPaths } from "../imports.ts";
import type { Project } from "./project.ts";

const PRODUCT = /^(?:src|actors)\/.*(?<!\.d)\.tsx?$/;
const IMPORTERS = /^(?:src|actors|scripts)\/.*\.tsx?$/;
// The Worker's entry, the page's, which the browser loads, and the bounds that the registry test reads by their place.
const ENTRY = /^(?:(?:src\/worker|actors\/[^/]+\/bounds)\.ts|src\/console\/main\.tsx)$/;

export function deadFiles({ files }: Project): Finding[] {
  const imported = new Set(files.filter(({ path }) => IMPORTERS.test(path)).flatMap(importedPaths));
  return files
    .filter(({ path }) => PRODUCT.test(path) && !ENTRY.test(path) && !imported.has(path))
    .map(({ path }) => ({
      rule: "no-dead-file",
      file: path,
      message: "nothing in src, actors or scripts imports it",
    }));
}
