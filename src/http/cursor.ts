/** Cursors of lists: opaque, and of no use to another tenant or for another query. */

/** Where a page begins, signed together with whose list it is: `binding` names tenant, path and query. */
export class Cursors {
  readonly #secret: string;
  // The key itself and not a promise of it: a promise belongs to the request that made it.
  #key: CryptoKey | undefined;

  constructor(secret: string) {
    this.#secret = secret;
  }

  async seal(binding: string, after: string): Promise<string> {
    const tag = await crypto.subtle.sign("HMAC", await this.#signingKey(), message(binding, after));
    return base64url(joined(new Uint8Array(tag), encode(after)));
  }

  /** What was sealed, or undefined where this cursor was not made for this binding. */
  async open(binding: string, cursor: string): Promise<string | undefined> {
    const bytes = bytesOf(cursor);
    if (bytes === undefined || bytes.length < TAG_BYTES) return undefined;
    const after = new TextDecoder().decode(bytes.subarray(TAG_BYTES));
    const signed = await crypto.subtle.verify(
      "HMAC",
      await this.#signingKey(),
      bytes.subarray(0, TAG_BYTES),
      message(binding, after),
    );
    return signed ? after : undefined;
  }

  async #signingKey(): Promise<CryptoKey> {
    this.#key ??= await crypto.subtle.importKey(
      "raw",
      encode(this.#secret),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["sign", "verify"],
    );
    return this.#key;
  }
}

/** Of SHA-256. */
const TAG_BYTES = 32;

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const message = (binding: string, after: string): Uint8Array => encode(JSON.stringify([binding, after]));

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(one.length + other.length);
  whole.set(one);
  whole.set(other, one.length);
  return whole;
}

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

function bytesOf(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) return undefined;
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}
