-- Strategies and their mark-to-market candles.

CREATE TABLE strategy (
  tenant text NOT NULL,
  strategy text NOT NULL,
  account text NOT NULL,
  name text NOT NULL,
  tags jsonb NOT NULL,
  status text NOT NULL,
  actor text NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (tenant, strategy)
);

CREATE TABLE strategy_m2m_candle (
  tenant text NOT NULL,
  strategy text NOT NULL,
  resolution text NOT NULL,
  start timestamptz NOT NULL,
  open numeric NOT NULL,
  high numeric NOT NULL,
  low numeric NOT NULL,
  close numeric NOT NULL,
  realised numeric NOT NULL,
  unrealised numeric NOT NULL,
  fees numeric NOT NULL,
  gross_exposure numeric NOT NULL,
  tick_count integer NOT NULL,
  stale_legs jsonb NOT NULL,
  missing_legs jsonb NOT NULL,
  sampled boolean NOT NULL,
  rev integer NOT NULL,
  state text NOT NULL,
  actor text NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (tenant, strategy, resolution, start)
) PARTITION BY RANGE (start);

CREATE TABLE strategy_m2m_candle_default PARTITION OF strategy_m2m_candle DEFAULT;
