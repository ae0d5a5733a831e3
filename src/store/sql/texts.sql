-- Texts: the queue of what is to be sent, and the ledger of messages.

-- :query text_due_put
-- nothing happens when it is there, or has been sent
INSERT INTO text_due (workspace_id, campaign_id, talent_id, message_kind, attempt_id, due_at, reason)
SELECT $workspace_id, $campaign_id, $talent_id, $message_kind, $attempt_id, $due_at, ''
 WHERE NOT EXISTS (SELECT 1 FROM message
                    WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND talent_id = $talent_id
                      AND message_kind = $message_kind AND attempt_id = $attempt_id)
ON CONFLICT DO NOTHING

-- :query text_due_put_new
-- of people who are new, and were sent nothing: those with these ids
INSERT INTO text_due (workspace_id, campaign_id, talent_id, message_kind, attempt_id, due_at, reason)
SELECT workspace_id, campaign_id, talent_id, $message_kind, 0, $due_at, '' FROM lead
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND talent_id BETWEEN $first:int AND $last:int
   AND number IS NOT NULL AND submitted = 0

-- :query text_due_fill
-- a campaign has got its reminder's text: for those not called yet
INSERT INTO text_due (workspace_id, campaign_id, talent_id, message_kind, attempt_id, due_at, reason)
SELECT d.workspace_id, d.campaign_id, d.talent_id, 1, 0, d.due_at, ''
  FROM due d JOIN lead l ON l.workspace_id = d.workspace_id AND l.campaign_id = d.campaign_id AND l.talent_id = d.talent_id
 WHERE d.workspace_id = $workspace_id AND d.campaign_id = $campaign_id AND l.attempts = 0
   AND NOT EXISTS (SELECT 1 FROM message m
                    WHERE m.workspace_id = d.workspace_id AND m.campaign_id = d.campaign_id AND m.talent_id = d.talent_id
                      AND m.message_kind = 1 AND m.attempt_id = 0)
ON CONFLICT DO NOTHING

-- :query text_due_follow
-- the calls were planned anew: the reminder's text goes with the first of them
UPDATE text_due SET due_at = (SELECT d.due_at FROM due d
                               WHERE d.workspace_id = text_due.workspace_id AND d.campaign_id = text_due.campaign_id
                                 AND d.talent_id = text_due.talent_id)
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND message_kind = 1
   AND EXISTS (SELECT 1 FROM due d
                WHERE d.workspace_id = text_due.workspace_id AND d.campaign_id = text_due.campaign_id
                  AND d.talent_id = text_due.talent_id)

-- :query text_due_delete
DELETE FROM text_due
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND talent_id = $talent_id
   AND message_kind = $message_kind AND attempt_id = $attempt_id

-- :query text_due_forget
-- all of a lead's
DELETE FROM text_due WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND talent_id = $talent_id

-- :query text_due_wait
UPDATE text_due SET due_at = $due_at, reason = $reason
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND talent_id = $talent_id
   AND message_kind = $message_kind AND attempt_id = $attempt_id

-- :query text_due_wake
-- the policy has changed: what it held back is looked at again
UPDATE text_due SET due_at = $due_at WHERE workspace_id = $workspace_id AND reason NOT IN ('', 'CAMPAIGN_NOT_RUNNING')
   AND due_at > $due_at

-- :query text_due_wake_person
UPDATE text_due SET due_at = $due_at
 WHERE workspace_id = $workspace_id AND campaign_id IN (SELECT campaign_id FROM campaign WHERE workspace_id = $workspace_id)
   AND talent_id = $talent_id AND reason = $reason AND due_at > $due_at

-- :query text_due_resume
-- the campaign runs again
UPDATE text_due SET due_at = $due_at, reason = ''
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND reason = $reason

-- :query text_due_first
-- :row due_at
SELECT due_at FROM text_due WHERE workspace_id = $workspace_id ORDER BY due_at LIMIT 1

-- :query text_due_ready
-- :row campaign_id, talent_id, message_kind, attempt_id
SELECT campaign_id, talent_id, message_kind, attempt_id FROM text_due
 WHERE workspace_id = $workspace_id AND due_at <= $now:int ORDER BY due_at LIMIT $limit:int

-- :query text_lead
-- :row email, first_name, last_name, submitted
SELECT email, first_name, last_name, submitted FROM lead
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND talent_id = $talent_id AND removed = 0

-- :query message_insert
INSERT INTO message (workspace_id, message_id, campaign_id, talent_id, message_kind, attempt_id, message_state, number,
                     own_number, body, provider, provider_ref, reason, tries, due_at, intent_at, settled_at)
VALUES ($workspace_id, $message_id, $campaign_id, $talent_id, $message_kind, $attempt_id, $message_state, $number,
        $own_number, $body, $provider, $provider_ref, $reason, $tries, $intent_at, $intent_at, $settled_at)
ON CONFLICT DO NOTHING

-- :query message_get
-- :row message_state, campaign_id, talent_id, attempt_id, number, own_number, body, provider_ref, tries
SELECT message_state, campaign_id, talent_id, attempt_id, number, own_number, body, provider_ref, tries FROM message
 WHERE workspace_id = $workspace_id AND message_id = $message_id

-- :query message_move
UPDATE message SET message_state = $message_state, provider_ref = $provider_ref, reason = $reason, tries = $tries,
       due_at = $due_at, settled_at = $settled_at
 WHERE workspace_id = $workspace_id AND message_id = $message_id

-- :query message_by_ref
-- :row workspace_id, message_id
-- :across a report names a message by the provider's reference, which is unique
SELECT workspace_id, message_id FROM message WHERE provider = $provider AND provider_ref = $provider_ref

-- :query message_workspace
-- :row workspace_id
-- :across a message is known by its id alone, which is unique in the server
SELECT w.workspace_id FROM workspace w JOIN message m ON m.workspace_id = w.workspace_id AND m.message_id = $message_id

-- :query message_open
-- :row workspace_id, message_id
-- :across a server that starts looks at every message whose answer was awaited
SELECT workspace_id, message_id FROM message INDEXED BY message_open
 WHERE message_state IN (1, 2) AND message_state = 1 ORDER BY workspace_id, message_id LIMIT 500

-- :query message_retry
-- :row message_id, campaign_id, talent_id
SELECT message_id, campaign_id, talent_id FROM message INDEXED BY message_open
 WHERE workspace_id = $workspace_id AND message_state IN (1, 2) AND message_state = 2 AND due_at <= $now:int LIMIT $limit:int

-- :query message_retry_first
-- :row due_at
SELECT due_at FROM message INDEXED BY message_open
 WHERE workspace_id = $workspace_id AND message_state IN (1, 2) AND message_state = 2 ORDER BY due_at LIMIT 1

-- :query message_last_to
-- :row campaign_id, talent_id
-- whom a number belongs to: whoever was written to last
SELECT campaign_id, talent_id FROM message
 WHERE workspace_id = $workspace_id AND number = $number AND talent_id > 0 ORDER BY intent_at DESC LIMIT 1

-- :query texts_of_number
-- :row intent_at
-- texts that count: those a person has or may have
SELECT intent_at FROM message
 WHERE workspace_id = $workspace_id AND number = $number AND message_kind IN (1, 2)
   AND message_state IN (1, 2, 3, 4, 5, 7) AND intent_at > $since:int
 ORDER BY intent_at DESC LIMIT $limit:int

-- :query message_count
-- :row n:int
SELECT count(*) FROM message
 WHERE workspace_id = $workspace_id AND ($campaign_id IS NULL OR campaign_id = $campaign_id)
   AND ($number IS NULL OR number = $number)

-- :query message_page
-- :row message_id, campaign_id, talent_id, message_kind, attempt_id, message_state, number, own_number, body, provider,
--      provider_ref, reason, tries, intent_at, settled_at
SELECT message_id, campaign_id, talent_id, message_kind, attempt_id, message_state, number, own_number, body, provider,
       provider_ref, reason, tries, intent_at, settled_at FROM message
 WHERE workspace_id = $workspace_id AND ($campaign_id IS NULL OR campaign_id = $campaign_id)
   AND ($number IS NULL OR number = $number)
 ORDER BY message_id DESC LIMIT $limit:int OFFSET $offset:int

-- :query workspace_day_text
INSERT INTO workspace_day (workspace_id, day, calls, talked_ms, texts) VALUES ($workspace_id, $day, 0, 0, 1)
ON CONFLICT (workspace_id, day) DO UPDATE SET texts = workspace_day.texts + 1

-- :query workspaces_with_number
-- :row workspace_id
-- :across a text from outside names our number only
SELECT w.workspace_id FROM workspace w
  JOIN caller_number n ON n.workspace_id = w.workspace_id AND n.number = $number
 WHERE w.is_live = 1 ORDER BY w.workspace_id

-- :query workspaces_live
-- :row workspace_id
-- :across a number all workspaces share
SELECT workspace_id FROM workspace WHERE is_live = 1 ORDER BY workspace_id

-- :query workspace_company
-- :row name
SELECT m.name FROM workspace w JOIN company m ON m.company_id = w.company_id WHERE w.workspace_id = $workspace_id

-- :query suppression_lift
DELETE FROM suppression WHERE workspace_id = $workspace_id AND kind = $kind AND target = $target AND reason = $reason
