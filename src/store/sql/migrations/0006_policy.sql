-- What the policy asks for: the workspace's settings, its day, how often a person was called, and how far an entry of
-- the do-not-call list reaches.

-- what the operator has set, as text (core/limits.h); what is not here has its default
CREATE TABLE workspace_setting (
    workspace_id BIGINT NOT NULL,
    name        TEXT NOT NULL,
    setting     TEXT NOT NULL,
    set_at      BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, name)
);

-- what a workspace has called on a day (days since 1970, UTC); written with the intents and ends it counts
CREATE TABLE workspace_day (
    workspace_id BIGINT NOT NULL,
    day         BIGINT NOT NULL,
    calls       BIGINT NOT NULL,
    talked_ms   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, day)
);

-- 1: the telephone rang, or nobody knows better; an end that proves otherwise sets it to 0
ALTER TABLE attempt ADD COLUMN counted BIGINT NOT NULL DEFAULT 1;
CREATE INDEX attempt_of_number ON attempt (workspace_id, number, intent_at) WHERE counted = 1;
CREATE INDEX attempt_of_talent ON attempt (workspace_id, talent_id, intent_at) WHERE counted = 1;

-- 1: the row waits for the policy's sake, and is looked at again when its settings change
ALTER TABLE due ADD COLUMN policy_wait BIGINT NOT NULL DEFAULT 0;
CREATE INDEX due_policy_wait ON due (workspace_id, policy_wait) WHERE policy_wait = 1;

-- scope: 'all', 'purpose:ASSESSMENT_REMINDER', 'campaign:17'
CREATE TABLE scoped_suppression (
    workspace_id BIGINT NOT NULL,
    kind        TEXT NOT NULL,
    target      TEXT NOT NULL,
    scope       TEXT NOT NULL,
    reason      TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, kind, target, scope)
);
INSERT INTO scoped_suppression (workspace_id, kind, target, scope, reason, created_at)
SELECT workspace_id, kind, target, 'all', reason, created_at FROM suppression;
DROP TABLE suppression;
ALTER TABLE scoped_suppression RENAME TO suppression;
