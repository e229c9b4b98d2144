/** The only reader of randomness, and the digests that names and secrets need. */

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/** The platform is asked for so many at once: a question costs more than the bytes, and every call between actors needs some. */
const DRAWN_BYTES = 4_096;
/** Each byte is given out once. `source`: a simulated world has a source of its own, and is given nothing that another has drawn. */
const drawn = { bytes: new Uint8Array(DRAWN_BYTES), at: DRAWN_BYTES, source: undefined as unknown };

/** `byteCount` random bytes as lowercase hex. 16 bytes never meet twice. */
export function randomHex(byteCount: number): string {
  if (byteCount > DRAWN_BYTES) return hex(crypto.getRandomValues(new Uint8Array(byteCount)));
  if (drawn.at + byteCount > DRAWN_BYTES || drawn.source !== crypto) {
    crypto.getRandomValues(drawn.bytes);
    drawn.at = 0;
    drawn.source = crypto;
  }
  const from = drawn.at;
  drawn.at += byteCount;
  return hex(drawn.bytes.subarray(from, drawn.at));
}

/** `byteCount` random bytes as base64url without padding, for secrets that people carry. */
export function randomToken(byteCount: number): string {
  const binary = String.fromCharCode(...crypto.getRandomValues(new Uint8Array(byteCount)));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** A number in [0, 1), for jitter only. */
export const randomFraction = (): number => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32;

export async function sha256Hex(text: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
}
