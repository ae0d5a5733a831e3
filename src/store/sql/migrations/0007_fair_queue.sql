-- Turns go round the campaigns: what is due is asked for by campaign, so the queue's index has the campaign first.
DROP INDEX due_ready;
CREATE INDEX due_of_campaign ON due (workspace_id, campaign_id, due_at, talent_id) WHERE due_state = 1;

-- An attempt nobody knows the end of is shown to a person, who settles it.
ALTER TABLE attempt ADD COLUMN reviewed_at BIGINT;
CREATE INDEX attempt_unknown ON attempt (workspace_id, attempt_id) WHERE attempt_state = 7 AND reviewed_at IS NULL;

-- for the auditor: one end per attempt
CREATE INDEX event_of_end ON event (workspace_id, attempt_id) WHERE type = 'attempt.ended';
