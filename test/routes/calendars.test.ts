/** Calendars over the edge: no actor is asked. */
import { describe, expect, test } from "vitest";
import type { CalendarObject, CalendarStateReply, SessionObject } from "../../src/contracts/calendars.ts";
import { calendarObject, calendarStateReply, sessionObject } from "../../src/contracts/calendars.ts";
import { fakeEdge, keyOf, NOW, OTHER_KEY } from "../support/fake-edge.ts";

type List<Item> = { items: Item[]; nextCursor: string | null; total: number; code?: string };

const edge = await fakeEdge();
async function got<Body>(path: string, key?: string): Promise<Body & { status: number; detail?: string }> {
  const response = await edge.fetch("GET", path, key === undefined ? {} : { key });
  return { ...((await response.json()) as Body), status: response.status };
}
const sessions = (id: string, query: string) =>
  got<List<SessionObject>>(`/v1/calendars/${id}/sessions?${query}`);
const state = (id: string, query = "") =>
  got<CalendarStateReply & { code?: string }>(`/v1/calendars/${id}/at${query}`);
const at = (text: string): number => Date.parse(text);

describe("the list of calendars", () => {
  test("names each with its zone, cover, regular hours, sources and version", async () => {
    const { status, items, total, nextCursor } = await got<List<CalendarObject>>("/v1/calendars");
    expect([status, total, nextCursor]).toEqual([200, items.length, null]);
    expect(items.map((item) => calendarObject.parse(item).id)).toEqual(
      "24x7 FX GLBX XASX XBOM XLON XNAS XNSE XNYS XTKS".split(" "),
    );
    expect(items.find(({ id }) => id === "XTKS")).toMatchObject({
      name: "Tokyo Stock Exchange",
      timezone: "Asia/Tokyo",
      covered: { from: "2010-01-01", to: "2028-01-01", except: [] },
      regular: [
        { since: "2010-01-01" },
        { since: "2011-11-21" },
        {
          since: "2024-11-05",
          days: ["mon", "tue", "wed", "thu", "fri"],
          hours: [
            { open: "09:00", close: "11:30" },
            { open: "12:30", close: "15:30" },
          ],
        },
      ],
    });
  });

  test("tells each by itself as well", async () => {
    const { items } = await got<List<CalendarObject>>("/v1/calendars");
    for (const item of items) expect(await got(`/v1/calendars/${item.id}`)).toEqual({ ...item, status: 200 });
    expect(await got("/v1/calendars/XXXX")).toMatchObject({ status: 404, code: "calendar-unknown" });
  });

  test("comes in pages, each calendar once", async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: List<CalendarObject> = await got(
        `/v1/calendars?limit=3${cursor === null ? "" : `&cursor=${cursor}`}`,
      );
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual([...new Set(seen)].sort());
    expect(seen).toHaveLength(10);
  });
});

describe("trading days", () => {
  test("from inclusive, to exclusive, with their hours, kinds and reasons", async () => {
    const { items, total, nextCursor } = await sessions("XNYS", "from=2024-11-27&to=2024-12-02");
    expect([total, nextCursor]).toEqual([2, null]);
    expect(items.map((item) => sessionObject.parse(item))).toEqual([
      {
        ...{ day: "2024-11-27", open: at("2024-11-27T14:30:00Z"), close: at("2024-11-27T21:00:00Z") },
        ...{ breaks: [], kind: "regular" },
      },
      {
        ...{ day: "2024-11-29", open: at("2024-11-29T14:30:00Z"), close: at("2024-11-29T18:00:00Z") },
        ...{ breaks: [], kind: "early-close", reason: "Day after Thanksgiving" },
      },
    ]);
  });

  test("a lunch, and a session that opens on the evening before", async () => {
    const [tokyo] = (await sessions("XTKS", "from=2024-06-12&to=2024-06-13")).items;
    expect(tokyo?.breaks).toEqual([{ start: at("2024-06-12T02:30:00Z"), end: at("2024-06-12T03:30:00Z") }]);
    const [globex] = (await sessions("GLBX", "from=2024-06-10&to=2024-06-11")).items;
    expect(globex).toMatchObject({ day: "2024-06-10", open: at("2024-06-09T22:00:00Z") });
  });

  test("a special Saturday and a Muhurat evening", async () => {
    expect((await sessions("XNSE", "from=2024-03-02&to=2024-03-03")).items).toEqual([
      {
        ...{ day: "2024-03-02", open: at("2024-03-02T03:45:00Z"), close: at("2024-03-02T07:00:00Z") },
        breaks: [{ start: at("2024-03-02T04:30:00Z"), end: at("2024-03-02T06:00:00Z") }],
        ...{ kind: "special", reason: "Drill of the disaster recovery site" },
      },
    ]);
    expect((await sessions("XBOM", "from=2024-11-01&to=2024-11-02")).items).toMatchObject([
      { kind: "special", reason: "Muhurat trading at Diwali", open: at("2024-11-01T12:30:00Z") },
    ]);
  });

  test("pages hold every day of the range once", async () => {
    const days: string[] = [];
    let cursor: string | null = null;
    do {
      const page: List<SessionObject> = await sessions(
        "XNYS",
        `from=2015-01-01&to=2025-01-01&limit=1000${cursor === null ? "" : `&cursor=${cursor}`}`,
      );
      expect(page.total).toBe(2_516);
      days.push(...page.items.map(({ day }) => day));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(days).toHaveLength(2_516);
    expect(days).toEqual([...new Set(days)].sort());
  });

  test("a range without trading is an empty list", async () => {
    expect(await sessions("XNYS", "from=2024-06-15&to=2024-06-17")).toMatchObject({
      ...{ status: 200, items: [], total: 0, nextCursor: null },
    });
  });

  test("a range may end where the cover ends", async () => {
    expect((await sessions("XNYS", "from=2027-12-01&to=2028-01-01")).status).toBe(200);
  });

  test("a cursor belongs to its range and its tenant", async () => {
    const range = "from=2024-01-01&to=2025-01-01";
    const { nextCursor } = await sessions("XNYS", `${range}&limit=5`);
    expect((await sessions("XNYS", `${range}&limit=9&cursor=${nextCursor}`)).status).toBe(200);
    expect(await sessions("XNAS", `${range}&cursor=${nextCursor}`)).toMatchObject({ code: "cursor-invalid" });
    expect(await got(`/v1/calendars/XNYS/sessions?${range}&cursor=${nextCursor}`, OTHER_KEY)).toMatchObject({
      code: "cursor-invalid",
    });
  });

  test.each([
    ["XNYS", "from=1989-12-29&to=1990-02-01", 422, "calendar-range"],
    ["XNYS", "from=2027-12-31&to=2028-01-02", 422, "calendar-range"],
    ["XNSE", "from=2026-11-02&to=2026-11-09", 422, "calendar-range"],
    ["XXXX", "from=2024-01-01&to=2025-01-01", 404, "calendar-unknown"],
    ["xnys", "from=2024-01-01&to=2025-01-01", 404, "calendar-unknown"],
    ["..%2F", "from=2024-01-01&to=2025-01-01", 422, "id-format"],
    ["XNYS", "from=2024-01-02&to=2024-01-02", 422, "range"],
    ["XNYS", "from=2024-01-02&to=2024-01-01", 422, "range"],
    ["XNYS", "from=2023-02-29&to=2024-01-01", 422, "range"],
    ["XNYS", "from=2000-01-01&to=2027-01-01", 422, "range"],
    ["XNYS", "from=2024-01-01", 422, "invalid"],
    ["XNYS", "from=1704067200000&to=1704153600000", 422, "range"],
    ["XNYS", "from=2024-01-01&to=2024-02-01&limit=0", 422, "range"],
    ["XNYS", "from=2024-01-01&to=2024-02-01&kind=special", 422, "unknown-field"],
    ["XNYS", "from=2024-01-01&from=2024-01-02&to=2024-02-01", 422, "duplicate-key"],
  ])("%s %s is refused: %i %s", async (id, query, status, code) => {
    expect(await sessions(id, query)).toMatchObject({ status, code });
  });

  test("a date within that is not known is named, in the list and where it is refused", async () => {
    const { items } = await got<List<CalendarObject>>("/v1/calendars");
    const except = items
      .map(({ id, covered }) => [id, covered.except])
      .filter(([, dates]) => dates?.length !== 0);
    expect(except).toEqual([
      ["XBOM", ["2026-11-08"]],
      ["XNSE", ["2026-11-08"]],
    ]);
    expect((await sessions("XNSE", "from=2026-11-02&to=2026-11-09")).detail).toBe(
      "XNSE covers trading dates from 2015-01-01 up to, not including, 2027-01-01, except 2026-11-08",
    );
    expect((await sessions("XNSE", "from=2026-11-09&to=2026-11-12")).items).toHaveLength(2);
    expect(await state("XNSE", `?ts=${at("2026-11-08T12:45:00Z")}`)).toMatchObject({
      code: "calendar-range",
    });
    expect(await state("XNSE", `?ts=${at("2026-11-07T12:45:00Z")}`)).toMatchObject({
      ...{ state: "closed", cause: "weekend", nextOpen: null, nextClose: null },
    });
  });

  test("what is not covered is refused with what is", async () => {
    expect((await sessions("XASX", "from=2026-12-01&to=2027-02-01")).detail).toBe(
      "XASX covers trading dates from 2011-01-01 up to, not including, 2027-01-01",
    );
  });
});

describe("a moment", () => {
  test("within a session", async () => {
    const ts = at("2024-06-12T15:00:00Z");
    const reply = await state("XNYS", `?ts=${ts}`);
    const { status, ...body } = reply;
    expect(status).toBe(200);
    expect(calendarStateReply.parse(body)).toMatchObject({
      ...{ calendar: "XNYS", ts, state: "open", cause: "session" },
      session: { day: "2024-06-12", kind: "regular" },
      previousClose: at("2024-06-11T20:00:00Z"),
      nextOpen: at("2024-06-13T13:30:00Z"),
      nextClose: at("2024-06-12T20:00:00Z"),
    });
  });

  test("at lunch in Tokyo: closed, in a session, open again in an hour", async () => {
    expect(await state("XTKS", `?ts=${at("2024-06-12T02:30:00Z")}`)).toMatchObject({
      ...{ state: "closed", cause: "break", session: { day: "2024-06-12" } },
      ...{ previousClose: at("2024-06-12T02:30:00Z"), nextOpen: at("2024-06-12T03:30:00Z") },
    });
  });

  test("on a holiday, with its reason", async () => {
    expect(await state("XNYS", `?ts=${at("2012-10-29T15:00:00Z")}`)).toMatchObject({
      ...{ state: "closed", cause: "holiday", reason: "Hurricane Sandy", session: null },
      nextOpen: at("2012-10-31T13:30:00Z"),
    });
  });

  test("without ts it is now", async () => {
    expect(await state("24x7")).toMatchObject({ ts: NOW, state: "open", cause: "session" });
  });

  test("what comes after the cover's end is null, never guessed", async () => {
    expect(await state("XTKS", `?ts=${at("2027-12-31T00:00:00Z")}`)).toMatchObject({
      ...{ state: "closed", cause: "holiday", nextOpen: null, nextClose: null },
    });
    expect(await state("XNYS", `?ts=${at("1990-01-02T12:00:00Z")}`)).toMatchObject({
      ...{ state: "closed", cause: "outside-hours", previousClose: null },
    });
  });

  test.each([
    ["XNYS", `?ts=${Date.parse("1989-12-31T12:00:00Z")}`, 422, "calendar-range"],
    ["XNYS", `?ts=${Date.parse("2028-01-01T05:00:00Z")}`, 422, "calendar-range"],
    ["GLBX", `?ts=${Date.parse("2026-12-31T23:00:00Z")}`, 422, "calendar-range"],
    ["XNYS", "?ts=1700000000", 422, "ts-range"],
    ["XNYS", "?ts=2024-06-12T15:00:00Z", 422, "range"],
    ["NONE", "", 404, "calendar-unknown"],
  ])("%s %s is refused: %i %s", async (id, query, status, code) => {
    expect(await state(id, query)).toMatchObject({ status, code });
  });
});

test("it takes market:read, and asks nobody", async () => {
  for (const path of [
    "/v1/calendars",
    "/v1/calendars/XNYS/at",
    "/v1/calendars/XNYS/sessions?from=2024-01-01&to=2024-02-01",
  ]) {
    expect((await edge.fetch("GET", path, { key: keyOf("acme", "market:read") })).status).toBe(200);
    expect((await edge.fetch("GET", path, { key: keyOf("acme", "risk:read") })).status).toBe(403);
  }
  expect(edge.calls).toEqual([]);
});
