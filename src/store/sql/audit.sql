-- The auditor's questions: each row of an answer is a broken invariant (store/audit.h says which). Without statistics SQLite
-- prefers a table to its partial indexes; so these are named, and a build stops when one is gone.

-- :query audit_workspace_after
-- :row workspace_id
-- :across the auditor looks through one workspace after the other
SELECT workspace_id FROM workspace WHERE workspace_id > $workspace_id ORDER BY workspace_id LIMIT 1

-- :query audit_upto
-- :row upto:int, n:int
-- a slice: the next attempts, and the last of them
SELECT coalesce(max(attempt_id), 0), count(*)
  FROM (SELECT attempt_id FROM attempt WHERE workspace_id = $workspace_id AND attempt_id > $after:int
         ORDER BY attempt_id LIMIT $limit:int) slice

-- :query audit_number
-- :row campaign_id, talent_id, attempt_id, detail:text
SELECT a.campaign_id, a.talent_id, a.attempt_id, 'it is number ' || a.attempt_no || ', and there is none before it'
  FROM attempt a
 WHERE a.workspace_id = $workspace_id AND a.attempt_id > $after:int AND a.attempt_id <= $upto:int AND a.attempt_no <> 1
   AND NOT EXISTS (SELECT 1 FROM attempt b
                    WHERE b.workspace_id = a.workspace_id AND b.campaign_id = a.campaign_id
                      AND b.talent_id = a.talent_id AND b.attempt_no = a.attempt_no - 1)

-- :query audit_denied
-- :row campaign_id, talent_id, attempt_id, detail:text
SELECT campaign_id, talent_id, attempt_id, 'it was dialled as ' || call_id || ', and its outcome says never sent'
  FROM attempt
 WHERE workspace_id = $workspace_id AND attempt_id > $after:int AND attempt_id <= $upto:int AND call_id <> ''
   AND outcome = 10 AND reviewed_at IS NULL

-- :query audit_call
-- :row campaign_id, talent_id, attempt_id, detail:text
SELECT min(campaign_id), min(talent_id), max(attempt_id), 'it shares the call ' || call_id || ' with attempt ' || min(attempt_id)
  FROM attempt
 WHERE workspace_id = $workspace_id AND attempt_id > $after:int AND attempt_id <= $upto:int AND call_id <> ''
 GROUP BY call_id HAVING count(*) > 1

-- :query audit_suppressed
-- :row campaign_id, talent_id, attempt_id, detail:text
SELECT a.campaign_id, a.talent_id, a.attempt_id, 'the intent was made after ' || s.target || ' had been suppressed'
  FROM attempt a JOIN suppression s ON s.workspace_id = a.workspace_id AND s.kind = 'number' AND s.target = a.number
 WHERE a.workspace_id = $workspace_id AND a.attempt_id > $after:int AND a.attempt_id <= $upto:int
   AND a.intent_at > s.created_at + 1000

-- :query audit_stopped
-- :row campaign_id, talent_id, attempt_id, detail:text
SELECT a.campaign_id, a.talent_id, a.attempt_id, 'the intent was made after the campaign was ' || lower(c.status)
  FROM attempt a JOIN campaign c ON c.workspace_id = a.workspace_id AND c.campaign_id = a.campaign_id
 WHERE a.workspace_id = $workspace_id AND a.attempt_id > $after:int AND a.attempt_id <= $upto:int
   AND c.status IN ('CANCELLED', 'PAUSED') AND a.intent_at > c.updated_at + 1000

-- :query audit_outcome
-- :row campaign_id, talent_id, attempt_id, detail:text
SELECT campaign_id, talent_id, attempt_id, 'state ' || attempt_state || ' and outcome ' || outcome || ' do not go together'
  FROM attempt
 WHERE workspace_id = $workspace_id AND attempt_id > $after:int AND attempt_id <= $upto:int
   AND ((attempt_state IN (6, 7)) <> (outcome <> 0) OR (attempt_state IN (6, 7)) <> (ended_at IS NOT NULL)
        OR (attempt_state = 7) <> (outcome = 12))

-- :query audit_event
-- :row campaign_id, talent_id, attempt_id, detail:text
SELECT a.campaign_id, a.talent_id, a.attempt_id,
       'it is over, and has ' || (SELECT count(*) FROM event e INDEXED BY event_of_end WHERE e.workspace_id = a.workspace_id
                                   AND e.attempt_id = a.attempt_id AND e.type = 'attempt.ended') || ' events that say so'
  FROM attempt a
 WHERE a.workspace_id = $workspace_id AND a.attempt_id > $after:int AND a.attempt_id <= $upto:int
   AND a.attempt_state IN (6, 7)
   AND (SELECT count(*) FROM event e INDEXED BY event_of_end WHERE e.workspace_id = a.workspace_id AND e.attempt_id = a.attempt_id
          AND e.type = 'attempt.ended') <> 1

-- :query audit_gap
-- :row campaign_id, talent_id, attempt_id, detail:text
-- an INVITE of the one before may still be alive for 64 s: lease, SIP's timer B, send deadline
SELECT b.campaign_id, b.talent_id, b.attempt_id,
       'its intent was made ' || (b.intent_at - a.intent_at) || ' ms after that of attempt ' || a.attempt_id
       || ', whose end nobody saw'
  FROM attempt b JOIN attempt a ON a.workspace_id = b.workspace_id AND a.campaign_id = b.campaign_id
                               AND a.talent_id = b.talent_id AND a.attempt_no = b.attempt_no - 1
 WHERE b.workspace_id = $workspace_id AND b.attempt_id > $after:int AND b.attempt_id <= $upto:int
   AND a.outcome IN (9, 12) AND a.reviewed_at IS NULL AND b.intent_at < a.intent_at + 64000

-- :query audit_slot
-- :row campaign_id, talent_id, attempt_id, detail:text
-- what was not the person's doing may be tried again in its slot; what reached the person, or may have, not
SELECT b.campaign_id, b.talent_id, b.attempt_id, 'slot ' || b.slot || ' was used already by attempt ' || a.attempt_id
  FROM attempt b
  JOIN lead l ON l.workspace_id = b.workspace_id AND l.campaign_id = b.campaign_id AND l.talent_id = b.talent_id
  JOIN attempt a ON a.workspace_id = b.workspace_id AND a.campaign_id = b.campaign_id AND a.talent_id = b.talent_id
                AND a.attempt_no < b.attempt_no AND a.slot = b.slot
 WHERE b.workspace_id = $workspace_id AND b.attempt_id > $after:int AND b.attempt_id <= $upto:int
   AND a.outcome NOT IN (8, 9, 10) AND a.intent_at >= l.added_at

-- :query audit_rate
-- :row campaign_id, talent_id, attempt_id, detail:text
-- intents are made up to a tenth of a second before their turn; a second may begin in the slice before
SELECT campaign_id, talent_id, attempt_id, n || ' intents in one second on trunk ' || trunk_id || ', which takes ' || cps
  FROM (SELECT a.campaign_id, a.talent_id, a.attempt_id, a.trunk_id, t.cps,
               count(*) OVER (PARTITION BY a.trunk_id ORDER BY a.intent_at RANGE BETWEEN 999 PRECEDING AND CURRENT ROW) n
          FROM attempt a JOIN trunk t ON t.workspace_id = a.workspace_id AND t.trunk_id = a.trunk_id
         WHERE a.workspace_id = $workspace_id AND a.attempt_id > $after:int - 1200 AND a.attempt_id <= $upto:int
           AND a.call_id <> '') in_a_second
 WHERE attempt_id > $after AND n > cps + cps / 10 + 2

-- :query audit_stuck
-- :row campaign_id, talent_id, attempt_id, detail:text
SELECT campaign_id, talent_id, attempt_id, 'it is in flight, and nobody has renewed its lease for a minute'
  FROM attempt INDEXED BY attempt_live
 WHERE workspace_id = $workspace_id AND attempt_state IN (3, 4, 5) AND lease_until < $now:int - 60000

-- :query audit_endless
-- :row campaign_id, talent_id, attempt_id, detail:text
-- longer than the longest call that can be allowed (7200 s), its ringing and its recovery
SELECT campaign_id, talent_id, attempt_id, 'it has been in flight for ' || ($now:int - intent_at) / 1000 || ' seconds'
  FROM attempt INDEXED BY attempt_live
 WHERE workspace_id = $workspace_id AND attempt_state IN (3, 4, 5) AND intent_at < $now - 8100000

-- :query audit_channels
-- :row campaign_id, talent_id, attempt_id, detail:text
SELECT min(a.campaign_id), min(a.talent_id), max(a.attempt_id),
       count(*) || ' calls on trunk ' || a.trunk_id || ', which has ' || min(t.channels) || ' channels'
  FROM attempt a INDEXED BY attempt_live JOIN trunk t ON t.workspace_id = a.workspace_id AND t.trunk_id = a.trunk_id
 WHERE a.workspace_id = $workspace_id AND a.attempt_state IN (3, 4, 5)
 GROUP BY a.trunk_id HAVING count(*) > min(t.channels)

-- :query audit_epoch
-- :row campaign_id, talent_id, attempt_id, detail:text
SELECT campaign_id, talent_id, attempt_id, 'it is in flight by a life of the server that is over (epoch ' || epoch || ')'
  FROM attempt INDEXED BY attempt_live
 WHERE workspace_id = $workspace_id AND attempt_state IN (3, 4, 5)
   AND epoch < (SELECT value FROM fact WHERE name = 'epoch') AND $serving:int = 1

-- :query audit_claim
-- :row campaign_id, talent_id, attempt_id:int, detail:text
SELECT campaign_id, talent_id, 0, 'it is claimed by a life of the server that is over (epoch ' || epoch || ')'
  FROM due INDEXED BY due_claimed
 WHERE workspace_id = $workspace_id AND due_state = 2 AND epoch < (SELECT value FROM fact WHERE name = 'epoch')
   AND $serving:int = 1

-- :query audit_twice
-- :row campaign_id, talent_id, attempt_id, detail:text
SELECT min(campaign_id), min(talent_id), max(attempt_id), number || ' is in ' || count(*) || ' calls at once'
  FROM attempt INDEXED BY attempt_live
 WHERE workspace_id = $workspace_id AND attempt_state IN (3, 4, 5)
 GROUP BY number HAVING count(*) > 1

-- :query audit_unlocked
-- :row campaign_id, talent_id, attempt_id, detail:text
SELECT a.campaign_id, a.talent_id, a.attempt_id, 'it is in flight, and ' || a.number || ' is not locked for it'
  FROM attempt a INDEXED BY attempt_live
 WHERE a.workspace_id = $workspace_id AND a.attempt_state IN (3, 4, 5)
   AND NOT EXISTS (SELECT 1 FROM person_lock p WHERE p.workspace_id = a.workspace_id AND p.number = a.number
                      AND p.attempt_id = a.attempt_id)

-- :query audit_lock
-- :row campaign_id:int, talent_id:int, attempt_id, detail:text
SELECT 0, 0, p.attempt_id, p.number || ' is locked for a call that is over'
  FROM person_lock p
 WHERE p.workspace_id = $workspace_id
   AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.workspace_id = p.workspace_id AND a.attempt_id = p.attempt_id
                      AND a.attempt_state IN (3, 4, 5))
   AND NOT EXISTS (SELECT 1 FROM number_check c WHERE c.workspace_id = p.workspace_id AND c.attempt_id = p.attempt_id
                      AND c.ended_at IS NULL)
   AND NOT EXISTS (SELECT 1 FROM inbound_call i WHERE i.workspace_id = p.workspace_id AND i.attempt_id = p.attempt_id
                      AND i.ended_at IS NULL)

-- :query audit_campaign_after
-- :row campaign_id
SELECT campaign_id FROM campaign WHERE workspace_id = $workspace_id AND campaign_id > $campaign_id
 ORDER BY campaign_id LIMIT 1

-- :query audit_lead_upto
-- :row upto:int, n:int
-- a slice of a campaign's leads: the next ones, and the last of them
SELECT coalesce(max(talent_id), 0), count(*)
  FROM (SELECT talent_id FROM lead
         WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND talent_id > $after:int
         ORDER BY talent_id LIMIT $limit:int) slice

-- :query audit_lost
-- :row campaign_id, talent_id, attempt_id:int, detail:text
SELECT l.campaign_id, l.talent_id, 0,
       CASE WHEN l.lead_state = 1 THEN 'it waits, and is not in the queue' ELSE 'it is being called, and no call is in flight' END
  FROM lead l
 WHERE l.workspace_id = $workspace_id AND l.campaign_id = $campaign_id AND l.talent_id > $after:int
   AND l.talent_id <= $upto:int AND l.removed = 0
   AND ((l.lead_state = 1 AND NOT EXISTS (SELECT 1 FROM due d WHERE d.workspace_id = l.workspace_id
                                             AND d.campaign_id = l.campaign_id AND d.talent_id = l.talent_id))
     OR (l.lead_state = 2 AND NOT EXISTS (SELECT 1 FROM attempt a INDEXED BY attempt_of_lead
                                           WHERE a.workspace_id = l.workspace_id
                                             AND a.campaign_id = l.campaign_id AND a.talent_id = l.talent_id
                                             AND a.attempt_state IN (3, 4, 5))))

-- :query audit_queued
-- :row campaign_id, talent_id, attempt_id:int, detail:text
SELECT d.campaign_id, d.talent_id, 0, 'it is in the queue, and is removed, done or being called'
  FROM due d LEFT JOIN lead l ON l.workspace_id = d.workspace_id AND l.campaign_id = d.campaign_id
                             AND l.talent_id = d.talent_id
 WHERE d.workspace_id = $workspace_id AND d.campaign_id = $campaign_id AND d.talent_id > $after:int
   AND d.talent_id <= $upto:int
   AND (l.talent_id IS NULL OR l.removed = 1 OR l.lead_state <> 1)

-- :query audit_totals
-- :row campaign_id, talent_id:int, attempt_id:int, detail:text
SELECT t.campaign_id, 0, 0, 'bucket ' || t.bucket || ' is counted as ' || t.total || ' leads, and has another number'
  FROM lead_total t
 WHERE t.workspace_id = $workspace_id AND t.campaign_id = $campaign_id
   AND t.total <> (SELECT count(*) FROM lead l WHERE l.workspace_id = t.workspace_id AND l.campaign_id = t.campaign_id
                      AND l.removed = 0 AND l.bucket = t.bucket)

-- :query audit_roster
-- :row campaign_id, talent_id:int, attempt_id:int, detail:text
SELECT $campaign_id, 0, 0, 'the list has ' || listed || ' leads, and ' || counted || ' are counted'
  FROM (SELECT (SELECT coalesce(sum(total), 0) FROM roster
                 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id) AS listed,
               (SELECT coalesce(sum(total), 0) FROM lead_total
                 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id) AS counted) sums
 WHERE listed <> counted

-- :query audit_attempt
-- :row attempt_no, slot, attempt_state, outcome, number, trunk_id, call_id, fence, epoch, due_at, intent_at, ended_at
SELECT attempt_no, slot, attempt_state, outcome, number, trunk_id, call_id, fence, epoch, due_at, intent_at, ended_at
  FROM attempt WHERE workspace_id = $workspace_id AND attempt_id = $attempt_id

-- :query audit_lead
-- :row lead_state, reason, bucket, attempts, removed, due_at, due_state, fence
SELECT l.lead_state, l.reason, l.bucket, l.attempts, l.removed, d.due_at, d.due_state, d.fence
  FROM lead l LEFT JOIN due d ON d.workspace_id = l.workspace_id AND d.campaign_id = l.campaign_id
                             AND d.talent_id = l.talent_id
 WHERE l.workspace_id = $workspace_id AND l.campaign_id = $campaign_id AND l.talent_id = $talent_id
