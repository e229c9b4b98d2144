/** FNV-1a over UTF-16 code units, 32 bits: a stable spread of names over shards. Never change it: names are placed by it. */
export function stableHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}
