-- Strategies have states and accounts a default strategy. What a broker's book differed in, and what was set right in whose name.

ALTER TABLE account ADD COLUMN default_strategy text;
-- Null in what was told before there were states: active.
ALTER TABLE strategy ADD COLUMN state text;

CREATE TABLE reconciliation (
  tenant text NOT NULL,
  account text NOT NULL,
  id text NOT NULL,
  as_of timestamptz NOT NULL,
  differences jsonb NOT NULL,
  total integer NOT NULL,
  by text NOT NULL,
  reconciled_at timestamptz NOT NULL,
  actor text NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (tenant, account, id)
);

-- What it did to a line stands in line_revision, of cash in cash_movement.
CREATE TABLE adjustment (
  tenant text NOT NULL,
  account text NOT NULL,
  id text NOT NULL,
  origin text NOT NULL,
  ref text NOT NULL,
  n integer NOT NULL,
  what text NOT NULL,
  symbol text,
  strategy text,
  orders jsonb NOT NULL,
  reason text NOT NULL,
  by text NOT NULL,
  booked_at timestamptz NOT NULL,
  actor text NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (actor, seq)
);
