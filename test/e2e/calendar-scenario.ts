/** Calendars of the built product, whose time-zone data is workerd's own: days that were looked up by hand. */
import { expect, test } from "vitest";
import type { World } from "./world.ts";

type Session = {
  day: string;
  open: number;
  close: number;
  kind: string;
  breaks: { start: number; end: number }[];
};
const at = (text: string): number => Date.parse(text);

export function calendarScenario(world: () => World): void {
  const sessions = (id: string, from: string, to: string): Promise<{ items: Session[]; total: number }> =>
    world().get(`/v1/calendars/${id}/sessions?from=${from}&to=${to}`);

  test("lists every calendar once, page by page", async () => {
    const calendars = await world().all<{ id: string }>("/v1/calendars");
    expect(calendars.map(({ id }) => id)).toEqual(
      "24x7 FX GLBX XASX XBOM XLON XNAS XNSE XNYS XTKS".split(" "),
    );
  });

  test("New York in the week of Thanksgiving: closed on Thursday, an early close on Friday", async () => {
    const { items, total } = await sessions("XNYS", "2026-11-23", "2026-11-30");
    expect(total).toBe(4);
    expect(items.map(({ day, open, close, kind }) => [day, open, close, kind])).toEqual([
      ["2026-11-23", at("2026-11-23T14:30Z"), at("2026-11-23T21:00Z"), "regular"],
      ["2026-11-24", at("2026-11-24T14:30Z"), at("2026-11-24T21:00Z"), "regular"],
      ["2026-11-25", at("2026-11-25T14:30Z"), at("2026-11-25T21:00Z"), "regular"],
      ["2026-11-27", at("2026-11-27T14:30Z"), at("2026-11-27T18:00Z"), "early-close"],
    ]);
  });

  test("clocks change in both hemispheres, Tokyo has its break and Mumbai its Sunday", async () => {
    const opens = async (id: string, from: string, to: string) =>
      (await sessions(id, from, to)).items.map(({ open }) => new Date(open).toISOString().slice(0, 16));
    expect(await opens("XNYS", "2026-03-06", "2026-03-10")).toEqual(["2026-03-06T14:30", "2026-03-09T13:30"]);
    expect(await opens("XASX", "2026-10-02", "2026-10-07")).toEqual([
      "2026-10-02T00:00",
      "2026-10-04T23:00",
      "2026-10-05T23:00",
    ]);
    expect(await opens("XBOM", "2026-02-01", "2026-02-02")).toEqual(["2026-02-01T03:45"]);
    const [tokyo] = (await sessions("XTKS", "2026-06-10", "2026-06-11")).items;
    expect(tokyo?.breaks).toEqual([{ start: at("2026-06-10T02:30Z"), end: at("2026-06-10T03:30Z") }]);
  });

  test("a moment is open or says why it is not, and when that changes", async () => {
    const holiday = at("2026-11-26T16:00Z");
    expect(await world().get(`/v1/calendars/XNYS/at?ts=${holiday}`)).toMatchObject({
      ...{ state: "closed", cause: "holiday", session: null },
      ...{ nextOpen: at("2026-11-27T14:30Z"), nextClose: at("2026-11-27T18:00Z") },
    });
    expect(await world().get(`/v1/calendars/XTKS/at?ts=${at("2026-06-10T03:00Z")}`)).toMatchObject({
      ...{ state: "closed", cause: "break", nextOpen: at("2026-06-10T03:30Z") },
    });
    expect(await world().get(`/v1/calendars/24x7/at?ts=${holiday}`)).toMatchObject({ state: "open" });
  });
}
