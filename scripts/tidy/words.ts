/** Words that must not stand in any of our files. */
import type { Finding } from "../findings.ts";
import type { Project } from "./project.ts";

const WORDS: readonly (readonly [rule: string, pattern: RegExp, message: string])[] = [
  [
    "promise-has-an-owner",
    /\b(?:TODO|FIXME|XXX)\b(?!\([\w-]+\): \S)/,
    "name the owner and the condition, as in the style's P15, or do it now",
  ],
  [
    "no-registry-host",
    /\bregistry\.[a-z0-9-]+\.[a-z]{2,}|\b(?:npmjs\.(?:com|org)|pypi\.org|crates\.io|npm\.pkg\.[a-z])/i,
    "which registry serves a package is the machine's matter",
  ],
  [
    "no-machine-path",
    /(?:^|[^\w.:/-])\/(?:work|home|Users|root)\/[\w.-]/,
    "this path exists on one machine only",
  ],
];

// This file has to spell what it forbids.
const SELF = "scripts/tidy/words.ts";

export function words({ files }: Project): Finding[] {
  return files
    .filter(({ path }) => path !== SELF)
    .flatMap(({ path, lines }) =>
      lines.flatMap((text, index) =>
        WORDS.filter(([, pattern]) => pattern.test(text)).map(([rule, , message]) => ({
          rule,
          file: path,
          line: index + 1,
          message,
        })),
      ),
    );
}
