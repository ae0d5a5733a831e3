-- What the policy asks before a call, and what a workspace's operator has set.

-- :query workspace_get
-- :row company_id, is_live, country
SELECT w.company_id, w.is_live, c.country
  FROM workspace w JOIN company c ON c.company_id = w.company_id WHERE w.workspace_id = $workspace_id

-- :query workspace_settings
-- :row name, setting
SELECT name, setting FROM workspace_setting WHERE workspace_id = $workspace_id ORDER BY name

-- :query workspace_setting_get
-- :row setting
SELECT setting FROM workspace_setting WHERE workspace_id = $workspace_id AND name = $name

-- :query workspace_setting_put
INSERT INTO workspace_setting (workspace_id, name, setting, set_at) VALUES ($workspace_id, $name, $setting, $set_at)
ON CONFLICT (workspace_id, name) DO UPDATE SET setting = excluded.setting, set_at = excluded.set_at

-- :query workspace_setting_delete
DELETE FROM workspace_setting WHERE workspace_id = $workspace_id AND name = $name

-- :query workspace_day_get
-- :row calls, talked_ms, texts
SELECT calls, talked_ms, texts FROM workspace_day WHERE workspace_id = $workspace_id AND day = $day

-- :query workspace_day_add
INSERT INTO workspace_day (workspace_id, day, calls, talked_ms) VALUES ($workspace_id, $day, $calls, $talked_ms)
ON CONFLICT (workspace_id, day) DO UPDATE SET calls = workspace_day.calls + excluded.calls,
              talked_ms = workspace_day.talked_ms + excluded.talked_ms

-- :query due_wake
UPDATE due INDEXED BY due_policy_wait SET due_at = $due_at, policy_wait = 0
 WHERE workspace_id = $workspace_id AND policy_wait = 1 AND due_state IN (1, 3) AND due_at > $due_at

-- :query due_wake_person
UPDATE due SET due_at = $due_at, policy_wait = 0
 WHERE workspace_id = $workspace_id AND campaign_id IN (SELECT campaign_id FROM campaign WHERE workspace_id = $workspace_id)
   AND talent_id = $talent_id AND policy_wait = 1 AND due_state IN (1, 3) AND due_at > $due_at

-- :query dial_lead
-- :row number, phone, email, removed, attempts, status, purpose, timezone, call_type, verified_at, country, busy:int
-- a call nobody saw the end of may still ring
SELECT l.number, l.phone, l.email, l.removed, l.attempts, c.status, c.purpose, c.timezone, c.call_type, n.verified_at, s.country,
       EXISTS (SELECT 1 FROM person_lock p WHERE p.workspace_id = l.workspace_id AND p.number = l.number) OR
       EXISTS (SELECT 1 FROM attempt a WHERE a.workspace_id = l.workspace_id AND a.number = l.number
                  AND a.attempt_state = 7 AND a.intent_at > $unsure_since:int)
  FROM lead l
  JOIN campaign c ON c.workspace_id = l.workspace_id AND c.campaign_id = l.campaign_id
  LEFT JOIN caller_number n ON n.workspace_id = c.workspace_id AND n.number = c.caller_number
  LEFT JOIN site s ON s.company_id = $company_id AND s.site_id = c.site_id
 WHERE l.workspace_id = $workspace_id AND l.campaign_id = $campaign_id AND l.talent_id = $talent_id

-- :query calls_of_number
-- :row intent_at
-- the last calls to a number that count, the newest first
SELECT intent_at FROM attempt INDEXED BY attempt_of_number
 WHERE workspace_id = $workspace_id AND number = $number AND counted = 1 AND intent_at > $since:int
 ORDER BY intent_at DESC LIMIT $limit:int

-- :query calls_of_talent
-- :row like calls_of_number
SELECT intent_at FROM attempt INDEXED BY attempt_of_talent
 WHERE workspace_id = $workspace_id AND talent_id = $talent_id AND counted = 1 AND intent_at > $since:int
 ORDER BY intent_at DESC LIMIT $limit:int

-- :query attempts_counted
-- :row n:int
SELECT count(*) FROM attempt INDEXED BY attempt_of_lead
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND talent_id = $talent_id AND counted = 1

-- :query attempt_uncount
UPDATE attempt SET counted = 0 WHERE workspace_id = $workspace_id AND attempt_id = $attempt_id AND counted = 1
