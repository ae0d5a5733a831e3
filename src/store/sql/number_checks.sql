-- Calls that speak a code.

-- :query number_check_insert
INSERT INTO number_check (workspace_id, attempt_id, number, code_hash, tries, outcome, intent_at, expires_at, ended_at)
VALUES ($workspace_id, $attempt_id, $number, $code_hash, 0, 0, $intent_at, $expires_at, NULL)

-- :query number_check_latest
-- :row attempt_id, code_hash, tries, outcome, intent_at, expires_at, ended_at
SELECT attempt_id, code_hash, tries, outcome, intent_at, expires_at, ended_at FROM number_check
 WHERE workspace_id = $workspace_id AND number = $number ORDER BY attempt_id DESC LIMIT 1

-- :query number_check_count
-- :row n:int
SELECT count(*) FROM number_check
 WHERE workspace_id = $workspace_id AND number = $number AND intent_at > $since:int

-- :query number_check_tried
UPDATE number_check SET tries = tries + 1 WHERE workspace_id = $workspace_id AND attempt_id = $attempt_id

-- :query number_check_spend
-- a code works once
UPDATE number_check SET expires_at = 0 WHERE workspace_id = $workspace_id AND attempt_id = $attempt_id

-- :query number_check_end
UPDATE number_check SET outcome = $outcome, ended_at = $now:int
 WHERE workspace_id = $workspace_id AND attempt_id = $attempt_id AND ended_at IS NULL

-- :query number_check_number
-- :row number
SELECT number FROM number_check WHERE workspace_id = $workspace_id AND attempt_id = $attempt_id

-- :query number_checks_forget
DELETE FROM number_check WHERE workspace_id = $workspace_id AND ended_at IS NOT NULL AND intent_at <= $until:int

-- :query number_checks_unlock
-- :across a server that starts has no call under way
DELETE FROM person_lock WHERE attempt_id IN (SELECT attempt_id FROM number_check WHERE ended_at IS NULL)

-- :query number_checks_end_all
-- :across likewise
UPDATE number_check SET outcome = $outcome, ended_at = $now:int WHERE ended_at IS NULL
