/** Calendars inside workerd: its own time-zone data says when clocks change. */
import { SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";

const { TEST_ROOT_KEY } = env as unknown as { TEST_ROOT_KEY: string };

test.each([
  ["XNYS", "2024-03-11", "2024-03-11T13:30:00Z"],
  ["XASX", "2024-10-08", "2024-10-07T23:00:00Z"],
  ["XLON", "2024-10-28", "2024-10-28T08:00:00Z"],
  ["GLBX", "2024-11-04", "2024-11-03T23:00:00Z"],
  ["XNSE", "2024-11-01", "2024-11-01T12:30:00Z"],
])("%s opens for %s at %s", async (id, day, open) => {
  const path = `/v1/calendars/${id}/at?ts=${Date.parse(open)}`;
  const response = await SELF.fetch(`http://outcry.test${path}`, {
    headers: { authorization: `Bearer ${TEST_ROOT_KEY}` },
  });
  expect(await response.json()).toMatchObject({
    state: "open",
    session: { day, open: Date.parse(open) },
  });
});
