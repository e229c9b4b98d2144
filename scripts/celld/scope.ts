/** Which names of a module are its own, and which it takes from the host. */
import ts from "typescript-6";

export type ParsedModule = { readonly source: ts.SourceFile; readonly checker: ts.TypeChecker };

const NAME = "worker.js";

/** Without any library: what the module does not declare itself has no symbol. */
export function parsedModule(text: string): ParsedModule {
  const options: ts.CompilerOptions = {
    ...{ allowJs: true, noLib: true, noResolve: true, types: [] },
    ...{ target: ts.ScriptTarget.Latest, module: ts.ModuleKind.ESNext },
  };
  const source = ts.createSourceFile(NAME, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const host: ts.CompilerHost = {
    getSourceFile: (name) => (name === NAME ? source : undefined),
    getDefaultLibFileName: () => "",
    getCurrentDirectory: () => "",
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    fileExists: (name) => name === NAME,
    readFile: () => undefined,
    writeFile: () => {},
  };
  return { source, checker: ts.createProgram([NAME], options, host).getTypeChecker() };
}

/** A name that is read and that nothing in the module declares. */
export function isFree(node: ts.Identifier, { checker }: ParsedModule): boolean {
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent))
    return checker.getShorthandAssignmentValueSymbol(parent) === undefined;
  return isRead(node) && checker.getSymbolAtLocation(node) === undefined;
}

function isRead(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isClassElement(parent) || ts.isObjectLiteralElement(parent)) return parent.name !== node;
  const isLabel = ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent);
  return (
    !isLabel && !ts.isImportSpecifier(parent) && !ts.isExportSpecifier(parent) && !ts.isMetaProperty(parent)
  );
}

/**
 * The code asks first whether the host has the name: it is the operand of `typeof` itself, or stands where a condition
 * with `typeof` of that name decides whether it is reached.
 */
export function isGuarded(node: ts.Identifier): boolean {
  if (ts.isTypeOfExpression(node.parent)) return true;
  if (node.text === "Function" && isNoCall(node)) return true;
  for (let inner: ts.Node = node; inner.parent !== undefined; inner = inner.parent) {
    const condition = conditionOver(inner);
    if (condition !== undefined && asksFor(condition, node.text)) return true;
  }
  return false;
}

/** Every host has it; what none allows is to make code with it. */
const isNoCall = (node: ts.Identifier): boolean =>
  (ts.isPropertyAccessExpression(node.parent) && node.parent.name.text === "prototype") ||
  (ts.isBinaryExpression(node.parent) && node.parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword);

/** The condition that decides whether `inner` is reached, where its parent is such a construct. */
function conditionOver(inner: ts.Node): ts.Expression | undefined {
  const { parent } = inner;
  if (ts.isIfStatement(parent)) return parent.expression === inner ? undefined : parent.expression;
  if (ts.isConditionalExpression(parent)) return parent.condition === inner ? undefined : parent.condition;
  const isLogical = ts.isBinaryExpression(parent) && LOGICAL.includes(parent.operatorToken.kind);
  return isLogical && parent.right === inner ? parent.left : undefined;
}

const LOGICAL: readonly ts.SyntaxKind[] = [ts.SyntaxKind.AmpersandAmpersandToken, ts.SyntaxKind.BarBarToken];

function asksFor(condition: ts.Node, name: string): boolean {
  if (ts.isTypeOfExpression(condition))
    return ts.isIdentifier(condition.expression) && condition.expression.text === name;
  return ts.forEachChild(condition, (child) => asksFor(child, name) || undefined) ?? false;
}
