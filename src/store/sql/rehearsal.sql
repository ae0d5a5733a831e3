-- What a rehearsal reads of a campaign before and after.

-- :query rehearsal_begin
-- :row begin_at:int, leads:int
-- the first slot, or where the calls made so far have left the campaign
SELECT coalesce((SELECT max(max(a.intent_at, coalesce(a.ended_at, 0))) FROM attempt a
                  WHERE a.workspace_id = $workspace_id AND a.campaign_id = $campaign_id),
                (SELECT min(slot_at) FROM campaign_slot
                  WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id)),
       (SELECT count(*) FROM lead WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND removed = 0)

-- :query rehearsal_due
-- :row due_at
SELECT due_at FROM due WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id LIMIT 1

-- :query rehearsal_hours
-- :row hour:int, calls:int, answered:int
SELECT intent_at / 3600000, count(*), count(answered_at) FROM attempt
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND attempt_id > $attempt_id
 GROUP BY intent_at / 3600000 ORDER BY intent_at / 3600000

-- :query rehearsal_outcomes
-- :row outcome, calls:int
SELECT outcome, count(*) FROM attempt
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND attempt_id > $attempt_id
 GROUP BY outcome ORDER BY outcome

-- :query rehearsal_last_attempt
-- :row attempt_id:int, ended_at:int
SELECT coalesce(max(attempt_id), 0), coalesce(max(ended_at), 0) FROM attempt WHERE workspace_id = $workspace_id

-- :query rehearsal_unreached
-- :row talent_id, first_name, last_name, phone, reason, lead_state, attempts, outcome
-- whom nobody will have spoken to: no call of theirs was answered
SELECT l.talent_id, l.first_name, l.last_name, l.phone, l.reason, l.lead_state, l.attempts,
       coalesce((SELECT a.outcome FROM attempt a
                  WHERE a.workspace_id = l.workspace_id AND a.campaign_id = l.campaign_id
                    AND a.talent_id = l.talent_id ORDER BY a.attempt_no DESC LIMIT 1), 0)
  FROM lead l
 WHERE l.workspace_id = $workspace_id AND l.campaign_id = $campaign_id AND l.removed = 0
   AND NOT EXISTS (SELECT 1 FROM attempt a
                    WHERE a.workspace_id = l.workspace_id AND a.campaign_id = l.campaign_id
                      AND a.talent_id = l.talent_id AND a.attempt_no > 0 AND a.answered_at IS NOT NULL)
 ORDER BY l.talent_id
