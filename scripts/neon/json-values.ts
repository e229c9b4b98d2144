/** Postgres text to JSON text, for clients that do not ask for raw text. Neon's driver always asks for raw text. */

const BOOL = 16;
const INTEGERS = new Set([21, 23]);
const FLOATS = new Set([700, 701]);
const JSONS = new Set([114, 3802]);

/** Element type of the built-in array types whose elements are not plain strings in JSON. */
const ELEMENT_OF = new Map([
  [1000, BOOL],
  [1005, 21],
  [1007, 23],
  [1021, 700],
  [1022, 701],
  [199, 114],
  [3807, 3802],
]);

/** Built-in array types whose elements stay strings. */
const STRING_ARRAYS = new Set([
  1001, 1002, 1003, 1009, 1014, 1015, 1016, 1028, 1040, 1041, 1115, 1182, 1183, 1185, 1187, 1231, 1270, 2951,
  651,
]);

const STRING_ELEMENT = 25;

export function toJsonText(text: string, typeId: number): string {
  const element = ELEMENT_OF.get(typeId) ?? (STRING_ARRAYS.has(typeId) ? STRING_ELEMENT : undefined);
  if (element !== undefined) return arrayToJson(text, element);
  if (typeId === BOOL) return text === "t" ? "true" : "false";
  if (INTEGERS.has(typeId) || JSONS.has(typeId)) return text;
  // JSON has no NaN and no infinity: they stay strings.
  if (FLOATS.has(typeId) && Number.isFinite(Number(text))) return JSON.stringify(Number(text));
  return JSON.stringify(text);
}

/** Walks an array literal; bounds such as [0:1]={…} cannot be said in JSON and are dropped, as at Neon. */
function arrayToJson(text: string, elementType: number): string {
  const body = text.startsWith("[") ? text.slice(text.indexOf("=") + 1) : text;
  let json = "";
  for (const [token] of body.matchAll(/[{},]|"(?:[^"\\]|\\.)*"|[^{},"]+/gs)) {
    if (token === "{") json += "[";
    else if (token === "}") json += "]";
    else if (token === ",") json += ",";
    else if (token === "NULL") json += "null";
    else if (token.startsWith('"'))
      json += toJsonText(token.slice(1, -1).replace(/\\(.)/gs, "$1"), elementType);
    else json += toJsonText(token, elementType);
  }
  return json;
}
