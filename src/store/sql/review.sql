-- Attempts whose end nobody saw, and what a person found out about them.

-- :query review_count
-- :row n:int
SELECT count(*) FROM attempt INDEXED BY attempt_unknown
 WHERE workspace_id = $workspace_id AND attempt_state = 7 AND reviewed_at IS NULL
   AND ($campaign_id IS NULL OR campaign_id = $campaign_id)

-- :query review_count_all
-- :row n:int
-- :across a figure of the server
SELECT count(*) FROM attempt INDEXED BY attempt_unknown WHERE attempt_state = 7 AND reviewed_at IS NULL

-- :query review_page
-- :row attempt_id, campaign_id, talent_id, attempt_no, slot, number, trunk_id, call_id, intent_at, ended_at, first_name, last_name, email
SELECT a.attempt_id, a.campaign_id, a.talent_id, a.attempt_no, a.slot, a.number, a.trunk_id, a.call_id, a.intent_at,
       a.ended_at, l.first_name, l.last_name, l.email
  FROM attempt a INDEXED BY attempt_unknown
  JOIN lead l ON l.workspace_id = a.workspace_id AND l.campaign_id = a.campaign_id AND l.talent_id = a.talent_id
 WHERE a.workspace_id = $workspace_id AND a.attempt_state = 7 AND a.reviewed_at IS NULL
   AND ($campaign_id IS NULL OR a.campaign_id = $campaign_id)
 ORDER BY a.attempt_id LIMIT $limit:int OFFSET $offset:int

-- :query review_next
-- :row attempt_id
SELECT attempt_id FROM attempt INDEXED BY attempt_unknown
 WHERE workspace_id = $workspace_id AND attempt_state = 7 AND reviewed_at IS NULL
   AND ($campaign_id IS NULL OR campaign_id = $campaign_id)
 ORDER BY attempt_id LIMIT $limit:int

-- :query review_settle
UPDATE attempt SET attempt_state = $attempt_state, outcome = $outcome, reviewed_at = $now:int
 WHERE workspace_id = $workspace_id AND attempt_id = $attempt_id

-- :query review_get
-- :row attempt_state, reviewed_at
SELECT attempt_state, reviewed_at FROM attempt WHERE workspace_id = $workspace_id AND attempt_id = $attempt_id

-- :query due_presumed
-- :row workspace_id, campaign_id, talent_id, due_at, slot, retries, fence, number, attempts, removed, caller_number
-- :across a restored copy: what its lost sequel may have dialled, whoever's it is; a cancelled campaign dials nobody
SELECT d.workspace_id, d.campaign_id, d.talent_id, d.due_at, d.slot, d.retries, d.fence, l.number, l.attempts, l.removed,
       c.caller_number
  FROM due d
  JOIN lead l ON l.workspace_id = d.workspace_id AND l.campaign_id = d.campaign_id AND l.talent_id = d.talent_id
  JOIN campaign c ON c.workspace_id = d.workspace_id AND c.campaign_id = d.campaign_id
 WHERE d.due_at <= $now:int AND l.removed = 0 AND l.number IS NOT NULL AND c.status <> 'CANCELLED'
 LIMIT $limit:int

-- :query fact_get
-- :row value
SELECT value FROM fact WHERE name = $name

-- :query fact_set
INSERT INTO fact (name, value) VALUES ($name, $value) ON CONFLICT (name) DO UPDATE SET value = excluded.value

-- :query fact_delete
DELETE FROM fact WHERE name = $name

-- :query counter_leap
-- ids given out after the copy was made are known outside and must not come again
UPDATE counter SET next_id = next_id + $n:int

-- :query copy_counts
-- :row campaigns:int, leads:int, attempts:int
-- :across figures of a copy
SELECT (SELECT count(*) FROM campaign), (SELECT count(*) FROM lead), (SELECT count(*) FROM attempt)
