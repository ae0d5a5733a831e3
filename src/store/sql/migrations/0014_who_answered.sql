-- Who answered a call, by ear, and what a campaign does about voicemail.

-- enum who of core/carrier.h
ALTER TABLE attempt ADD COLUMN answered_by BIGINT NOT NULL DEFAULT 0;

-- 'leave', 'hang_up', or '': what the workspace has set
ALTER TABLE campaign ADD COLUMN voicemail TEXT NOT NULL DEFAULT '';
