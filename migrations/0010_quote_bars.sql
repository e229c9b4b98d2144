-- Bars of quotes. The key serves history: a symbol's bars of a resolution, newest first below a start.

CREATE TABLE quote_bar (
  symbol text NOT NULL,
  resolution text NOT NULL,
  start timestamptz NOT NULL,
  bid_open numeric NOT NULL,
  bid_high numeric NOT NULL,
  bid_low numeric NOT NULL,
  bid_close numeric NOT NULL,
  ask_open numeric NOT NULL,
  ask_high numeric NOT NULL,
  ask_low numeric NOT NULL,
  ask_close numeric NOT NULL,
  mid_open numeric NOT NULL,
  mid_high numeric NOT NULL,
  mid_low numeric NOT NULL,
  mid_close numeric NOT NULL,
  quotes integer NOT NULL,
  rev integer NOT NULL,
  state text NOT NULL,
  partial boolean NOT NULL,
  actor text NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (symbol, resolution, start)
) PARTITION BY RANGE (start);

CREATE TABLE quote_bar_default PARTITION OF quote_bar DEFAULT;
