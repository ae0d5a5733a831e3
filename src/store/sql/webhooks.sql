-- Endpoints, what is set aside for them, and the log of deliveries.

-- :query webhook_insert
INSERT INTO webhook_endpoint (workspace_id, endpoint_id, url, secret, events, compatible, active, stop_reason, cursor_id,
                              sent_id, tries, due_at, created_at)
VALUES ($workspace_id, $endpoint_id, $url, $secret, $events, $compatible, 1, '', $cursor_id, $cursor_id, 0, 0, $created_at)

-- :query webhook_get
-- :row endpoint_id, url, secret, events, compatible, active, stop_reason, cursor_id, sent_id, tries, due_at, created_at, waiting:int
SELECT endpoint_id, url, secret, events, compatible, active, stop_reason, cursor_id, sent_id, tries, due_at, created_at,
       (SELECT count(*) FROM webhook_aside a WHERE a.workspace_id = e.workspace_id AND a.endpoint_id = e.endpoint_id)
  FROM webhook_endpoint e WHERE workspace_id = $workspace_id AND endpoint_id = $endpoint_id

-- :query webhook_list
-- :row like webhook_get
SELECT endpoint_id, url, secret, events, compatible, active, stop_reason, cursor_id, sent_id, tries, due_at, created_at,
       (SELECT count(*) FROM webhook_aside a WHERE a.workspace_id = e.workspace_id AND a.endpoint_id = e.endpoint_id)
  FROM webhook_endpoint e WHERE workspace_id = $workspace_id ORDER BY endpoint_id

-- :query webhook_active
-- :row workspace_id, endpoint_id, company_id
-- :across the one thread that delivers serves all of them
SELECT e.workspace_id, e.endpoint_id, w.company_id
  FROM webhook_endpoint e JOIN workspace w ON w.workspace_id = e.workspace_id
 WHERE e.active = 1 ORDER BY e.workspace_id, e.endpoint_id

-- :query webhook_delete
DELETE FROM webhook_endpoint WHERE workspace_id = $workspace_id AND endpoint_id = $endpoint_id

-- :query webhook_set_active
UPDATE webhook_endpoint SET active = $active, stop_reason = $stop_reason, tries = 0, due_at = 0
 WHERE workspace_id = $workspace_id AND endpoint_id = $endpoint_id

-- :query webhook_rewind
UPDATE webhook_endpoint SET cursor_id = $cursor_id, tries = 0, due_at = 0
 WHERE workspace_id = $workspace_id AND endpoint_id = $endpoint_id

-- :query webhook_progress
-- by the one who has read it at $before: a cursor that was moved by hand meanwhile stays where it was put
UPDATE webhook_endpoint SET cursor_id = $cursor_id, sent_id = max(sent_id, $sent_id), tries = $tries, due_at = $due_at
 WHERE workspace_id = $workspace_id AND endpoint_id = $endpoint_id AND cursor_id = $before:int

-- :query webhook_aside_put
INSERT INTO webhook_aside (workspace_id, endpoint_id, event_id, mark, tries, due_at)
VALUES ($workspace_id, $endpoint_id, $event_id, $mark, $tries, $due_at)
ON CONFLICT (workspace_id, endpoint_id, event_id)
DO UPDATE SET mark = excluded.mark, tries = excluded.tries, due_at = excluded.due_at

-- :query webhook_aside_delete
DELETE FROM webhook_aside WHERE workspace_id = $workspace_id AND endpoint_id = $endpoint_id AND event_id = $event_id

-- :query webhook_aside_clear
DELETE FROM webhook_aside WHERE workspace_id = $workspace_id AND endpoint_id = $endpoint_id

-- :query webhook_aside_next
-- :row event_id, mark, tries, due_at
SELECT event_id, mark, tries, due_at FROM webhook_aside
 WHERE workspace_id = $workspace_id AND endpoint_id = $endpoint_id ORDER BY due_at, event_id LIMIT 1

-- :query webhook_delivery_insert
INSERT INTO webhook_delivery (workspace_id, endpoint_id, delivery_id, event_id, at, mark, tries, verdict, http_status, took_ms,
                              note)
SELECT $workspace_id, $endpoint_id, $delivery_id, $event_id, $at, $mark, $tries, $verdict, $http_status, $took_ms, $note
 WHERE EXISTS (SELECT 1 FROM webhook_endpoint WHERE workspace_id = $workspace_id AND endpoint_id = $endpoint_id)

-- :query webhook_delivery_page
-- :row delivery_id, event_id, at, mark, tries, verdict, http_status, took_ms, note, type
-- the newest first, from before a delivery on
SELECT d.delivery_id, d.event_id, d.at, d.mark, d.tries, d.verdict, d.http_status, d.took_ms, d.note, e.type
  FROM webhook_delivery d LEFT JOIN event e ON e.workspace_id = d.workspace_id AND e.event_id = d.event_id
 WHERE d.workspace_id = $workspace_id AND d.endpoint_id = $endpoint_id
   AND ($before:int IS NULL OR d.delivery_id < $before) AND ($verdict IS NULL OR d.verdict = $verdict)
 ORDER BY d.delivery_id DESC LIMIT $limit:int

-- :query webhook_delivery_since
-- :row one:int
SELECT 1 FROM webhook_delivery
 WHERE workspace_id = $workspace_id AND endpoint_id = $endpoint_id AND verdict = 'delivered' AND at > $since:int LIMIT 1

-- :query webhook_delivery_clear
DELETE FROM webhook_delivery WHERE workspace_id = $workspace_id AND endpoint_id = $endpoint_id

-- :query webhook_delivery_trim
-- all but the last so many
DELETE FROM webhook_delivery
 WHERE workspace_id = $workspace_id AND endpoint_id = $endpoint_id
   AND delivery_id <= (SELECT delivery_id FROM webhook_delivery
                        WHERE workspace_id = $workspace_id AND endpoint_id = $endpoint_id
                        ORDER BY delivery_id DESC LIMIT 1 OFFSET $n:int)
