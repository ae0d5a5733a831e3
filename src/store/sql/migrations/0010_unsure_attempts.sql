-- Whether a call whose end nobody saw may still be ringing at a number; such attempts are few.
CREATE INDEX attempt_unsure ON attempt (workspace_id, number, intent_at) WHERE attempt_state = 7;
