-- People, leads, their totals; who must not be called.

-- :query talent_find
-- :row talent_id, first_name, last_name, phone
SELECT talent_id, first_name, last_name, phone FROM talent
 WHERE workspace_id = $workspace_id AND email_key = $email_key

-- :query talent_insert
INSERT INTO talent (workspace_id, talent_id, email, email_key, first_name, last_name, phone, linkedin, created_at)
VALUES ($workspace_id, $talent_id, $email, $email_key, $first_name, $last_name, $phone, $linkedin, $created_at)
ON CONFLICT (workspace_id, email_key) DO NOTHING

-- :query lead_insert
-- nothing happens when the person is on the campaign already, or somebody with that number
INSERT INTO lead (workspace_id, campaign_id, talent_id, email, first_name, last_name, phone, number,
                  bucket, completed, submitted, lead_state, reason, attempts, removed, added_at, updated_at)
VALUES ($workspace_id, $campaign_id, $talent_id, $email, $first_name, $last_name, $phone, $number,
        0, 0, 0, $lead_state, $reason, 0, 0, $added_at, $added_at)
ON CONFLICT DO NOTHING

-- :query lead_revive
-- a removed lead comes back: its attempts go on counting
UPDATE lead SET email = $email, first_name = $first_name, last_name = $last_name, phone = $phone, number = $number,
       bucket = 0, completed = 0, submitted = 0, lead_state = $lead_state, reason = $reason, removed = 0,
       added_at = $added_at, updated_at = $added_at
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND talent_id = $talent_id AND removed = 1
   AND NOT EXISTS (SELECT 1 FROM lead other
                    WHERE other.workspace_id = $workspace_id AND other.campaign_id = $campaign_id
                      AND other.number = $number AND other.removed = 0)

-- :query lead_bucket_of
-- :row bucket
SELECT bucket FROM lead
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND talent_id = $talent_id AND removed = 0

-- :query lead_with_number
-- :row talent_id
SELECT talent_id FROM lead
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND number = $number AND removed = 0

-- :query lead_remove
UPDATE lead SET removed = 1, updated_at = $now:int
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND talent_id = $talent_id AND removed = 0

-- :query lead_total_add
INSERT INTO lead_total (workspace_id, campaign_id, bucket, total) VALUES ($workspace_id, $campaign_id, $bucket, $n:int)
ON CONFLICT (workspace_id, campaign_id, bucket) DO UPDATE SET total = lead_total.total + $n

-- :query lead_change_note
INSERT INTO lead_change (workspace_id, campaign_id, version) VALUES ($workspace_id, $campaign_id, $now:int)
ON CONFLICT (workspace_id, campaign_id)
DO UPDATE SET version = CASE WHEN lead_change.version >= $now THEN lead_change.version + 1 ELSE $now END

-- :query lead_change_version
-- :row version
SELECT version FROM lead_change WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id

-- :query lead_count
-- :row total
SELECT coalesce(sum(total), 0) FROM lead_total
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND ($bucket IS NULL OR bucket = $bucket)

-- :query lead_ids_of_bucket
-- :row talent_id
SELECT talent_id FROM lead
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND removed = 0 AND bucket = $bucket
 ORDER BY talent_id

-- :query lead_page
-- :row talent_id, first_name, last_name, email, phone, bucket, completed, submitted, added_at
-- what is skipped is less than a row of the roster
SELECT talent_id, first_name, last_name, email, phone, bucket, completed, submitted, added_at FROM lead
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND talent_id >= $from:int AND removed = 0
 ORDER BY talent_id LIMIT $limit:int OFFSET $skip:int

-- :query lead_page_bucket
-- :row like lead_page
-- the offset is counted off in a narrow index; only the page's own rows are read
SELECT talent_id, first_name, last_name, email, phone, bucket, completed, submitted, added_at FROM lead
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id
   AND talent_id IN (SELECT page.talent_id FROM lead page
                      WHERE page.workspace_id = $workspace_id AND page.campaign_id = $campaign_id AND page.removed = 0
                        AND page.bucket = $bucket
                      ORDER BY page.talent_id LIMIT $limit:int OFFSET $offset:int)
 ORDER BY talent_id

-- :query lead_page_bucket_end
-- :row like lead_page
-- the same, counted off from the end, for the pages that are nearer to it
SELECT talent_id, first_name, last_name, email, phone, bucket, completed, submitted, added_at FROM lead
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id
   AND talent_id IN (SELECT page.talent_id FROM lead page
                      WHERE page.workspace_id = $workspace_id AND page.campaign_id = $campaign_id AND page.removed = 0
                        AND page.bucket = $bucket
                      ORDER BY page.talent_id DESC
                      LIMIT max(0, min($limit:int, (SELECT coalesce(sum(total), 0) FROM lead_total
                                                     WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id
                                                       AND bucket = $bucket) - $offset:int))
                     OFFSET max(0, (SELECT coalesce(sum(total), 0) FROM lead_total
                                     WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id
                                       AND bucket = $bucket) - $offset - $limit))
 ORDER BY talent_id

-- :query lead_after
-- :row like lead_page
-- the next ones by key, for those who read them all
SELECT talent_id, first_name, last_name, email, phone, bucket, completed, submitted, added_at FROM lead
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND removed = 0 AND talent_id > $after:int
   AND ($bucket IS NULL OR bucket = $bucket)
 ORDER BY talent_id LIMIT $limit:int

-- :query lead_after_answers
-- :row talent_id, first_name, last_name, email, phone, bucket, completed, submitted, added_at, start_at, end_at, booked_at,
--      digits, offered, chosen_at:int
-- the same with what they have booked and what they pressed in the last call that they answered so, or made
SELECT l.talent_id, l.first_name, l.last_name, l.email, l.phone, l.bucket, l.completed, l.submitted, l.added_at,
       p.start_at, p.end_at, b.booked_at, coalesce(i.digits, a.digits), coalesce(i.offered, a.offered), q.start_at
  FROM lead l
  LEFT JOIN booking b ON b.workspace_id = l.workspace_id AND b.campaign_id = l.campaign_id AND b.talent_id = l.talent_id
  LEFT JOIN appointment p ON p.workspace_id = b.workspace_id AND p.campaign_id = b.campaign_id AND p.slot_no = b.slot_no
  LEFT JOIN attempt a ON a.workspace_id = l.workspace_id AND a.campaign_id = l.campaign_id AND a.talent_id = l.talent_id
                     AND a.attempt_no = (SELECT max(x.attempt_no) FROM attempt x
                                          WHERE x.workspace_id = l.workspace_id AND x.campaign_id = l.campaign_id
                                            AND x.talent_id = l.talent_id AND x.outcome = 1)
  LEFT JOIN inbound_call i ON i.workspace_id = l.workspace_id AND i.attempt_id = (
                              SELECT max(y.attempt_id) FROM inbound_call y
                               WHERE y.workspace_id = l.workspace_id AND y.campaign_id = l.campaign_id
                                 AND y.talent_id = l.talent_id AND y.outcome = 1 AND y.resumed = 1
                                 AND y.attempt_id > coalesce(a.attempt_id, 0))
  LEFT JOIN appointment q ON q.workspace_id = l.workspace_id AND q.campaign_id = l.campaign_id
                         AND q.slot_no = coalesce(i.chosen, a.chosen)
 WHERE l.workspace_id = $workspace_id AND l.campaign_id = $campaign_id AND l.removed = 0 AND l.talent_id > $after:int
   AND ($bucket IS NULL OR l.bucket = $bucket)
 ORDER BY l.talent_id LIMIT $limit:int

-- :query lead_one
-- :row talent_id, first_name, last_name, email, phone, bucket, completed, submitted, added_at, reason, due_at
-- when it is called next: only where a row of the queue is not parked
SELECT l.talent_id, l.first_name, l.last_name, l.email, l.phone, l.bucket, l.completed, l.submitted, l.added_at, l.reason,
       d.due_at
  FROM lead l
  LEFT JOIN due d ON d.workspace_id = l.workspace_id AND d.campaign_id = l.campaign_id AND d.talent_id = l.talent_id
                 AND d.due_state IN (1, 2)
 WHERE l.workspace_id = $workspace_id AND l.campaign_id = $campaign_id AND l.talent_id = $talent_id AND l.removed = 0

-- :query lead_name
-- :row first_name, last_name
SELECT first_name, last_name FROM lead
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND talent_id = $talent_id

-- :query lead_attempts
-- :row attempt_no, slot, intent_at, ringing_at, answered_at, ended_at, outcome, answer, digits, talk_ms, offered,
--      person, answered_by, start_at
SELECT a.attempt_no, a.slot, a.intent_at, a.ringing_at, a.answered_at, a.ended_at, a.outcome, a.answer, a.digits, a.talk_ms,
       a.offered, a.person, a.answered_by, p.start_at
  FROM attempt a
  LEFT JOIN appointment p ON p.workspace_id = a.workspace_id AND p.campaign_id = a.campaign_id AND p.slot_no = a.chosen
 WHERE a.workspace_id = $workspace_id AND a.campaign_id = $campaign_id AND a.talent_id = $talent_id
 ORDER BY a.attempt_no

-- :query suppressed
-- :row one:int
-- look-ups by key; as one with OR, SQLite would walk the whole list. Few people are in it: the scopes are made for those
-- only, which coalesce() sees to by keeping them out of the look-up
SELECT 1 FROM suppression
 WHERE workspace_id = $workspace_id AND kind = 'number' AND target = $number
   AND coalesce(scope, '') IN ('all', 'purpose:' || $purpose, 'campaign:' || $campaign_id)
UNION ALL
SELECT 1 FROM suppression
 WHERE workspace_id = $workspace_id AND kind = 'email' AND target = $email_key
   AND coalesce(scope, '') IN ('all', 'purpose:' || $purpose, 'campaign:' || $campaign_id)
UNION ALL
SELECT 1 FROM suppression
 WHERE workspace_id = $workspace_id AND kind = 'hash' AND target = $number_hash:text
   AND coalesce(scope, '') IN ('all', 'purpose:' || $purpose, 'campaign:' || $campaign_id)
UNION ALL
SELECT 1 FROM suppression
 WHERE workspace_id = $workspace_id AND kind = 'hash' AND target = $email_hash:text
   AND coalesce(scope, '') IN ('all', 'purpose:' || $purpose, 'campaign:' || $campaign_id)
LIMIT 1

-- :query suppression_any
-- :row one:int
SELECT 1 FROM suppression WHERE workspace_id = $workspace_id LIMIT 1

-- :query suppression_insert
INSERT INTO suppression (workspace_id, kind, target, scope, reason, created_at)
VALUES ($workspace_id, $kind, $target, $scope, $reason, $created_at)
ON CONFLICT (workspace_id, kind, target, scope) DO NOTHING

-- :query suppression_delete
DELETE FROM suppression
 WHERE workspace_id = $workspace_id AND kind = $kind AND target = $target AND ($scope IS NULL OR scope = $scope)

-- :query suppression_count
-- :row n:int
SELECT count(*) FROM suppression WHERE workspace_id = $workspace_id AND ($kind IS NULL OR kind = $kind)

-- :query suppression_page
-- :row kind, target, scope, reason, created_at
SELECT kind, target, scope, reason, created_at FROM suppression
 WHERE workspace_id = $workspace_id AND ($kind IS NULL OR kind = $kind)
 ORDER BY kind, target, scope LIMIT $limit:int OFFSET $offset:int
