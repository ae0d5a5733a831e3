-- What happened, in order.

-- :query event_insert
INSERT INTO event (workspace_id, event_id, at, type, campaign_id, talent_id, attempt_id, data)
VALUES ($workspace_id, $event_id, $at, $type, $campaign_id, $talent_id, $attempt_id, $data)

-- :query event_insert_new_leads
-- one for each of a campaign's leads whose people have these ids, and have it all before them
INSERT INTO event (workspace_id, event_id, at, type, campaign_id, talent_id, attempt_id, data)
SELECT workspace_id, $event_id + talent_id - $first:int, $at, $type, campaign_id, talent_id, NULL, $data FROM lead
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND talent_id BETWEEN $first AND $last:int
   AND submitted = 0

-- :query event_feed
-- :row event_id, at, type, campaign_id, talent_id, attempt_id, data
SELECT event_id, at, type, campaign_id, talent_id, attempt_id, data FROM event
 WHERE workspace_id = $workspace_id AND event_id > $after:int ORDER BY event_id LIMIT $limit:int

-- :query event_get
-- :row like event_feed
SELECT event_id, at, type, campaign_id, talent_id, attempt_id, data FROM event
 WHERE workspace_id = $workspace_id AND event_id = $event_id

-- :query event_last
-- :row event_id
SELECT event_id FROM event WHERE workspace_id = $workspace_id ORDER BY event_id DESC LIMIT 1

-- :query event_of_person
-- :row like event_feed
SELECT event_id, at, type, campaign_id, talent_id, attempt_id, data FROM event INDEXED BY event_of_talent
 WHERE workspace_id = $workspace_id AND talent_id = $talent_id ORDER BY event_id

-- :query campaign_anybody_left
-- :row one:int
-- somebody is due, or being called
SELECT 1 FROM due WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id
UNION ALL
SELECT 1 FROM attempt INDEXED BY attempt_live
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND attempt_state IN (3, 4, 5)
LIMIT 1
