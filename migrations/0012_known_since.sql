-- What is told again unchanged (an import of what was folded, a flag that stands already) is known since it was first told. With the later
-- moment no read as of one between them would find it, and with an earlier one two versions would hold at once.

CREATE FUNCTION keep_known_at() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN
  NEW.known_at := OLD.known_at
  ; RETURN NEW
  ; END
$body$;

CREATE TRIGGER keep_known_at BEFORE UPDATE ON bar FOR EACH ROW
WHEN (NEW.known_at IS NOT NULL AND OLD.known_at IS DISTINCT FROM NEW.known_at
  AND (OLD.open, OLD.high, OLD.low, OLD.close, OLD.volume, OLD.trades, OLD.vwap, OLD.rev, OLD.partial)
  IS NOT DISTINCT FROM (NEW.open, NEW.high, NEW.low, NEW.close, NEW.volume, NEW.trades, NEW.vwap, NEW.rev, NEW.partial))
EXECUTE FUNCTION keep_known_at();
