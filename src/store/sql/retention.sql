-- What the retention clocks look at, and what they take out. Rows are looked at in the order of their ids, each once.

-- :query retention_mark_get
-- :row upto_id
SELECT upto_id FROM retention_mark WHERE workspace_id = $workspace_id AND kind = $kind

-- :query retention_mark_put
INSERT INTO retention_mark (workspace_id, kind, upto_id) VALUES ($workspace_id, $kind, $upto_id)
ON CONFLICT (workspace_id, kind) DO UPDATE SET upto_id = excluded.upto_id

-- :query retention_calls
-- :row row_id:int, since:int, busy:int
SELECT attempt_id, intent_at, attempt_state IN (3, 4, 5) FROM attempt
 WHERE workspace_id = $workspace_id AND attempt_id > $after:int ORDER BY attempt_id LIMIT $limit:int

-- :query retention_calls_forget
-- the ledger's row stays: whose it is, when, how it ended
UPDATE attempt SET number = '', digits = '', call_id = ''
 WHERE workspace_id = $workspace_id AND attempt_id > $after:int AND attempt_id <= $upto:int

-- :query retention_inbound
-- :row like retention_calls
SELECT attempt_id, began_at, ended_at IS NULL FROM inbound_call
 WHERE workspace_id = $workspace_id AND attempt_id > $after:int ORDER BY attempt_id LIMIT $limit:int

-- :query retention_inbound_forget
UPDATE inbound_call SET number = '', digits = ''
 WHERE workspace_id = $workspace_id AND attempt_id > $after:int AND attempt_id <= $upto:int

-- :query retention_messages
-- :row like retention_calls
SELECT message_id, intent_at, message_state IN (1, 2) FROM message
 WHERE workspace_id = $workspace_id AND message_id > $after:int ORDER BY message_id LIMIT $limit:int

-- :query retention_messages_forget
UPDATE message SET number = '', body = ''
 WHERE workspace_id = $workspace_id AND message_id > $after:int AND message_id <= $upto:int

-- :query retention_events
-- :row like retention_calls
SELECT event_id, at, 0 FROM event
 WHERE workspace_id = $workspace_id AND event_id > $after:int ORDER BY event_id LIMIT $limit:int

-- :query retention_events_forget
UPDATE event SET data = '{}'
 WHERE workspace_id = $workspace_id AND event_id > $after:int AND event_id <= $upto:int
   AND talent_id IS NOT NULL AND substr(type, 1, 7) <> 'person.' AND data <> '{}'

-- :query retention_log_forget
UPDATE event SET data = '{}'
 WHERE workspace_id = $workspace_id AND event_id > $after:int AND event_id <= $upto:int
   AND talent_id IS NOT NULL AND substr(type, 1, 7) = 'person.' AND data <> '{}'

-- :query retention_deliveries_forget
UPDATE webhook_delivery SET note = ''
 WHERE workspace_id = $workspace_id AND (endpoint_id, delivery_id) IN (
       SELECT endpoint_id, delivery_id FROM webhook_delivery
        WHERE workspace_id = $workspace_id AND note <> '' AND at < $until:int LIMIT $limit:int)

-- :query retention_people
-- :row talent_id, since:int
-- when something was last heard of each: whatever happens to somebody writes an event
SELECT t.talent_id, max(t.created_at, coalesce((SELECT e.at FROM event e INDEXED BY event_of_talent
                                                 WHERE e.workspace_id = t.workspace_id AND e.talent_id = t.talent_id
                                                 ORDER BY e.event_id DESC LIMIT 1), 0))
  FROM talent t
 WHERE t.workspace_id = $workspace_id AND t.talent_id > $after:int ORDER BY t.talent_id LIMIT $limit:int
