-- The clocks of test workspaces.

-- :query clock_get
-- :row ahead_ms, target_at
SELECT ahead_ms, target_at FROM workspace_clock WHERE workspace_id = $workspace_id

-- :query clock_put
INSERT INTO workspace_clock (workspace_id, ahead_ms, target_at) VALUES ($workspace_id, $ahead_ms, $target_at)
ON CONFLICT (workspace_id) DO UPDATE SET ahead_ms = excluded.ahead_ms, target_at = excluded.target_at
