import { expect, test } from "vitest";
import { accountReply } from "../../src/contracts/accounts.ts";

type Fields = Record<string, unknown>;

const WHOLE: Fields = {
  account: "desk",
  currency: "USD",
  equity: "1",
  gross: "0",
  net: "0",
  long: "0",
  short: "0",
  state: "active",
  states: { total: 0, items: [] },
  tripped: { total: 0, items: [] },
  limitsVersion: 0,
  utilisation: [],
  seq: 0,
};
const TRIP = {
  limitId: "l",
  kind: "max-drawdown",
  member: null,
  observed: "7",
  limit: "5",
  ts: 1_790_000_000_000,
};
const STATE = {
  scope: { kind: "sector", id: "Energy" },
  state: "halted",
  reason: "r",
  by: "b",
  ts: 1_790_000_000_000,
};
const listed = (item: Fields, times = 1): Fields => ({
  total: 2_000,
  items: Array.from({ length: times }, () => item),
});

test.each<[string, Fields, boolean]>([
  ["nothing stops", {}, true],
  ["limits are tripped", { tripped: listed(TRIP, 20) }, true],
  ["a member is tripped", { tripped: listed({ ...TRIP, member: "XNAS:AAPL" }) }, true],
  ["too many trips are shown of", { tripped: listed(TRIP, 21) }, false],
  ["a trip has no moment", { tripped: listed({ ...TRIP, ts: undefined }) }, false],
  ["states stand", { states: listed(STATE, 100) }, true],
  ["the account itself is stopped", { states: listed({ ...STATE, scope: { kind: "account" } }) }, true],
  ["too many states are shown of", { states: listed(STATE, 101) }, false],
  ["an active state is listed of", { states: listed({ ...STATE, state: "active" }) }, false],
  ["a state is without who set it", { states: listed({ ...STATE, by: undefined }) }, false],
])("an account where %s is one that can be shown", (_name, changes, expected) => {
  expect(accountReply.safeParse({ ...WHOLE, ...changes }).success).toBe(expected);
});
