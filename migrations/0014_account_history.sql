-- What became of accounts: cash, changes of what is held that no fill brought, and snapshots. Executions say what they realised.

ALTER TABLE account ADD COLUMN calendar text;
ALTER TABLE execution ADD COLUMN currency text;
ALTER TABLE execution ADD COLUMN realised numeric;
ALTER TABLE execution ADD COLUMN ref_exec_id text;

CREATE TABLE cash_movement (
  tenant text NOT NULL,
  account text NOT NULL,
  id text NOT NULL,
  type text NOT NULL,
  currency text NOT NULL,
  amount numeric NOT NULL,
  symbol text,
  strategy text,
  note text,
  ts timestamptz NOT NULL,
  booked_at timestamptz NOT NULL,
  actor text NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (actor, seq, booked_at)
) PARTITION BY RANGE (booked_at);

CREATE TABLE cash_movement_default PARTITION OF cash_movement DEFAULT;

-- One row for each moment at which a line became another than it was told: of busts, corrections, actions, cash and adjustments.
CREATE TABLE line_revision (
  tenant text NOT NULL,
  account text NOT NULL,
  reason text NOT NULL,
  id text NOT NULL,
  symbol text NOT NULL,
  strategy text,
  currency text NOT NULL,
  qty numeric NOT NULL,
  cost numeric NOT NULL,
  realised numeric NOT NULL,
  fees numeric NOT NULL,
  funding numeric NOT NULL,
  ts timestamptz NOT NULL,
  booked_at timestamptz NOT NULL,
  n integer NOT NULL,
  actor text NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (actor, seq, n, booked_at)
) PARTITION BY RANGE (booked_at);

CREATE TABLE line_revision_default PARTITION OF line_revision DEFAULT;

-- A snapshot of a large account comes in parts, each a row of its own fact; the first has what the account as a whole is worth.
CREATE TABLE account_snapshot (
  tenant text NOT NULL,
  account text NOT NULL,
  kind text NOT NULL,
  day date NOT NULL,
  part integer NOT NULL,
  first_seq bigint NOT NULL,
  head jsonb,
  positions jsonb NOT NULL,
  taken_at timestamptz NOT NULL,
  actor text NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (actor, seq, taken_at)
) PARTITION BY RANGE (taken_at);

CREATE TABLE account_snapshot_default PARTITION OF account_snapshot DEFAULT;
CREATE INDEX account_snapshot_by_day ON account_snapshot (actor, day);
