/** Disks of the version before, which knew no gateways: what their streams have kept is there afterwards. */
import { expect, test } from "vitest";
import { MIGRATIONS as LABEL_BOOK } from "../../../../actors/label-book/store.ts";
import { MIGRATIONS as RISK_SHARD } from "../../../../actors/risk-shard/store.ts";
import { type LocalMigration, migrateLocally } from "../../../../actors/runtime/local-migrations.ts";
import { LINK_TABLES } from "../../../../actors/runtime/sockets.ts";
import { MIGRATIONS as STRATEGY } from "../../../../actors/strategy/store.ts";
import { SYMBOL_MIGRATIONS as SYMBOL } from "../../../../actors/symbol/store.ts";
import { memorySql } from "../../../support/node-sql.ts";

const isOfLinks = ({ statements }: LocalMigration) =>
  LINK_TABLES.every((statement) => statements.includes(statement));

test.each([
  ["symbol", SYMBOL],
  ["label book", LABEL_BOOK],
  ["risk shard", RISK_SHARD],
  ["strategy", STRATEGY],
] as const)("a %s goes on where its topics were, and is linked to nobody", (_actor, migrations) => {
  const sql = memorySql();
  migrateLocally(sql, migrations.slice(0, migrations.findIndex(isOfLinks)));
  sql.exec("INSERT INTO stream_topic (topic, epoch, seq, watched_until) VALUES ('t', 'e', 7, NULL)");
  sql.exec(
    "INSERT INTO stream_ring (topic, first, last, ordinal, units, messages) VALUES ('t', 7, 7, 1, 2, '{}')",
  );
  migrateLocally(sql, migrations);
  expect(sql.exec("SELECT topic, epoch, seq FROM stream_topic")).toEqual([
    { topic: "t", epoch: "e", seq: 7 },
  ]);
  expect(sql.exec("SELECT first, messages FROM stream_ring")).toEqual([{ first: 7, messages: "{}" }]);
  expect(sql.exec("SELECT * FROM stream_link")).toEqual([]);
  sql.close();
});
