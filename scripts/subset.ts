/** Keeps src/ and actors/ inside the portable subset of the edge platform: `node scripts/subset.ts [root]`. */
import { join, resolve } from "node:path";
import ts from "typescript-6";
import { experimental_readRawConfig as readRawConfig } from "wrangler";
import { UNPORTED_KEYS } from "./celld/config.ts";
import { type Finding, printFindings } from "./findings.ts";
import { importedFrom, textOf } from "./imports.ts";
import { type SourceFile, sourceFiles } from "./source-files.ts";

/** The bindings that every host offers. Anything else in wrangler.toml needs a platform that a host may lack. */
const WRANGLER_KEYS = new Set([
  "name",
  "main",
  "compatibility_date",
  "assets",
  "triggers",
  "vars",
  "durable_objects",
  "migrations",
  ...UNPORTED_KEYS,
]);

// Names of the platform's types and globals, each with the rule that it breaks.
const FORBIDDEN_NAMES: readonly (readonly [rule: string, name: RegExp])[] = [
  ["no-kv", /^KVNamespace/],
  ["no-r2", /^R2[A-Z]/],
  ["no-queues", /^(?:Queue|MessageBatch|MessageSendRequest)$/],
  ["no-d1", /^D1[A-Z]/],
  ["no-cache", /^(?:caches|Cache|CacheStorage)$/],
  ["no-hyperdrive", /^Hyperdrive$/],
  ["no-rate-limiting-binding", /^RateLimit$/],
  ["no-html-rewriter", /^HTMLRewriter$/],
  ["no-rpc-target", /^(?:RpcTarget|RpcStub)$/],
  [
    "no-vendor-services",
    /^(?:Ai|AnalyticsEngineDataset|Workflow|WorkflowEntrypoint|VectorizeIndex|SendEmail)$/,
  ],
  ["no-node-globals", /^(?:process|Buffer|require|__dirname|__filename|setImmediate)$/],
];

// `receiver.member`, where an undefined receiver means any.
const FORBIDDEN_MEMBERS: readonly (readonly [rule: string, receiver: string | undefined, member: string])[] =
  [
    ["no-context-exports", "ctx", "exports"],
    ["no-facets", undefined, "facets"],
    ["no-socket-tags", undefined, "getTags"],
    ["no-response-redirect", "Response", "redirect"],
    ["no-stream-from", "ReadableStream", "from"],
  ];
const FORBIDDEN_ALGORITHMS = new Set(["PBKDF2", "HKDF", "RSA-PSS"]);

// Randomness enters as an argument; this brick alone reads it, and for the client, which runs elsewhere, its surroundings.
const RANDOMNESS_READERS = ["actors/runtime/id.ts", "src/client/surroundings.ts"];
const RANDOMNESS: readonly (readonly [receiver: string, member: string])[] = [
  ["Math", "random"],
  ["crypto", "randomUUID"],
  ["crypto", "getRandomValues"],
];

type Report = (rule: string, node: ts.Node, message: string) => void;

/** Everything outside the portable subset below `root`. */
export async function subsetFindings(root: string): Promise<Finding[]> {
  const files = sourceFiles(root, ["src", "actors"]).filter(({ path }) => runsOnHost(path));
  return [...files.flatMap(inFile), ...wranglerFindings(root)];
}

/** The page runs in a browser, which has another subset. */
const runsOnHost = (path: string): boolean => path.endsWith(".ts") && !path.startsWith("src/console/");

function inFile({ path, text }: SourceFile): Finding[] {
  const findings: Finding[] = [];
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const report: Report = (rule, node, message) => {
    const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
    findings.push({ rule, file: path, line, message });
  };
  const visit = (node: ts.Node): void => {
    for (const check of [checkImport, checkName, checkMember, checkText, checkSocketTags, checkRpcName]) {
      check(node, report);
    }
    if (!RANDOMNESS_READERS.includes(path)) checkRandomness(node, report);
    ts.forEachChild(node, visit);
  };
  visit(source);
  checkModuleState(source, report);
  return findings;
}

function checkImport(node: ts.Node, report: Report): void {
  const specifier = importedFrom(node);
  if (specifier === undefined) return;
  if (specifier.startsWith("node:")) report("no-node-modules", node, specifier);
  if (specifier === "cloudflare:sockets") report("no-tcp-sockets", node, specifier);
  else if (specifier.startsWith("cloudflare:") && specifier !== "cloudflare:workers") {
    report("no-vendor-modules", node, specifier);
  }
}

function checkName(node: ts.Node, report: Report): void {
  if (!ts.isIdentifier(node) || isMemberName(node)) return;
  for (const [rule, name] of FORBIDDEN_NAMES) if (name.test(node.text)) report(rule, node, node.text);
}

// `order.process` or `{ process: 1 }` is somebody's own word and not the global of that name.
function isMemberName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent))
    return parent.name === node && parent.expression.getText() !== "globalThis";
  return (
    (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isMethodDeclaration(parent)) &&
    parent.name === node
  );
}

function checkMember(node: ts.Node, report: Report): void {
  for (const [rule, receiver, member] of FORBIDDEN_MEMBERS) {
    if (reads(node, receiver, member)) report(rule, node, node.getText());
  }
}

function checkRandomness(node: ts.Node, report: Report): void {
  for (const [receiver, member] of RANDOMNESS) {
    if (reads(node, receiver, member)) report("randomness-is-an-argument", node, node.getText());
  }
}

// `ctx.exports`, `this.ctx.exports`, `ctx["exports"]` and `const { exports } = ctx`.
function reads(node: ts.Node, receiver: string | undefined, member: string): boolean {
  if (ts.isPropertyAccessExpression(node)) {
    return node.name.text === member && isNamed(node.expression, receiver);
  }
  if (ts.isElementAccessExpression(node)) {
    return textOf(node.argumentExpression) === member && isNamed(node.expression, receiver);
  }
  if (!ts.isBindingElement(node) || !ts.isVariableDeclaration(node.parent.parent)) return false;
  const { initializer } = node.parent.parent;
  return (
    initializer !== undefined &&
    (node.propertyName ?? node.name).getText() === member &&
    isNamed(initializer, receiver)
  );
}

function isNamed(node: ts.Expression, name: string | undefined): boolean {
  if (name === undefined) return true;
  return ts.isPropertyAccessExpression(node) ? node.name.text === name : node.getText() === name;
}

function checkText(node: ts.Node, report: Report): void {
  const text = textOf(node);
  if (text !== undefined && FORBIDDEN_ALGORITHMS.has(text)) report("no-scarce-algorithms", node, text);
}

// A tag is the second argument when a socket is accepted and the only one when sockets are listed.
function checkSocketTags(node: ts.Node, report: Report): void {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return;
  const tagless = { acceptWebSocket: 1, getWebSockets: 0 }[node.expression.name.text];
  if (tagless !== undefined && node.arguments.length > tagless) {
    report("no-socket-tags", node, "keep the topic in the attachment");
  }
}

function checkRpcName(node: ts.Node, report: Report): void {
  if (!ts.isClassDeclaration(node)) return;
  const parents =
    node.heritageClauses?.flatMap(({ types }) => types.map((type) => type.expression.getText())) ?? [];
  if (!parents.includes("DurableObject")) return;
  for (const member of node.members) {
    const name = member.name?.getText();
    if (name === "name" || name === "id")
      report("no-reserved-rpc-name", member, `a stub already has .${name}`);
  }
}

function checkModuleState(source: ts.SourceFile, report: Report): void {
  for (const statement of source.statements) {
    if (ts.isVariableStatement(statement) && (statement.declarationList.flags & ts.NodeFlags.Const) === 0) {
      report("no-module-state", statement, "several objects and requests share one module");
    }
  }
}

function wranglerFindings(root: string): Finding[] {
  const { rawConfig } = readRawConfig({ config: join(root, "wrangler.toml") });
  return Object.keys(rawConfig)
    .filter((key) => !WRANGLER_KEYS.has(key))
    .map((key) => ({
      rule: "wrangler-keys",
      file: "wrangler.toml",
      message: `${key} is not in the portable subset`,
    }));
}

if (import.meta.main) {
  process.exitCode = printFindings("subset", await subsetFindings(resolve(process.argv[2] ?? ".")));
}
