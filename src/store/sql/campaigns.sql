-- Campaigns, their slots and their totals.

-- :query campaign_insert
INSERT INTO campaign (workspace_id, campaign_id, title, status, purpose, timezone, site_id, caller_number, call_type,
                      ai_call_script, opening_message, closing_message, questions, job_details, job_title,
                      assessment_test_id, assessment_name, reminder_sms, post_call_sms, auto_add_invited,
                      first_delay_hours, time_basis, start_local, start_at, follow_ups, tzdata, detail_json,
                      row_version, first_attempt_at, created_at, updated_at)
VALUES ($workspace_id, $campaign_id, $title, $status, $purpose, $timezone, $site_id, $caller_number, $call_type,
        $ai_call_script, $opening_message, $closing_message, $questions, $job_details, $job_title,
        $assessment_test_id, $assessment_name, $reminder_sms, $post_call_sms, $auto_add_invited,
        $first_delay_hours, $time_basis, $start_local, $start_at, $follow_ups, $tzdata, $detail_json,
        1, NULL, $created_at, $created_at)

-- :query campaign_slot_insert
INSERT INTO campaign_slot (workspace_id, campaign_id, slot, slot_at)
VALUES ($workspace_id, $campaign_id, $slot, $slot_at)

-- :query campaign_slots
-- :row slot, slot_at
SELECT slot, slot_at FROM campaign_slot
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id ORDER BY slot

-- :query campaign_total_add
INSERT INTO campaign_total (workspace_id, status, purpose, total) VALUES ($workspace_id, $status, $purpose, $n:int)
ON CONFLICT (workspace_id, status, purpose) DO UPDATE SET total = campaign_total.total + $n

-- :query campaign_count
-- :row total
SELECT coalesce(sum(total), 0) FROM campaign_total
 WHERE workspace_id = $workspace_id AND ($status IS NULL OR status = $status)
   AND ($purpose IS NULL OR purpose = $purpose)

-- :query campaign_listed_put
INSERT INTO campaign_listed (workspace_id, campaign_id, status, purpose, summary_json)
VALUES ($workspace_id, $campaign_id, $status, $purpose, $summary_json)
ON CONFLICT (workspace_id, campaign_id) DO UPDATE SET status = excluded.status, summary_json = excluded.summary_json

-- :query campaign_page
-- :row summary_json
SELECT summary_json FROM campaign_listed
 WHERE workspace_id = $workspace_id AND ($status IS NULL OR status = $status)
   AND ($purpose IS NULL OR purpose = $purpose)
 ORDER BY campaign_id DESC LIMIT $limit:int OFFSET $offset:int

-- :query campaign_detail
-- :row detail_json, row_version, updated_at
SELECT detail_json, row_version, updated_at FROM campaign WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id

-- :query campaign_load
-- :row title, status, purpose, timezone, site_id, caller_number, call_type, ai_call_script, opening_message,
--      closing_message, questions, job_details, job_title, assessment_test_id, assessment_name, reminder_sms,
--      post_call_sms, auto_add_invited, first_delay_hours, time_basis, start_local, start_at, follow_ups,
--      first_attempt_at, created_at, updated_at, row_version
SELECT title, status, purpose, timezone, site_id, caller_number, call_type, ai_call_script, opening_message,
       closing_message, questions, job_details, job_title, assessment_test_id, assessment_name, reminder_sms,
       post_call_sms, auto_add_invited, first_delay_hours, time_basis, start_local, start_at, follow_ups,
       first_attempt_at, created_at, updated_at, row_version
  FROM campaign WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id

-- :query campaign_update
UPDATE campaign SET title = $title, timezone = $timezone, caller_number = $caller_number, call_type = $call_type,
       ai_call_script = $ai_call_script, opening_message = $opening_message, closing_message = $closing_message,
       questions = $questions, job_title = $job_title, reminder_sms = $reminder_sms,
       post_call_sms = $post_call_sms, first_delay_hours = $first_delay_hours, time_basis = $time_basis,
       start_local = $start_local, start_at = $start_at, follow_ups = $follow_ups, tzdata = $tzdata,
       detail_json = $detail_json, row_version = row_version + 1,
       updated_at = $updated_at
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id

-- :query campaign_set_status
UPDATE campaign SET status = $status, detail_json = $detail_json,
       row_version = row_version + 1, updated_at = $updated_at
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id

-- :query campaign_park
-- claims too: whoever holds one finds its fence over
UPDATE due SET due_state = 3, fence = fence + 1, lease_until = NULL
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND due_state IN (1, 2)

-- :query campaign_unpark
UPDATE due SET due_state = 1 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND due_state = 3

-- :query campaign_slots_delete
DELETE FROM campaign_slot WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id

-- :query campaign_reschedule
-- nobody has been called yet: every row of the queue starts anew, claimed ones too (their fence is over)
UPDATE due SET due_state = CASE due_state WHEN 2 THEN 1 ELSE due_state END, fence = fence + 1, lease_until = NULL,
       retries = 0, slot = $slot, policy_wait = 0,
       due_at = max($due_at, $delay_ms:int + (SELECT added_at FROM lead
                                               WHERE lead.workspace_id = due.workspace_id
                                                 AND lead.campaign_id = due.campaign_id
                                                 AND lead.talent_id = due.talent_id))
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id

-- :query campaign_reslot
-- a row whose delay outlasts more slots stands for the last of them
UPDATE due SET slot = max(slot, coalesce((SELECT max(s.slot) FROM campaign_slot s
                                           WHERE s.workspace_id = due.workspace_id AND s.campaign_id = due.campaign_id
                                             AND s.slot_at <= due.due_at), 0))
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id

-- :query campaign_other_rules
-- :row workspace_id, campaign_id
-- :across a server that starts looks through all of them
SELECT workspace_id, campaign_id FROM campaign WHERE tzdata <> $tzdata LIMIT 100

-- :query campaign_rules_noted
UPDATE campaign SET tzdata = $tzdata WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id

-- :query campaign_replan
UPDATE campaign SET start_at = $start_at, tzdata = $tzdata, detail_json = $detail_json,
       row_version = row_version + 1
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id

-- :query campaign_slot_moved
-- rows due at the slot itself move with it; those that wait for more than the slot only never come before it
UPDATE due SET due_at = CASE WHEN due_at = $was_at:int THEN $slot_at ELSE max(due_at, $slot_at) END
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND slot = $slot

-- :query campaign_owner
-- :row workspace_id, company_id, purpose, site_id
-- :across commands know a campaign by its id alone, which is unique in the server
SELECT c.workspace_id, w.company_id, c.purpose, c.site_id FROM workspace w
  JOIN campaign c ON c.workspace_id = w.workspace_id AND c.campaign_id = $campaign_id

-- :query campaign_texts
-- :row purpose, reminder_sms, post_call_sms
SELECT purpose, reminder_sms, post_call_sms FROM campaign
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id

-- :query campaign_for_leads
-- :row purpose, status, site_id, first_delay_hours, reminder_sms, assessment_test_id
SELECT purpose, status, site_id, first_delay_hours, reminder_sms, assessment_test_id FROM campaign
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id

-- :query campaign_for_calls
-- :row purpose, timezone, caller_number, opening_message, closing_message, call_type, ai_call_script,
--      questions, job_details, job_title, assessment_name, name, row_version
SELECT c.purpose, c.timezone, c.caller_number, c.opening_message, c.closing_message, c.call_type,
       c.ai_call_script, c.questions, c.job_details, c.job_title, c.assessment_name, m.name, c.row_version
  FROM campaign c
  JOIN workspace w ON w.workspace_id = c.workspace_id
  JOIN company m ON m.company_id = w.company_id
 WHERE c.workspace_id = $workspace_id AND c.campaign_id = $campaign_id

-- :query campaign_spoken
-- :row row_version, is_live, person_number
SELECT c.row_version, w.is_live, s.person_number
  FROM campaign c
  JOIN workspace w ON w.workspace_id = c.workspace_id
  LEFT JOIN site s ON s.company_id = w.company_id AND s.site_id = c.site_id
 WHERE c.workspace_id = $workspace_id AND c.campaign_id = $campaign_id
-- :query campaign_voicemail
-- :row voicemail, setting
-- setting: NULL when the workspace has its default
SELECT c.voicemail, s.setting FROM campaign c
  LEFT JOIN workspace_setting s ON s.workspace_id = c.workspace_id AND s.name = 'voicemail'
 WHERE c.workspace_id = $workspace_id AND c.campaign_id = $campaign_id

-- :query campaign_set_voicemail
UPDATE campaign SET voicemail = $voicemail WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id

-- :query campaign_row_version
-- :row row_version
SELECT row_version FROM campaign WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id

-- :query campaign_first_attempt
UPDATE campaign SET first_attempt_at = $now:int
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND first_attempt_at IS NULL

-- :query campaign_calls
-- :row in_flight:int, dialled:int, answered:int
SELECT count(CASE WHEN attempt_state IN (3, 4, 5) THEN 1 END),
       count(DISTINCT talent_id),
       count(DISTINCT CASE WHEN answered_at IS NOT NULL THEN talent_id END)
  FROM attempt WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id

-- :query campaign_people
-- :row leads:int, interested:int, not_interested:int, no_answer:int, left:int
SELECT count(*), count(CASE WHEN bucket = 1 THEN 1 END), count(CASE WHEN bucket = 2 THEN 1 END),
       count(CASE WHEN bucket = 3 THEN 1 END), count(CASE WHEN completed = 0 THEN 1 END)
  FROM lead WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND removed = 0
