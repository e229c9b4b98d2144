/** Bodies that are lines and not one document: what imports and bulk calls take. */

export class TextBody {
  readonly text: string;
  readonly type: string;

  constructor(text: string, type: string) {
    this.text = text;
    this.type = type;
  }
}

/** A JSON value per line. */
export const ndjson = (lines: readonly object[]): TextBody =>
  new TextBody(lines.map((line) => `${JSON.stringify(line)}\n`).join(""), "application/x-ndjson");

export const csv = (text: string): TextBody => new TextBody(text, "text/csv");
