/** Which fields of an actor's state can grow, read from the text of its state.ts. */
import ts from "typescript-6";

const GROWING = new Set(["Map", "Set", "ReadonlyMap", "ReadonlySet", "Array", "ReadonlyArray"]);

/** Fields that are a map, a set or a list, of the type that `initialState` returns or, without one, of each type named `…State`. */
export function stateCollections(text: string): string[] {
  const source = ts.createSourceFile("state.ts", text, ts.ScriptTarget.Latest, true);
  const start = source.statements.flatMap(initialStateTypes);
  const aliases = source.statements.filter(ts.isTypeAliasDeclaration);
  const states = aliases.filter(({ name }) =>
    start.length > 0 ? start.includes(name.text) : name.text.endsWith("State"),
  );
  return states.flatMap(({ type }) => membersOf(type).flatMap(growingField));
}

function initialStateTypes(statement: ts.Statement): string[] {
  if (ts.isFunctionDeclaration(statement) && statement.name?.text === "initialState")
    return typeName(statement.type);
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.flatMap(({ name, initializer }) =>
    name.getText() === "initialState" && initializer !== undefined && ts.isArrowFunction(initializer)
      ? typeName(initializer.type)
      : [],
  );
}

const typeName = (type: ts.TypeNode | undefined): string[] =>
  type !== undefined && ts.isTypeReferenceNode(type) ? [type.typeName.getText()] : [];

function membersOf(type: ts.TypeNode): readonly ts.TypeElement[] {
  if (ts.isTypeLiteralNode(type)) return type.members;
  return ts.isIntersectionTypeNode(type) ? type.types.flatMap(membersOf) : [];
}

const growingField = (member: ts.TypeElement): string[] =>
  ts.isPropertySignature(member) && member.type !== undefined && grows(member.type)
    ? [member.name.getText()]
    : [];

function grows(type: ts.TypeNode): boolean {
  if (ts.isArrayTypeNode(type)) return true;
  if (ts.isTypeOperatorNode(type) || ts.isParenthesizedTypeNode(type)) return grows(type.type);
  if (ts.isUnionTypeNode(type)) return type.types.some(grows);
  return ts.isTypeReferenceNode(type) && GROWING.has(type.typeName.getText());
}
