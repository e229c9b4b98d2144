-- Instruments and bars.

CREATE TABLE instrument (
  symbol text PRIMARY KEY,
  version integer NOT NULL,
  description text NOT NULL,
  type text NOT NULL,
  exchange text NOT NULL,
  currency text NOT NULL,
  price_scale integer NOT NULL,
  size_scale integer NOT NULL,
  tick_size numeric NOT NULL,
  lot_size numeric NOT NULL,
  multiplier numeric NOT NULL,
  timezone text NOT NULL,
  session text NOT NULL,
  status text NOT NULL,
  reference jsonb NOT NULL,
  actor text NOT NULL,
  seq bigint NOT NULL
);

-- The key serves the one query that history asks: a symbol's bars of a resolution, newest first below a start.
CREATE TABLE bar (
  symbol text NOT NULL,
  resolution text NOT NULL,
  start timestamptz NOT NULL,
  open numeric NOT NULL,
  high numeric NOT NULL,
  low numeric NOT NULL,
  close numeric NOT NULL,
  volume numeric NOT NULL,
  trades integer NOT NULL,
  price_volume numeric NOT NULL,
  vwap numeric,
  rev integer NOT NULL,
  state text NOT NULL,
  partial boolean NOT NULL,
  actor text NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (symbol, resolution, start)
) PARTITION BY RANGE (start);

CREATE TABLE bar_default PARTITION OF bar DEFAULT;
