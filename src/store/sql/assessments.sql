-- Assessments: what their events said.

-- :query assessment_event_insert
INSERT INTO assessment_event (workspace_id, assessment_test_id, source_id, body_hash, created_at)
VALUES ($workspace_id, $assessment_test_id, $source_id, $body_hash, $created_at)
ON CONFLICT (workspace_id, assessment_test_id, source_id) DO NOTHING

-- :query assessment_event_get
-- :row body_hash
SELECT body_hash FROM assessment_event
 WHERE workspace_id = $workspace_id AND assessment_test_id = $assessment_test_id AND source_id = $source_id

-- :query assessment_taker_get
-- :row link, submitted_at
SELECT link, submitted_at FROM assessment_taker
 WHERE workspace_id = $workspace_id AND assessment_test_id = $assessment_test_id AND email_key = $email_key

-- :query assessment_taker_put
-- the link said last holds; who has submitted has submitted
INSERT INTO assessment_taker (workspace_id, assessment_test_id, email_key, link, submitted_at)
VALUES ($workspace_id, $assessment_test_id, $email_key, $link, $submitted_at)
ON CONFLICT (workspace_id, assessment_test_id, email_key)
DO UPDATE SET link = CASE excluded.link WHEN '' THEN assessment_taker.link ELSE excluded.link END,
              submitted_at = coalesce(assessment_taker.submitted_at, excluded.submitted_at)

-- :query assessment_campaigns
-- :row campaign_id, auto_add_invited, status
SELECT campaign_id, auto_add_invited, status FROM campaign
 WHERE workspace_id = $workspace_id AND assessment_test_id = $assessment_test_id AND assessment_test_id <> ''
 ORDER BY campaign_id

-- :query talent_of_email
-- :row talent_id
SELECT talent_id FROM talent WHERE workspace_id = $workspace_id AND email_key = $email_key

-- :query lead_submitted
UPDATE lead SET submitted = 1, completed = 1, updated_at = $now:int
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND talent_id = $talent_id AND submitted = 0

-- :query assessment_sender_insert
INSERT INTO assessment_sender (workspace_id, sender_id, assessment_test_id, secret, created_at)
VALUES ($workspace_id, $sender_id, $assessment_test_id, $secret, $created_at)

-- :query assessment_sender_list
-- :row sender_id, assessment_test_id, created_at
SELECT sender_id, assessment_test_id, created_at FROM assessment_sender
 WHERE workspace_id = $workspace_id ORDER BY sender_id

-- :query assessment_sender_get
-- :row workspace_id, company_id, is_live, assessment_test_id, secret
-- :across a sender has no key that would say whose it is; its id is unique in the server
SELECT s.workspace_id, w.company_id, w.is_live, s.assessment_test_id, s.secret
  FROM assessment_sender s JOIN workspace w ON w.workspace_id = s.workspace_id
 WHERE s.sender_id = $sender_id

-- :query assessment_sender_delete
DELETE FROM assessment_sender WHERE workspace_id = $workspace_id AND sender_id = $sender_id
