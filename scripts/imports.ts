/** What a TypeScript file imports, read from its syntax tree. */
import { posix } from "node:path";
import ts from "typescript-6";
import type { SourceFile } from "./source-files.ts";

/** The module specifier of an import or export declaration, an import type or an import call. */
export function importedFrom(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return textOf(node.moduleSpecifier);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return textOf(node.argument.literal);
  const dynamic = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  return dynamic ? textOf(node.arguments[0]) : undefined;
}

export const textOf = (node: ts.Node | undefined): string | undefined =>
  node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;

/** The project files that a file imports, as paths from the project's root. */
export function importedPaths({ path, text }: SourceFile): string[] {
  const specifiers: string[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = importedFrom(node);
    if (specifier?.startsWith(".")) specifiers.push(specifier);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  return specifiers.map((specifier) => posix.join(posix.dirname(path), specifier));
}
