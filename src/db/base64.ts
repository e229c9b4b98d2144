/** Text as base64 of its UTF-8, which no protocol on the way has to escape. */

type Encoding = { toBase64?: () => string };
/** Arguments that one call may have on every host. */
const CALL_BYTES_MAX = 8_192;

export function base64Of(text: string): string {
  const bytes: Uint8Array & Encoding = new TextEncoder().encode(text);
  // Not every host has it yet; it is five times as fast.
  return bytes.toBase64?.() ?? byCharacters(bytes);
}

function byCharacters(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += CALL_BYTES_MAX)
    binary += String.fromCharCode(...bytes.subarray(at, at + CALL_BYTES_MAX));
  return btoa(binary);
}
