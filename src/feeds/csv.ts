/** One line of a CSV file to its fields, as RFC 4180 quotes them. A line break inside a field is not read: such a line is broken. */

const QUOTED = /^"((?:[^"]|"")*)"$/;

/** Undefined where a quote does not end. */
export function csvFields(line: string, separator = ","): readonly string[] | undefined {
  const text = line.replace(/\r$/, "").replace(/^\uFEFF/, "");
  return text.includes('"') ? quotedFields(text, separator) : text.split(separator);
}

function quotedFields(text: string, separator: string): string[] | undefined {
  const fields: string[] = [];
  for (let part: string | undefined, parts = text.split(separator); parts.length > 0; ) {
    part = parts.shift() ?? "";
    // A separator between quotes is text: the field goes on until its quotes are even.
    while (part.startsWith('"') && quotesIn(part) % 2 === 1) {
      const more = parts.shift();
      if (more === undefined) return undefined;
      part += separator + more;
    }
    const quoted = QUOTED.exec(part);
    if (quoted === null && part.includes('"')) return undefined;
    fields.push(quoted === null ? part : (quoted[1] ?? "").replaceAll('""', '"'));
  }
  return fields;
}

const quotesIn = (text: string): number => text.split('"').length - 1;
