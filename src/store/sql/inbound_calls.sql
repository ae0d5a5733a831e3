-- People who call one of our numbers.

-- :query inbound_trunk
-- :row workspace_id, country
-- :across a call from outside names the trunk it came by only
SELECT w.workspace_id, c.country FROM trunk t
  JOIN workspace w ON w.workspace_id = t.workspace_id
  JOIN company c ON c.company_id = w.company_id
 WHERE t.trunk_id = $trunk_id AND w.is_live = 1

-- :query inbound_number
-- :row one:int
SELECT 1 FROM caller_number WHERE workspace_id = $workspace_id AND number = $number AND verified_at IS NOT NULL

-- :query inbound_lead
-- :row campaign_id, talent_id
-- whom we called last at that number
SELECT campaign_id, talent_id FROM attempt INDEXED BY attempt_of_number
 WHERE workspace_id = $workspace_id AND number = $number AND counted = 1 ORDER BY intent_at DESC LIMIT 1

-- :query inbound_standing
-- :row title, job_title, status, removed, submitted, lead_state, reason, email, purpose
SELECT c.title, c.job_title, c.status, l.removed, l.submitted, l.lead_state, l.reason, l.email, c.purpose
  FROM lead l JOIN campaign c ON c.workspace_id = l.workspace_id AND c.campaign_id = l.campaign_id
 WHERE l.workspace_id = $workspace_id AND l.campaign_id = $campaign_id AND l.talent_id = $talent_id

-- :query inbound_insert
INSERT INTO inbound_call (workspace_id, attempt_id, campaign_id, talent_id, number, own_number, trunk_id, resumed, outcome,
                          answer, digits, offered, chosen, person, talk_ms, began_at, ended_at)
VALUES ($workspace_id, $attempt_id, $campaign_id, $talent_id, $number, $own_number, $trunk_id, $resumed, 0, 0, '', 0, 0, 0, 0,
        $began_at, NULL)

-- :query inbound_live
-- :row campaign_id, talent_id, number
SELECT campaign_id, talent_id, number FROM inbound_call
 WHERE workspace_id = $workspace_id AND attempt_id = $attempt_id AND ended_at IS NULL

-- :query inbound_end
UPDATE inbound_call SET outcome = $outcome, answer = $answer, digits = $digits, offered = $offered, chosen = $chosen,
       person = $person, talk_ms = $talk_ms, ended_at = $now:int
 WHERE workspace_id = $workspace_id AND attempt_id = $attempt_id AND ended_at IS NULL

-- :query inbound_left
-- :row workspace_id, attempt_id
-- :across a server that starts has no call under way
SELECT workspace_id, attempt_id FROM inbound_call WHERE ended_at IS NULL ORDER BY attempt_id LIMIT $limit:int

-- :query inbound_decided
-- :row answer, person
-- what the lead has said by calling us since then, the last word first
SELECT answer, person FROM inbound_call
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND talent_id = $talent_id AND ended_at >= $since:int
   AND (answer IN (1, 2, 3) OR person > 0)
 ORDER BY attempt_id DESC LIMIT 1

-- :query lead_inbound
-- :row attempt_id, began_at, ended_at, outcome, answer, digits, talk_ms, offered, person, resumed,
--      start_at
SELECT a.attempt_id, a.began_at, a.ended_at, a.outcome, a.answer, a.digits, a.talk_ms, a.offered, a.person, a.resumed, p.start_at
  FROM inbound_call a
  LEFT JOIN appointment p ON p.workspace_id = a.workspace_id AND p.campaign_id = a.campaign_id AND p.slot_no = a.chosen
 WHERE a.workspace_id = $workspace_id AND a.campaign_id = $campaign_id AND a.talent_id = $talent_id
 ORDER BY a.attempt_id
