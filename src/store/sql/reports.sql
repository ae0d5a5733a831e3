-- What became of a campaign's calls. It walks the campaign's rows: no read for the HTTP threads.

-- :query report_calls
-- :row attempt_no, outcome, answer, quarter:int, calls:int, picked_up:int
-- by quarter of an hour, which is as fine as zones differ
SELECT attempt_no, outcome, answer, intent_at / 900000, count(*), count(answered_at) FROM attempt
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id
 GROUP BY attempt_no, outcome, answer, intent_at / 900000
 ORDER BY attempt_no, outcome
