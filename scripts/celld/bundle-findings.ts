/** What a bundle uses beyond the portable subset, found in its syntax tree: our code and that of packages alike. */
import ts from "typescript-6";
import type { Finding } from "../findings.ts";
import { importedFrom, textOf } from "../imports.ts";
import { type Bundle, HOST_MODULE, packageOf } from "./bundle.ts";
import {
  ABSENT_ALGORITHMS,
  ABSENT_FETCH_OPTIONS,
  ABSENT_MEMBERS,
  CONTEXT,
  PORTABLE_GLOBALS,
  PORTABLE_MEMBERS,
  TOLERATED,
  type Tolerated,
} from "./portable.ts";
import { isFree, isGuarded, type ParsedModule, parsedModule } from "./scope.ts";

type Use = { readonly rule: string; readonly node: ts.Node; readonly what: string };
type Check = (node: ts.Node, module: ParsedModule) => readonly Use[];

export function bundleFindings(bundle: Bundle): Finding[] {
  const module = parsedModule(bundle.text);
  const uses: Use[] = [];
  const visit = (node: ts.Node): void => {
    for (const check of CHECKS) uses.push(...check(node, module));
    ts.forEachChild(node, visit);
  };
  visit(module.source);
  return judged(bundle, module, uses);
}

function judged(bundle: Bundle, { source }: ParsedModule, uses: readonly Use[]): Finding[] {
  const met = new Set<Tolerated>();
  const findings = uses.flatMap(({ rule, node, what }): Finding[] => {
    const { line, character } = source.getLineAndCharacterOfPosition(node.getStart(source));
    const place = bundle.placeOf(line, character);
    const from = packageOf(place.file);
    const tolerated = TOLERATED.find(
      (entry) => entry.package === from && entry.rule === rule && entry.what === what,
    );
    if (tolerated === undefined)
      return [{ rule, ...place, message: `${what} is not in the portable subset` }];
    met.add(tolerated);
    return [];
  });
  return [...findings, ...outlived(bundle, met)];
}

const outlived = ({ packages }: Bundle, met: ReadonlySet<Tolerated>): Finding[] =>
  TOLERATED.filter((entry) => packages.has(entry.package) && !met.has(entry)).map((entry) => ({
    rule: "tolerated-in-vain",
    file: "scripts/celld/portable.ts",
    message: `${entry.package} does not use ${entry.what} any more: take it off the list`,
  }));

const modules: Check = (node) => {
  const specifier = importedFrom(node);
  if (specifier !== undefined)
    return specifier === HOST_MODULE ? [] : [{ rule: "module", node, what: specifier }];
  const isCall = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  return isCall ? [{ rule: "module", node, what: "import() of a name made at run time" }] : [];
};

const globals: Check = (node, module) => {
  if (!ts.isIdentifier(node) || PORTABLE_GLOBALS.has(node.text)) return [];
  if (!isFree(node, module) || isGuarded(node)) return [];
  return [{ rule: "global", node, what: node.text }];
};

// Reading it gives undefined where it is absent; what follows cannot be told from here.
const throughGlobalThis: Check = (node, module) => {
  const member = memberOf(node);
  if (member === undefined || member.object.getText(module.source) !== "globalThis") return [];
  const known = PORTABLE_GLOBALS.has(member.name) || isOwnGlobal(member.name);
  return known || isTypeof(node) ? [] : [{ rule: "global-this", node, what: `globalThis.${member.name}` }];
};

/** A name of a package's own that it hangs on the global object, and the proposal that temporal-polyfill stands in for. */
const isOwnGlobal = (name: string): boolean => name.startsWith("__") || name === "Temporal";

const isTypeof = (node: ts.Node): boolean => ts.isTypeOfExpression(node.parent);

const members: Check = (node, module) => {
  const member = memberOf(node);
  if (member === undefined) return [];
  const { object, name } = member;
  const what = `${object.getText(module.source).slice(-40)}.${name}`;
  if (ABSENT_MEMBERS.includes(name)) return [{ rule: "member", node, what }];
  if (name === "exports" && CONTEXT.test(object.getText(module.source)))
    return [{ rule: "member", node, what }];
  const owner = ownerOf(object, module);
  const allowed = owner === undefined ? undefined : PORTABLE_MEMBERS[owner];
  return allowed === undefined || allowed.includes(name) ? [] : [{ rule: "member", node, what }];
};

function ownerOf(object: ts.Expression, module: ParsedModule): string | undefined {
  if (ts.isPropertyAccessExpression(object) && object.name.text === "subtle") return "subtle";
  return ts.isIdentifier(object) && isFree(object, module) ? object.text : undefined;
}

// Tags of sockets: the second argument when one is accepted, the only one when they are listed.
const socketTags: Check = (node) => {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return [];
  const name = node.expression.name.text;
  const tagless = { acceptWebSocket: 1, getWebSockets: 0 }[name];
  return tagless !== undefined && node.arguments.length > tagless
    ? [{ rule: "socket-tags", node, what: `a tag given to ${name}` }]
    : [];
};

const algorithms: Check = (node) => {
  const text = textOf(node);
  return text !== undefined && ABSENT_ALGORITHMS.includes(text)
    ? [{ rule: "algorithm", node, what: text }]
    : [];
};

const fetchOptions: Check = (node, module) => {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return [];
  const isRequest =
    isGlobal(node.expression, "fetch", module) || isGlobal(node.expression, "Request", module);
  const options = node.arguments?.[1];
  if (!isRequest || options === undefined || !ts.isObjectLiteralExpression(options)) return [];
  const named = options.properties.filter(
    ({ name }) => name !== undefined && ABSENT_FETCH_OPTIONS.includes(name.getText(module.source)),
  );
  return named.map((option) => ({
    ...{ rule: "fetch-option", node: option },
    what: `the option ${option.name?.getText(module.source)} of a request`,
  }));
};

const CHECKS: readonly Check[] = [
  ...[modules, globals, throughGlobalThis, members, socketTags, algorithms, fetchOptions],
];

const isGlobal = (node: ts.Node, name: string, module: ParsedModule): boolean =>
  ts.isIdentifier(node) && node.text === name && isFree(node, module);

/** `object.name` and `object["name"]`. */
function memberOf(node: ts.Node): { readonly object: ts.Expression; readonly name: string } | undefined {
  if (ts.isPropertyAccessExpression(node)) return { object: node.expression, name: node.name.text };
  const text = ts.isElementAccessExpression(node) ? textOf(node.argumentExpression) : undefined;
  return text === undefined || !ts.isElementAccessExpression(node)
    ? undefined
    : { object: node.expression, name: text };
}
