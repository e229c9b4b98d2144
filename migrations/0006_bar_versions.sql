-- When each bar was told, what it was built from, and the versions that newer ones have replaced.

ALTER TABLE bar ADD COLUMN known_at timestamptz;

ALTER TABLE bar ADD COLUMN made_by text NOT NULL DEFAULT 'trades' CHECK (made_by IN ('trades', 'import', 'fold'));

-- An import need not know it.
ALTER TABLE bar ALTER COLUMN price_volume DROP NOT NULL;

-- Tells imports apart: which one wrote a bar last.
CREATE SEQUENCE bar_import_seq;

-- A version holds from known_at (null: before this table was) up to, not including, superseded_at. Split by its end: what was replaced
-- long ago leaves, however old its bar is. One version of a bar ends at a moment, so its start and end are a key.
CREATE TABLE bar_version (
  symbol text NOT NULL,
  resolution text NOT NULL,
  start timestamptz NOT NULL,
  superseded_at timestamptz NOT NULL,
  known_at timestamptz,
  open numeric NOT NULL,
  high numeric NOT NULL,
  low numeric NOT NULL,
  close numeric NOT NULL,
  volume numeric NOT NULL,
  trades integer NOT NULL,
  price_volume numeric,
  vwap numeric,
  rev integer NOT NULL,
  state text NOT NULL,
  partial boolean NOT NULL,
  made_by text NOT NULL,
  actor text NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (symbol, resolution, start, superseded_at)
) PARTITION BY RANGE (superseded_at);

CREATE TABLE bar_version_default PARTITION OF bar_version DEFAULT;

-- Times of a bar's versions never go back, whichever clock told them. A version that held for no moment is not kept: nobody could have read it.
CREATE FUNCTION keep_bar_version() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN
  NEW.known_at := greatest(coalesce(NEW.known_at, now()), OLD.known_at)
  ; IF OLD.known_at IS NULL OR OLD.known_at < NEW.known_at THEN
    INSERT INTO bar_version (symbol, resolution, start, superseded_at, known_at, open, high, low, close, volume, trades,
      price_volume, vwap, rev, state, partial, made_by, actor, seq)
    VALUES (OLD.symbol, OLD.resolution, OLD.start, NEW.known_at, OLD.known_at, OLD.open, OLD.high, OLD.low, OLD.close, OLD.volume, OLD.trades,
      OLD.price_volume, OLD.vwap, OLD.rev, OLD.state, OLD.partial, OLD.made_by, OLD.actor, OLD.seq)
    ON CONFLICT DO NOTHING
  ; END IF
  ; RETURN NEW
  ; END
$body$;

CREATE TRIGGER keep_bar_version BEFORE UPDATE ON bar FOR EACH ROW
WHEN ((OLD.open, OLD.high, OLD.low, OLD.close, OLD.volume, OLD.trades, OLD.vwap, OLD.rev, OLD.partial)
  IS DISTINCT FROM (NEW.open, NEW.high, NEW.low, NEW.close, NEW.volume, NEW.trades, NEW.vwap, NEW.rev, NEW.partial))
EXECUTE FUNCTION keep_bar_version();
