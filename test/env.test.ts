import { describe, expect, test } from "vitest";
import { ConfigurationError, databaseUrlFrom, type Env, VARIABLE_RULES, variablesFrom } from "../src/env.ts";

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
    ["DATABASE_URL", "postgres://canary@/outcry"],
    ["DATABASE_URL", "postgres://canary.example/outcry"],
    ["DATABASE_URL", "postgres://user:canary@localhost"],
    ["DATABASE_URL", "postgres://user:canary@local host/outcry"],
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
    ["CORS_ORIGINS", "https://desk.example;https://canary.example"],
    ["LOG_LEVEL", ""],
    ["LOG_LEVEL", "verbose-canary"],
  ])("%s = %j is refused with its name and its rule, and not with what it holds", (name, value) => {
    const fault = value === undefined ? "missing" : "malformed";
    const said = refusalOf({ [name]: value });
    expect(said).toBe(
      `${name} is ${fault}: it has to be ${VARIABLE_RULES[name as keyof typeof VARIABLE_RULES]}`,
    );
    expect(said).not.toContain("canary");
  });

  test("all that is wrong is named at once", () =>
    expect(refusalOf({ DATABASE_URL: undefined, CURSOR_KEY: "short", LOG_LEVEL: "x" })).toMatch(
      /^DATABASE_URL is missing: .+; CURSOR_KEY is malformed: .+; LOG_LEVEL is malformed: .+$/,
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
