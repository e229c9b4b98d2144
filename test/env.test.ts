import { describe, expect, test } from "vitest";
import { ConfigurationError, databaseUrlFrom, type Env, variablesFrom } from "../src/env.ts";

const GOOD = {
  DATABASE_URL: "postgres://user:canary@localhost:5432/outcry",
  CURSOR_KEY: "canary-canary-canary-canary-canary",
};
const envOf = (changes: Record<string, string | undefined>): Env =>
  ({ ...GOOD, ...changes }) as unknown as Env;

function refusalOf(changes: Record<string, string | undefined>): string {
  try {
    variablesFrom(envOf(changes));
    return "none";
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as Error).message;
  }
}

describe("variables", () => {
  test("without more than the two secrets: no root key, no origins, level info", () =>
    expect(variablesFrom(envOf({}))).toEqual({
      databaseUrl: GOOD.DATABASE_URL,
      cursorKey: GOOD.CURSOR_KEY,
      rootKeySha256: undefined,
      corsOrigins: [],
      logLevel: "info",
    }));

  test.each([
    ["DATABASE_URL", undefined],
    ["DATABASE_URL", ""],
    ["DATABASE_URL", "mysql://canary"],
    ["CURSOR_KEY", undefined],
    ["CURSOR_KEY", ""],
    ["CURSOR_KEY", "canary-too-short"],
    ["ROOT_KEY_SHA256", ""],
    ["ROOT_KEY_SHA256", "canary"],
    ["ROOT_KEY_SHA256", "A".repeat(64)],
    ["CORS_ORIGINS", "*"],
    ["CORS_ORIGINS", "canary.example"],
    ["CORS_ORIGINS", "https://desk.example/path"],
    ["CORS_ORIGINS", "http://desk.example"],
    ["LOG_LEVEL", "verbose-canary"],
  ])("%s = %j is refused with its name and nothing else", (name, value) =>
    expect(refusalOf({ [name]: value })).toBe(`missing or malformed: ${name}`),
  );

  test("all that is wrong is named at once", () =>
    expect(refusalOf({ DATABASE_URL: undefined, CURSOR_KEY: undefined, LOG_LEVEL: "x" })).toBe(
      "missing or malformed: DATABASE_URL, CURSOR_KEY, LOG_LEVEL",
    ));

  test("origins are a list; those of this machine may be plain http", () =>
    expect(
      variablesFrom(envOf({ CORS_ORIGINS: "https://desk.example, http://localhost:5173,https://a.b:8443" }))
        .corsOrigins,
    ).toEqual(["https://desk.example", "http://localhost:5173", "https://a.b:8443"]));

  test("an actor needs nothing but the database, and goes on without it", () => {
    expect(databaseUrlFrom(envOf({ CURSOR_KEY: undefined }))).toBe(GOOD.DATABASE_URL);
    expect(databaseUrlFrom(envOf({ DATABASE_URL: "nonsense" }))).toBeUndefined();
  });
});
