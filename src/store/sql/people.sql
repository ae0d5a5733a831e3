-- All that is held of a person, and erasing it. Parameters in this order everywhere: the workspace, the person.

-- :query people_with_email
-- :row talent_id
SELECT talent_id FROM talent WHERE workspace_id = $workspace_id AND email_key = $email_key

-- :query people_with_number
-- :row talent_id
SELECT l.talent_id FROM campaign c
  JOIN lead l ON l.workspace_id = c.workspace_id AND l.campaign_id = c.campaign_id AND l.number = $number AND l.removed = 0
 WHERE c.workspace_id = $workspace_id
UNION
SELECT talent_id FROM lead INDEXED BY lead_removed_number
 WHERE workspace_id = $workspace_id AND number = $number AND removed = 1
UNION
SELECT talent_id FROM attempt INDEXED BY attempt_of_number
 WHERE workspace_id = $workspace_id AND number = $number AND counted = 1

-- :query person_identity
-- :row talent_id, email, first_name, last_name, phone, linkedin, created_at
SELECT talent_id, email, first_name, last_name, phone, linkedin, created_at FROM talent
 WHERE workspace_id = $workspace_id AND talent_id = $talent_id

-- :query person_leads
-- :row campaign_id, title, email, first_name, last_name, phone, number, bucket, completed, submitted, lead_state, reason,
--      attempts, removed, added_at, updated_at, due_at
SELECT l.campaign_id, c.title, l.email, l.first_name, l.last_name, l.phone, l.number, l.bucket, l.completed, l.submitted,
       l.lead_state, l.reason, l.attempts, l.removed, l.added_at, l.updated_at, d.due_at
  FROM campaign c
  JOIN lead l ON l.workspace_id = c.workspace_id AND l.campaign_id = c.campaign_id
  LEFT JOIN due d ON d.workspace_id = l.workspace_id AND d.campaign_id = l.campaign_id AND d.talent_id = l.talent_id
 WHERE c.workspace_id = $workspace_id AND l.talent_id = $talent_id ORDER BY l.campaign_id

-- :query person_attempts
-- :row attempt_id, campaign_id, attempt_no, number, caller_number, call_id, attempt_state, outcome, answer, digits, disclosed,
--      intent_at, ringing_at, answered_at, ended_at, sip_status, talk_ms
SELECT a.attempt_id, a.campaign_id, a.attempt_no, a.number, a.caller_number, a.call_id, a.attempt_state, a.outcome, a.answer,
       a.digits, a.disclosed, a.intent_at, a.ringing_at, a.answered_at, a.ended_at, a.sip_status, a.talk_ms
  FROM campaign c
  JOIN attempt a ON a.workspace_id = c.workspace_id AND a.campaign_id = c.campaign_id
 WHERE c.workspace_id = $workspace_id AND a.talent_id = $talent_id ORDER BY a.attempt_id

-- :query person_inbound
-- :row attempt_id, campaign_id, number, own_number, outcome, answer, digits, began_at, ended_at, talk_ms
-- their calls to us
SELECT i.attempt_id, i.campaign_id, i.number, i.own_number, i.outcome, i.answer, i.digits, i.began_at, i.ended_at, i.talk_ms
  FROM campaign c
  JOIN inbound_call i INDEXED BY inbound_call_of_lead ON i.workspace_id = $workspace_id AND i.campaign_id = c.campaign_id
                                                     AND i.talent_id = $talent_id
 WHERE c.workspace_id = $workspace_id ORDER BY i.attempt_id

-- :query person_transcripts
-- :row attempt_id, provider, session_ms, keep_until, transcript
SELECT i.attempt_id, i.provider, i.session_ms, i.keep_until, i.transcript
  FROM campaign c
  JOIN attempt a ON a.workspace_id = c.workspace_id AND a.campaign_id = c.campaign_id
  JOIN ai_call i ON i.workspace_id = a.workspace_id AND i.attempt_id = a.attempt_id
 WHERE c.workspace_id = $workspace_id AND a.talent_id = $talent_id ORDER BY i.attempt_id

-- :query person_bookings
-- :row campaign_id, start_at, end_at, booked_at
SELECT b.campaign_id, p.start_at, p.end_at, b.booked_at
  FROM campaign c
  JOIN booking b ON b.workspace_id = c.workspace_id AND b.campaign_id = c.campaign_id
  JOIN appointment p ON p.workspace_id = b.workspace_id AND p.campaign_id = b.campaign_id AND p.slot_no = b.slot_no
 WHERE c.workspace_id = $workspace_id AND b.talent_id = $talent_id ORDER BY b.campaign_id

-- :query person_consent
-- :row source, wording, consented_at, recorded_at
SELECT source, wording, consented_at, recorded_at FROM consent WHERE workspace_id = $workspace_id AND talent_id = $talent_id

-- :query person_planned_texts
-- :row campaign_id, message_kind, due_at, reason
SELECT t.campaign_id, t.message_kind, t.due_at, t.reason
  FROM campaign c
  JOIN text_due t ON t.workspace_id = c.workspace_id AND t.campaign_id = c.campaign_id
 WHERE c.workspace_id = $workspace_id AND t.talent_id = $talent_id ORDER BY t.due_at

-- :query person_messages
-- :row message_id, campaign_id, message_kind, message_state, number, own_number, body, reason, intent_at, settled_at
SELECT message_id, campaign_id, message_kind, message_state, number, own_number, body, reason, intent_at, settled_at
  FROM message INDEXED BY message_of_talent
 WHERE workspace_id = $workspace_id AND talent_id = $talent_id AND talent_id > 0 ORDER BY message_id

-- :query person_deliveries
-- :row endpoint_id, event_id, at, verdict, note
SELECT endpoint_id, event_id, at, verdict, note FROM webhook_delivery
 WHERE workspace_id = $workspace_id AND note <> '' AND event_id IN (
       SELECT event_id FROM event INDEXED BY event_of_talent WHERE workspace_id = $workspace_id AND talent_id = $talent_id)
 ORDER BY delivery_id

-- :query person_asides
-- :row endpoint_id, event_id, mark, tries
SELECT endpoint_id, event_id, mark, tries FROM webhook_aside
 WHERE workspace_id = $workspace_id AND event_id IN (
       SELECT event_id FROM event INDEXED BY event_of_talent WHERE workspace_id = $workspace_id AND talent_id = $talent_id)
 ORDER BY event_id

-- :query person_is_busy
-- :row one:int
-- a call to them is on, or a text is on its way: its end would write of them anew
SELECT 1 FROM attempt INDEXED BY attempt_live
 WHERE workspace_id = $workspace_id AND talent_id = $talent_id AND attempt_state IN (3, 4, 5)
UNION ALL
SELECT 1 FROM inbound_call INDEXED BY inbound_call_live
 WHERE workspace_id = $workspace_id AND talent_id = $talent_id AND ended_at IS NULL
UNION ALL
SELECT 1 FROM message INDEXED BY message_of_talent
 WHERE workspace_id = $workspace_id AND talent_id = $talent_id AND talent_id > 0 AND message_state = 1
LIMIT 1

-- What is held under a number or a folded address alone. Parameters: the workspace, the target.

-- :query target_messages
-- :row like person_messages
-- texts of a number nobody is known to have
SELECT message_id, campaign_id, message_kind, message_state, number, own_number, body, reason, intent_at, settled_at
  FROM message INDEXED BY message_of_number
 WHERE workspace_id = $workspace_id AND number = $target AND talent_id = 0 ORDER BY message_id

-- :query target_inbound
-- :row like person_inbound
-- calls to us from a number nobody had called yet
SELECT attempt_id, campaign_id, number, own_number, outcome, answer, digits, began_at, ended_at, talk_ms
  FROM inbound_call INDEXED BY inbound_call_of_number
 WHERE workspace_id = $workspace_id AND number = $target AND talent_id = 0 ORDER BY attempt_id

-- :query target_is_busy
-- :row one:int
SELECT 1 FROM inbound_call INDEXED BY inbound_call_of_number
 WHERE workspace_id = $workspace_id AND number = $target AND ended_at IS NULL

-- :query target_assessments
-- :row assessment_test_id, link, submitted_at
SELECT assessment_test_id, link, submitted_at FROM assessment_taker INDEXED BY assessment_taker_of
 WHERE workspace_id = $workspace_id AND email_key = $target ORDER BY assessment_test_id

-- :query target_suppressions
-- :row kind, target, scope, reason, created_at
SELECT kind, target, scope, reason, created_at FROM suppression
 WHERE workspace_id = $workspace_id AND kind IN ('number', 'email') AND target = $target ORDER BY scope

-- :query target_answers
-- :row created_at, http_status
-- answers kept under an Idempotency-Key that name the target, for a day at most
SELECT created_at, http_status FROM kept_answer
 WHERE workspace_id = $workspace_id AND instr(lower(body), $target) > 0 ORDER BY created_at

-- :query consent_put
INSERT INTO consent (workspace_id, talent_id, source, wording, consented_at, recorded_at)
VALUES ($workspace_id, $talent_id, $source, $wording, $consented_at, $recorded_at)
ON CONFLICT (workspace_id, talent_id)
DO UPDATE SET source = excluded.source, wording = excluded.wording, consented_at = excluded.consented_at,
              recorded_at = excluded.recorded_at

-- :query erasure_key_get
-- :row secret
SELECT secret FROM erasure_key WHERE workspace_id = $workspace_id

-- :query erasure_key_put
INSERT INTO erasure_key (workspace_id, secret) VALUES ($workspace_id, $secret) ON CONFLICT (workspace_id) DO NOTHING

-- :query erase_deliveries
-- the log of deliveries goes on counting; what the endpoints answered is taken out of it
UPDATE webhook_delivery SET note = ''
 WHERE workspace_id = $workspace_id AND note <> '' AND event_id IN (
       SELECT event_id FROM event INDEXED BY event_of_talent WHERE workspace_id = $workspace_id AND talent_id = $talent_id)

-- :query erase_asides
DELETE FROM webhook_aside
 WHERE workspace_id = $workspace_id AND event_id IN (
       SELECT event_id FROM event INDEXED BY event_of_talent WHERE workspace_id = $workspace_id AND talent_id = $talent_id)

-- :query erase_events
DELETE FROM event WHERE workspace_id = $workspace_id AND event_id IN (
       SELECT event_id FROM event INDEXED BY event_of_talent WHERE workspace_id = $workspace_id AND talent_id = $talent_id)

-- :query erase_ai_calls
-- what they have cost stays in the totals
DELETE FROM ai_call WHERE workspace_id = $workspace_id AND attempt_id IN (
       SELECT a.attempt_id FROM campaign c
         JOIN attempt a ON a.workspace_id = c.workspace_id AND a.campaign_id = c.campaign_id
        WHERE c.workspace_id = $workspace_id AND a.talent_id = $talent_id)

-- :query erase_messages
DELETE FROM message WHERE workspace_id = $workspace_id AND message_id IN (
       SELECT message_id FROM message INDEXED BY message_of_talent
        WHERE workspace_id = $workspace_id AND talent_id = $talent_id AND talent_id > 0)

-- :query erase_attempts
DELETE FROM attempt WHERE workspace_id = $workspace_id AND attempt_id IN (
       SELECT a.attempt_id FROM campaign c
         JOIN attempt a ON a.workspace_id = c.workspace_id AND a.campaign_id = c.campaign_id
        WHERE c.workspace_id = $workspace_id AND a.talent_id = $talent_id)

-- :query erase_inbound
DELETE FROM inbound_call WHERE workspace_id = $workspace_id AND attempt_id IN (
       SELECT i.attempt_id FROM campaign c
         JOIN inbound_call i INDEXED BY inbound_call_of_lead ON i.workspace_id = c.workspace_id AND i.campaign_id = c.campaign_id
                                                            AND i.talent_id = $talent_id
        WHERE c.workspace_id = $workspace_id)

-- :query erase_leads
DELETE FROM lead WHERE workspace_id = $workspace_id AND campaign_id IN (
       SELECT campaign_id FROM campaign WHERE workspace_id = $workspace_id) AND talent_id = $talent_id

-- :query erase_consent
DELETE FROM consent WHERE workspace_id = $workspace_id AND talent_id = $talent_id

-- :query erase_talent
DELETE FROM talent WHERE workspace_id = $workspace_id AND talent_id = $talent_id

-- :query erase_target_messages
DELETE FROM message WHERE workspace_id = $workspace_id AND message_id IN (
       SELECT message_id FROM message INDEXED BY message_of_number
        WHERE workspace_id = $workspace_id AND number = $target AND talent_id = 0)

-- :query erase_target_inbound
DELETE FROM inbound_call WHERE workspace_id = $workspace_id AND number = $target:text AND talent_id = 0

-- :query erase_target_assessments
DELETE FROM assessment_taker WHERE workspace_id = $workspace_id AND email_key = $target:text

-- :query erase_target_suppressions
DELETE FROM suppression WHERE workspace_id = $workspace_id AND kind IN ('number', 'email') AND target = $target

-- :query erase_target_answers
DELETE FROM kept_answer WHERE workspace_id = $workspace_id AND instr(lower(body), $target) > 0
