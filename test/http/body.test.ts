import { afterEach, describe, expect, test, vi } from "vitest";
import { systemClock } from "../../actors/runtime/clock.ts";
import { BODY_MS_MAX, type Media, readBody } from "../../src/http/body.ts";
import { CallPatience } from "../../src/http/call-patience.ts";

/** Nothing here takes that long. */
const PATIENCE = new CallPatience(systemClock, BODY_MS_MAX);
const BYTES_MAX = 64;
const JSON_TYPE = { "content-type": "application/json" };

/** A body that arrives in these pieces, whatever its headers say. */
function request(
  pieces: readonly (string | Uint8Array)[],
  headers: Record<string, string> = JSON_TYPE,
): Request {
  const parts = pieces.map((piece) => (typeof piece === "string" ? new TextEncoder().encode(piece) : piece));
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const part = parts.shift();
      if (part === undefined) controller.close();
      else controller.enqueue(part);
    },
  });
  return new Request("http://outcry.test/", { method: "POST", body, headers, duplex: "half" } as RequestInit);
}

async function codeOf(asked: Request, media: readonly Media[] = ["json"]): Promise<string> {
  const patience = new CallPatience(systemClock, BODY_MS_MAX);
  const read = await readBody(asked, media, BYTES_MAX, patience);
  patience.end();
  return read.ok ? "ok" : read.code;
}

test("nothing is a body of no fields where it may be left out, and no JSON elsewhere", async () => {
  const patience = new CallPatience(systemClock, BODY_MS_MAX);
  const empty = (headers: Record<string, string>) =>
    readBody(request([], headers), ["json"], 9, patience, true);
  expect(await empty(JSON_TYPE)).toEqual({ ok: true, text: "{}", media: "json" });
  expect(await empty({})).toEqual({ ok: true, text: "{}", media: "json" });
  patience.end();
  expect(await codeOf(request([], {}))).toBe("media-type");
});

describe("size", () => {
  test("a body of the bound is taken, one byte more is not", async () => {
    expect(await codeOf(request(["x".repeat(BYTES_MAX)]))).toBe("ok");
    expect(await codeOf(request(["x".repeat(BYTES_MAX + 1)]))).toBe("body-too-large");
  });

  test("the bytes that arrive count, not the length that the header tells", async () => {
    const lying = request(["x".repeat(40), "x".repeat(40)], { ...JSON_TYPE, "content-length": "2" });
    expect(await codeOf(lying)).toBe("body-too-large");
  });

  test("a header that tells too much is believed before anything is read", async () => {
    const asked = request(["{}"], { ...JSON_TYPE, "content-length": String(BYTES_MAX + 1) });
    expect(await codeOf(asked)).toBe("body-too-large");
    expect(asked.bodyUsed).toBe(false);
  });

  test("reading stops at the bound, however much would come", async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        controller.enqueue(new Uint8Array(16));
      },
    });
    const asked = new Request("http://outcry.test/", {
      method: "POST",
      body: endless,
      headers: JSON_TYPE,
      duplex: "half",
    } as RequestInit);
    expect(await codeOf(asked)).toBe("body-too-large");
    expect(sent).toBeLessThan(10);
  });

  test("characters of several bytes count as bytes", async () => {
    expect(await codeOf(request(["€".repeat(22)]))).toBe("body-too-large");
  });

  test("too large comes before a wrong media type", async () => {
    expect(await codeOf(request(["x".repeat(100)], { "content-type": "text/plain" }))).toBe("body-too-large");
  });
});

describe("time", () => {
  afterEach(() => vi.useRealTimers());

  test("a body that drips is cut off", async () => {
    vi.useFakeTimers();
    const dripping = new ReadableStream<Uint8Array>({ pull: () => new Promise<void>(() => {}) });
    const asked = new Request("http://outcry.test/", {
      method: "POST",
      body: dripping,
      headers: JSON_TYPE,
      duplex: "half",
    } as RequestInit);
    const code = codeOf(asked);
    await vi.advanceTimersByTimeAsync(BODY_MS_MAX);
    expect(await code).toBe("body-timeout");
  });

  test("a connection that breaks leaves a body that is no JSON", async () => {
    const broken = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error("connection reset")),
    });
    const asked = new Request("http://outcry.test/", {
      method: "POST",
      body: broken,
      headers: JSON_TYPE,
      duplex: "half",
    } as RequestInit);
    expect(await codeOf(asked)).toBe("json-invalid");
  });
});

describe("media type", () => {
  test.each([
    "application/json",
    "APPLICATION/JSON",
    "application/json; charset=utf-8",
    'application/json;charset="UTF-8"',
  ])("%s is taken", async (type) =>
    expect(await codeOf(request(["{}"], { "content-type": type }))).toBe("ok"),
  );

  test.each([
    "text/plain",
    "application/json; charset=utf-16",
    "application/json; charset=latin1",
    "application/jsonp",
    "application/problem+json",
    "application/x-ndjson",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json, text/plain",
  ])("%s is refused", async (type) =>
    expect(await codeOf(request(["{}"], { "content-type": type }))).toBe("media-type"),
  );

  test("no media type is refused", async () => expect(await codeOf(request(["{}"], {}))).toBe("media-type"));

  test("lines are taken where they are declared, and said to be lines", async () => {
    const read = await readBody(
      request(["{}\n{}"], { "content-type": "application/x-ndjson" }),
      ["json", "ndjson"],
      BYTES_MAX,
      PATIENCE,
    );
    expect(read).toEqual({ ok: true, text: "{}\n{}", media: "ndjson" });
  });

  test.each(["gzip", "br", "deflate", "identity, gzip", "x"])(
    "a body encoded as %s is refused",
    async (encoding) =>
      expect(await codeOf(request(["{}"], { ...JSON_TYPE, "content-encoding": encoding }))).toBe(
        "encoding-unsupported",
      ),
  );

  test("identity is no encoding", async () =>
    expect(await codeOf(request(["{}"], { ...JSON_TYPE, "content-encoding": "identity" }))).toBe("ok"));
});

describe("text", () => {
  test("a character that arrives in two pieces is whole", async () => {
    const euro = new TextEncoder().encode("€");
    const read = await readBody(request([euro.slice(0, 1), euro.slice(1)]), ["json"], BYTES_MAX, PATIENCE);
    expect(read).toMatchObject({ ok: true, text: "€" });
  });

  test("a CSV may begin with a byte order mark, and one that is not UTF-8 is no CSV", async () => {
    const read = (bytes: readonly number[]) =>
      readBody(
        request([new Uint8Array(bytes)], { "content-type": "text/csv" }),
        ["ndjson", "csv"],
        BYTES_MAX,
        PATIENCE,
      );
    expect(await read([0xef, 0xbb, 0xbf, 0x61])).toEqual({ ok: true, text: "a", media: "csv" });
    expect(await read([0xef, 0xbb, 0xbf])).toMatchObject({ ok: true, text: "" });
    expect(await read([0x61, 0x80])).toMatchObject({ ok: false, code: "csv-invalid" });
  });

  test.each([
    ["a byte order mark", new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d])],
    ["UTF-16", new Uint8Array([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00])],
    ["a byte that begins nothing", new Uint8Array([0x22, 0x80, 0x22])],
    ["half a surrogate pair", new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ["an overlong slash", new Uint8Array([0x22, 0xc0, 0xaf, 0x22])],
  ])("%s is no text", async (_name, bytes) => expect(await codeOf(request([bytes]))).toBe("json-invalid"));
});
