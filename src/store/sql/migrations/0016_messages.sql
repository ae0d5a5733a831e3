-- Texts to people and from them, and what is known of assessments.

-- what is to be sent, and when: narrow, only what is not decided (message_kind: core/message.h). attempt_id is the call
-- the text follows, 0 for a reminder.
CREATE TABLE text_due (
    workspace_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    talent_id   BIGINT NOT NULL,
    message_kind BIGINT NOT NULL,
    attempt_id  BIGINT NOT NULL,
    due_at      BIGINT NOT NULL,
    reason      TEXT NOT NULL,
    PRIMARY KEY (workspace_id, campaign_id, talent_id, message_kind, attempt_id)
);
CREATE INDEX text_due_order ON text_due (workspace_id, due_at);

-- the ledger of messages: the row is the intent, durable before the request leaves. number is the person's, own_number
-- ours; due_at is when a message that waits is tried again. Ids of campaign and lead are 0 where nobody knows them.
CREATE TABLE message (
    workspace_id BIGINT NOT NULL,
    message_id  BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    talent_id   BIGINT NOT NULL,
    message_kind BIGINT NOT NULL,
    attempt_id  BIGINT NOT NULL,
    message_state BIGINT NOT NULL,
    number      TEXT NOT NULL,
    own_number  TEXT NOT NULL,
    body        TEXT NOT NULL,
    provider    TEXT NOT NULL,
    provider_ref TEXT NOT NULL,
    reason      TEXT NOT NULL,
    tries       BIGINT NOT NULL,
    due_at      BIGINT NOT NULL,
    intent_at   BIGINT NOT NULL,
    settled_at  BIGINT,
    PRIMARY KEY (workspace_id, message_id)
);
CREATE UNIQUE INDEX message_once ON message (workspace_id, campaign_id, talent_id, message_kind, attempt_id)
    WHERE message_kind IN (1, 2);
CREATE INDEX message_ref ON message (provider, provider_ref) WHERE provider_ref <> '';
CREATE INDEX message_of_number ON message (workspace_id, number, intent_at);
CREATE INDEX message_open ON message (workspace_id, message_state, due_at) WHERE message_state IN (1, 2);

ALTER TABLE workspace_day ADD COLUMN texts BIGINT NOT NULL DEFAULT 0;

-- events of assessments by the sender's id; body_hash tells a repeated one from another under the same id
CREATE TABLE assessment_event (
    workspace_id BIGINT NOT NULL,
    assessment_test_id TEXT NOT NULL,
    source_id   TEXT NOT NULL,
    body_hash   TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, assessment_test_id, source_id)
);

-- who takes which assessment, by what the events said: the link they were given, and when they were done with it
CREATE TABLE assessment_taker (
    workspace_id BIGINT NOT NULL,
    assessment_test_id TEXT NOT NULL,
    email_key   TEXT NOT NULL,
    link        TEXT NOT NULL,
    submitted_at BIGINT,
    PRIMARY KEY (workspace_id, assessment_test_id, email_key)
);
CREATE INDEX campaign_of_test ON campaign (workspace_id, assessment_test_id, campaign_id) WHERE assessment_test_id <> '';
