-- The gap ledger of each symbol: what its feed has not delivered, and when it has.

CREATE TABLE bar_gap (
  symbol text NOT NULL,
  number integer NOT NULL,
  kind text NOT NULL,
  from_ts timestamptz NOT NULL,
  to_ts timestamptz NOT NULL,
  source text,
  reason text,
  missing bigint,
  found_at timestamptz NOT NULL,
  filled_at timestamptz,
  actor text NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (symbol, number)
);
