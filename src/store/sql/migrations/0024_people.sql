-- What is held of people can be found and let go of: indexes for both, how far each retention clock has come, whether a
-- call told who it was; and who may post the events of assessments.

CREATE INDEX message_of_talent ON message (workspace_id, talent_id) WHERE talent_id > 0;
CREATE INDEX assessment_taker_of ON assessment_taker (workspace_id, email_key);

-- 1: who calls, and that it is a machine, was said to the end
ALTER TABLE attempt ADD COLUMN disclosed BIGINT NOT NULL DEFAULT 0;

-- up to which id the rows of a kind have been looked at by its clock (kinds: store/retention.c)
CREATE TABLE retention_mark (
    workspace_id BIGINT NOT NULL,
    kind        TEXT NOT NULL,
    upto_id     BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, kind)
);

-- a sender of assessments' events that has no key of ours: it signs with the secret, or shows it. assessment_test_id is ''
-- where each event names its own.
CREATE TABLE assessment_sender (
    workspace_id BIGINT NOT NULL,
    sender_id   BIGINT NOT NULL,
    assessment_test_id TEXT NOT NULL,
    secret      TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, sender_id)
);
CREATE UNIQUE INDEX assessment_sender_id ON assessment_sender (sender_id);
