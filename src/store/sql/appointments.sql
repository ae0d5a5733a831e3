-- Times that can be booked, and their bookings.

-- :query appointment_insert
INSERT INTO appointment (workspace_id, campaign_id, slot_no, start_at, end_at, capacity, taken)
VALUES ($workspace_id, $campaign_id, $slot_no, $start_at, $end_at, $capacity, 0)

-- :query appointment_any
-- :row one:int
SELECT 1 FROM appointment WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id LIMIT 1

-- :query appointments_open
-- :row slot_no, start_at
SELECT slot_no, start_at FROM appointment
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND start_at > $now:int AND taken < capacity
 ORDER BY start_at, slot_no LIMIT $limit:int

-- :query appointment_is_open
-- :row one:int
SELECT 1 FROM appointment
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND slot_no = $slot_no AND start_at > $now:int
   AND taken < capacity

-- :query appointment_take
-- the one place that counts a booking: whoever changes no row was too late
UPDATE appointment SET taken = taken + 1
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND slot_no = $slot_no AND start_at > $now:int
   AND taken < capacity

-- :query appointment_give_back
UPDATE appointment SET taken = taken - 1
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND slot_no = $slot_no

-- :query booking_allowed
-- :row one:int
-- by a call that is still on, to a person who is still on the campaign
SELECT 1 FROM attempt a
  JOIN lead l ON l.workspace_id = a.workspace_id AND l.campaign_id = a.campaign_id AND l.talent_id = a.talent_id
 WHERE a.workspace_id = $workspace_id AND a.attempt_id = $attempt_id AND a.fence = $fence
   AND a.attempt_state IN (3, 4, 5) AND l.removed = 0
UNION ALL
SELECT 1 FROM inbound_call i
  JOIN lead l ON l.workspace_id = i.workspace_id AND l.campaign_id = i.campaign_id AND l.talent_id = i.talent_id
 WHERE i.workspace_id = $workspace_id AND i.attempt_id = $attempt_id AND i.ended_at IS NULL AND l.removed = 0

-- :query booking_insert
INSERT INTO booking (workspace_id, campaign_id, talent_id, slot_no, attempt_id, booked_at)
VALUES ($workspace_id, $campaign_id, $talent_id, $slot_no, $attempt_id, $booked_at)

-- :query booking_delete
DELETE FROM booking WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND talent_id = $talent_id

-- :query booking_get
-- :row slot_no, attempt_id, start_at, end_at, booked_at
SELECT b.slot_no, b.attempt_id, p.start_at, p.end_at, b.booked_at
  FROM booking b
  JOIN appointment p ON p.workspace_id = b.workspace_id AND p.campaign_id = b.campaign_id AND p.slot_no = b.slot_no
 WHERE b.workspace_id = $workspace_id AND b.campaign_id = $campaign_id AND b.talent_id = $talent_id
