/**
 * What a bundle may use: the globals that workerd and celld 0.3 both have (denoland/celld, docs/cloudflare-compat.md), and
 * of some of them only a part. Whatever is not named here is a finding: a new host feature is added by hand, once it is
 * known that both have it.
 */

const LANGUAGE =
  "AggregateError Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError " +
  "FinalizationRegistry Float32Array Float64Array Infinity Int16Array Int32Array Int8Array Intl Iterator JSON Map Math " +
  "NaN Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set String Symbol SyntaxError TypeError " +
  "URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet arguments decodeURI " +
  "decodeURIComponent encodeURI encodeURIComponent globalThis isFinite isNaN parseFloat parseInt undefined";

// Without setInterval: a Worker has to end each interval, and an actor with one is never evicted.
const PLATFORM =
  "AbortController AbortSignal Blob CloseEvent CompressionStream CryptoKey CustomEvent DOMException " +
  "DecompressionStream ErrorEvent Event EventTarget File FixedLengthStream FormData Headers IdentityTransformStream " +
  "MessageEvent ReadableStream Request Response TextDecoder TextDecoderStream TextEncoder TextEncoderStream " +
  "TransformStream URL URLPattern URLSearchParams WebAssembly WebSocket WebSocketPair WebSocketRequestResponsePair " +
  "WritableStream atob btoa clearTimeout console crypto fetch navigator performance queueMicrotask scheduler " +
  "setTimeout structuredClone";

export const PORTABLE_GLOBALS: ReadonlySet<string> = new Set(`${LANGUAGE} ${PLATFORM}`.split(" "));

/** Of these only the named members; what else they have on one host is missing, empty or does nothing on another. */
export const PORTABLE_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  console: ["log", "info", "warn", "error"],
  crypto: ["subtle", "getRandomValues", "randomUUID"],
  navigator: ["userAgent"],
  performance: ["now"],
  ReadableStream: ["prototype"],
  Response: ["json", "prototype"],
  subtle: [
    ...["digest", "sign", "verify", "encrypt", "decrypt"],
    ...["importKey", "exportKey", "generateKey", "deriveBits", "deriveKey"],
  ],
};

/** Members that exist nowhere else, on whatever object they are read. */
export const ABSENT_MEMBERS: readonly string[] = ["facets", "getTags"];
/** `ctx.exports` gives no class of an actor on celld. */
export const CONTEXT = /^(?:.*\.)?ctx\d*$/;

/** Named by text when `crypto.subtle` is called. */
export const ABSENT_ALGORITHMS: readonly string[] = ["PBKDF2", "HKDF", "RSA-PSS"];
/** Options of `fetch` and `Request` that are not obeyed. */
export const ABSENT_FETCH_OPTIONS: readonly string[] = ["cache", "cf"];

export type Tolerated = {
  readonly package: string;
  readonly rule: string;
  /** As the finding names it. */
  readonly what: string;
  readonly why: string;
};

/**
 * Code of packages that is in the bundle and is never run, or that asks before it uses. An entry that matches nothing any
 * more is itself a finding, so that this list says no more than is true.
 */
export const TOLERATED: readonly Tolerated[] = [
  {
    ...{ package: "hono", rule: "global", what: "addEventListener" },
    why: "only `fire()` of a service Worker calls it; ours is a module",
  },
  {
    ...{ package: "zod", rule: "global", what: "Function" },
    why: "zod tries whether code may be made at run time, inside try, and goes without where it may not",
  },
  {
    ...{ package: "@neondatabase/serverless", rule: "global", what: "__unstable_WebSocket" },
    why: "its Pool and Client speak over sockets; ours is the HTTP query function alone",
  },
  ...["process", "Buffer", "setImmediate", "clearImmediate"].map((name) => ({
    ...{ package: "@neondatabase/serverless", rule: "global-this", what: `globalThis.${name}` },
    why: "read with a fallback of its own where it is absent",
  })),
  {
    ...{ package: "temporal-polyfill", rule: "global-this", what: "globalThis.process" },
    why: "asks whether it runs under Node, and shows less in a debugger where not",
  },
];
