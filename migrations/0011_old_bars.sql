-- Imported bars of long ago in a partition of their own. A new month has the DEFAULT partition searched for its rows, so that one stays small.

CREATE TABLE bar_past (LIKE bar INCLUDING ALL);

WITH moved AS (DELETE FROM bar_default WHERE start < '2023-01-01T00:00:00Z' RETURNING *)
INSERT INTO bar_past SELECT * FROM moved;

ALTER TABLE bar ATTACH PARTITION bar_past FOR VALUES FROM (MINVALUE) TO ('2023-01-01T00:00:00Z');
