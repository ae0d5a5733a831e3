-- What GET /metrics tells of the whole server; asked by its scraper only, now and then.

-- :query metrics_leads
-- :row bucket, total
-- :across figures of the server
SELECT bucket, sum(total) FROM lead_total GROUP BY bucket

-- :query metrics_calls
-- :row name, n:int
-- :across figures of the server; the phone farm is no row of trunk, and two workspaces may name theirs alike
SELECT t.name, count(a.attempt_id)
  FROM (SELECT trunk_id, name FROM trunk UNION ALL SELECT 0, 'phone farm') t
  LEFT JOIN (SELECT trunk_id, attempt_id FROM attempt WHERE attempt_state IN (3, 4, 5)) a ON a.trunk_id = t.trunk_id
 GROUP BY t.name

-- :query metrics_due
-- :row n:int, due_at
-- :across figures of the server; each workspace by its own clock
SELECT count(d.due_at), min(d.due_at - coalesce(t.ahead_ms, 0)) FROM workspace w
  LEFT JOIN workspace_clock t ON t.workspace_id = w.workspace_id
  JOIN due d ON d.workspace_id = w.workspace_id AND d.due_state = 1 AND d.due_at <= $now:int + coalesce(t.ahead_ms, 0)

-- :query metrics_size
-- :row n:int
-- SQLite's own; another engine has its own text
SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()
