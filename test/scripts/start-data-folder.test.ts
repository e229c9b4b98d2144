import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { DataFolder, DataFolderInUse } from "../../scripts/start/data-folder.ts";

const parent = mkdtempSync(join(tmpdir(), "outcry-data-"));
afterAll(() => rmSync(parent, { recursive: true }));

let count = 0;
const fresh = (): string => join(parent, `data-${++count}`, "deep");
const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe("the data folder", () => {
  test("makes its keys once, random and long, and keeps them for the owner alone", () => {
    const path = fresh();
    const first = DataFolder.take(path);
    const { apiKey, cursorKey, databasePassword } = first.secrets;
    first.release();
    const again = DataFolder.take(path);
    expect(again.secrets).toEqual({ apiKey, cursorKey, databasePassword });
    again.release();
    const other = DataFolder.take(fresh());
    expect(other.secrets.apiKey).not.toBe(apiKey);
    other.release();
    expect(apiKey).toMatch(/^ok_root_[A-Za-z0-9_-]{43}$/);
    expect(cursorKey).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(modeOf(join(path, "secrets.json"))).toBe(0o600);
  });

  test("gives the platform only the digest of the key", () => {
    const folder = DataFolder.take(fresh());
    expect(folder.rootKeySha256).toBe(createHash("sha256").update(folder.secrets.apiKey).digest("hex"));
    folder.release();
  });

  test("announces a platform from ready on, and not one that ran before", () => {
    const path = fresh();
    const folder = DataFolder.take(path);
    const dev = {
      url: "http://127.0.0.1:1",
      apiKey: folder.secrets.apiKey,
      databaseUrl: "postgres://x",
      pid: 7,
    };
    expect(existsSync(join(path, "dev.json"))).toBe(false);
    folder.announce(dev);
    expect(JSON.parse(readFileSync(join(path, "dev.json"), "utf8"))).toEqual(dev);
    expect(modeOf(join(path, "dev.json"))).toBe(0o600);
    folder.release();
    DataFolder.take(path).release();
    expect(existsSync(join(path, "dev.json"))).toBe(false);
  });

  test("is taken by one program at a time, and says by which", () => {
    const path = fresh();
    const folder = DataFolder.take(path);
    folder.announce({ url: "http://127.0.0.1:4711", apiKey: "k", databaseUrl: "d", pid: 4712 });
    expect(() => DataFolder.take(path)).toThrow(DataFolderInUse);
    expect(() => DataFolder.take(path)).toThrow("(http://127.0.0.1:4711, process 4712)");
    folder.release();
    DataFolder.take(path).release();
  });

  test("stays taken while its program runs, and is free again after a kill -9", async () => {
    const path = fresh();
    const script = `import { DataFolder } from ${JSON.stringify(join(import.meta.dirname, "../../scripts/start/data-folder.ts"))};
      DataFolder.take(${JSON.stringify(path)}); setTimeout(() => { gc(); console.log("taken"); }, 20); setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ["--expose-gc", "--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    await once(holder.stdout, "data");
    expect(() => DataFolder.take(path)).toThrow(DataFolderInUse);
    holder.kill("SIGKILL");
    await once(holder, "close");
    DataFolder.take(path).release();
  });

  test("keeps a port for the next start", () => {
    const path = fresh();
    const folder = DataFolder.take(path);
    expect(folder.keptPort("postgres")).toBe(0);
    folder.keepPort("postgres", 18_199);
    expect(folder.keptPort("postgres")).toBe(18_199);
    folder.release();
  });
});
