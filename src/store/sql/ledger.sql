-- The queue of what is due, and the ledger of attempts.

-- :query due_put
-- also replaces what was due before (a lead that came back while its old call was still on)
INSERT INTO due (workspace_id, campaign_id, talent_id, due_at, due_state, slot, retries, fence, node_id, epoch,
                 lease_until)
VALUES ($workspace_id, $campaign_id, $talent_id, $due_at, $due_state, $slot, $retries, $fence, 0, 0, NULL)
ON CONFLICT (workspace_id, campaign_id, talent_id)
DO UPDATE SET due_at = excluded.due_at, due_state = excluded.due_state, slot = excluded.slot,
              retries = excluded.retries, fence = due.fence + 1, lease_until = NULL, policy_wait = 0

-- :query due_put_new
-- of leads that were never in the queue: those of a campaign whose people have these ids, and have it all before them
INSERT INTO due (workspace_id, campaign_id, talent_id, due_at, due_state, slot, retries, fence, node_id, epoch,
                 lease_until)
SELECT workspace_id, campaign_id, talent_id, $due_at, $due_state, $slot, 0, 1, 0, 0, NULL FROM lead
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND talent_id BETWEEN $first:int AND $last:int
   AND number IS NOT NULL AND submitted = 0

-- :query due_delete
DELETE FROM due WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND talent_id = $talent_id

-- :query due_next
-- :row due_at
SELECT due_at FROM due
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND due_state = 1 ORDER BY due_at LIMIT 1

-- :query due_campaign_after
-- :row campaign_id, due_at
-- the next campaign that has rows ready, and its first: one step down the index, whatever the number of rows
SELECT campaign_id, due_at FROM due
 WHERE workspace_id = $workspace_id AND campaign_id > $campaign_id AND due_state = 1
 ORDER BY campaign_id, due_at LIMIT 1

-- :query due_ready
-- :row talent_id, due_at, slot, retries, fence
SELECT talent_id, due_at, slot, retries, fence FROM due
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND due_state = 1 AND due_at <= $now:int
 ORDER BY due_at, talent_id LIMIT $limit:int

-- :query due_claim
UPDATE due SET due_state = 2, fence = fence + 1, node_id = $node_id, epoch = $epoch, lease_until = $lease_until,
       policy_wait = 0
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND talent_id = $talent_id
   AND due_state = 1 AND fence = $fence

-- :query due_release
-- back to ready, at another time if need be; only by the owner of the fence
UPDATE due SET due_state = 1, fence = fence + 1, due_at = $due_at, lease_until = NULL, policy_wait = $policy_wait
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND talent_id = $talent_id
   AND due_state = 2 AND fence = $fence

-- :query due_take
-- the claim becomes an intent: the row leaves the queue
DELETE FROM due
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND talent_id = $talent_id
   AND due_state = 2 AND fence = $fence

-- :query due_release_all
-- :across a server that starts owns every claim of its database
UPDATE due SET due_state = 1, fence = fence + 1, lease_until = NULL WHERE due_state = 2

-- :query due_overdue
-- :row campaign_id, talent_id, fence, due_at
-- claims whose lease has run out
SELECT campaign_id, talent_id, fence, due_at FROM due INDEXED BY due_claimed
 WHERE workspace_id = $workspace_id AND due_state = 2 AND lease_until < $now:int LIMIT 500

-- :query due_renew
UPDATE due SET lease_until = $lease_until
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND talent_id = $talent_id
   AND due_state = 2 AND fence = $fence

-- :query lead_number
-- :row number
SELECT number FROM lead WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND talent_id = $talent_id

-- :query person_lock_take
INSERT INTO person_lock (workspace_id, number, attempt_id, locked_at)
VALUES ($workspace_id, $number, $attempt_id, $locked_at)
ON CONFLICT (workspace_id, number) DO NOTHING

-- :query person_lock_drop
DELETE FROM person_lock WHERE workspace_id = $workspace_id AND number = $number AND attempt_id = $attempt_id

-- :query attempt_insert
INSERT INTO attempt (workspace_id, attempt_id, campaign_id, talent_id, attempt_no, slot, retries, attempt_state,
                     outcome, answer, digits, number, caller_number, trunk_id, call_id, fence, node_id, epoch,
                     lease_until, due_at, intent_at, ringing_at, answered_at, ended_at, sip_status, talk_ms)
VALUES ($workspace_id, $attempt_id, $campaign_id, $talent_id, $attempt_no, $slot, $retries, 3,
        0, 0, '', $number, $caller_number, $trunk_id, '', $fence, $node_id, $epoch,
        $lease_until, $due_at, $intent_at, NULL, NULL, NULL, 0, 0)

-- :query attempt_sent
UPDATE attempt SET call_id = $call_id
 WHERE workspace_id = $workspace_id AND attempt_id = $attempt_id AND fence = $fence

-- :query attempt_ringing
-- whether the state may move so is asked before, of core/attempt.c's table
UPDATE attempt SET attempt_state = 4, ringing_at = $now:int
 WHERE workspace_id = $workspace_id AND attempt_id = $attempt_id AND fence = $fence

-- :query attempt_answered
UPDATE attempt SET attempt_state = 5, answered_at = $now:int
 WHERE workspace_id = $workspace_id AND attempt_id = $attempt_id AND fence = $fence

-- :query attempt_end
UPDATE attempt SET attempt_state = $attempt_state, outcome = $outcome, answer = $answer, digits = $digits,
       offered = $offered, chosen = $chosen, person = $person, disclosed = $disclosed, answered_by = $answered_by, ended_at = $now:int,
       sip_status = $sip_status, talk_ms = $talk_ms,
       lease_until = NULL
 WHERE workspace_id = $workspace_id AND attempt_id = $attempt_id AND fence = $fence

-- :query attempt_get
-- :row campaign_id, talent_id, attempt_no, slot, retries, number, fence, intent_at, ringing_at, answered_at, attempt_state, outcome
SELECT campaign_id, talent_id, attempt_no, slot, retries, number, fence, intent_at, ringing_at, answered_at,
       attempt_state, outcome FROM attempt
 WHERE workspace_id = $workspace_id AND attempt_id = $attempt_id

-- :query attempt_first_caller
-- :row caller_number
-- the number a person was first called from, while the workspace may still use it
SELECT a.caller_number FROM attempt a
  JOIN caller_number n ON n.workspace_id = a.workspace_id AND n.number = a.caller_number AND n.verified_at IS NOT NULL
 WHERE a.workspace_id = $workspace_id AND a.campaign_id = $campaign_id AND a.talent_id = $talent_id
 ORDER BY a.attempt_no LIMIT 1

-- :query attempt_renew
UPDATE attempt SET lease_until = $lease_until
 WHERE workspace_id = $workspace_id AND attempt_id = $attempt_id AND fence = $fence AND attempt_state IN (3, 4, 5)

-- :query attempt_overdue
-- :row attempt_id, fence, epoch
-- in flight, and nobody has renewed the lease
SELECT attempt_id, fence, epoch FROM attempt INDEXED BY attempt_live
 WHERE workspace_id = $workspace_id AND attempt_state IN (3, 4, 5) AND lease_until < $now:int LIMIT 500

-- :query attempt_live
-- :row workspace_id, attempt_id, fence, epoch
-- :across a server that starts looks at every attempt that was in flight
SELECT workspace_id, attempt_id, fence, epoch FROM attempt
 WHERE attempt_state IN (3, 4, 5) ORDER BY workspace_id, attempt_id LIMIT 500

-- :query lead_calling
UPDATE lead SET lead_state = 2, reason = '', attempts = $attempts, updated_at = $now:int
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND talent_id = $talent_id

-- :query lead_now
-- :row bucket, lead_state, removed, attempts, email, reason, submitted
SELECT bucket, lead_state, removed, attempts, email, reason, submitted FROM lead
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND talent_id = $talent_id

-- :query lead_moved
UPDATE lead SET bucket = $bucket, completed = $completed, lead_state = $lead_state, reason = $reason,
       updated_at = $now:int
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND talent_id = $talent_id

-- :query lead_waits
-- why a lead that is due is not called yet
UPDATE lead SET reason = $reason, updated_at = $now:int
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND talent_id = $talent_id AND reason <> $reason

-- :query due_explain
UPDATE lead SET reason = $reason, updated_at = $now:int
 WHERE workspace_id = $workspace_id AND (campaign_id, talent_id) IN (
       SELECT d.campaign_id, d.talent_id FROM due d
         JOIN lead l ON l.workspace_id = d.workspace_id AND l.campaign_id = d.campaign_id
                    AND l.talent_id = d.talent_id
        WHERE d.workspace_id = $workspace_id AND d.campaign_id = $campaign_id AND d.due_state = 1 AND d.due_at <= $now
          AND l.reason <> $reason
        LIMIT 500)
