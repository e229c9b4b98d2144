/** Suites of the bricks on node:sqlite. */
import { memorySql } from "./node-sql.ts";
import type { World } from "./suites/world.ts";

export const nodeWorld: World = async (body) => {
  const sql = memorySql();
  try {
    await body(sql);
  } finally {
    sql.close();
  }
};
