-- Facts of the server and its counters.

-- :query counter_take
-- :row next_id

INSERT INTO counter (kind, next_id) VALUES ($kind, 1 + $n:int)
ON CONFLICT (kind) DO UPDATE SET next_id = counter.next_id + $n
RETURNING next_id

-- :query counter_raise
INSERT INTO counter (kind, next_id) VALUES ($kind, $first:int)
ON CONFLICT (kind) DO UPDATE SET next_id = excluded.next_id WHERE excluded.next_id > counter.next_id

-- :query fact_raise
-- :row value
-- adds one and answers the new value
INSERT INTO fact (name, value) VALUES ($name, 1)
ON CONFLICT (name) DO UPDATE SET value = fact.value + 1
RETURNING value
