-- What a client may repeat and what it may skip: answers kept under an Idempotency-Key, and a version per
-- campaign's leads, by which a poller learns that nothing has changed.

-- the answer to a write, committed with the write; scope_hash is of method, path and the client's key
CREATE TABLE kept_answer (
    workspace_id BIGINT NOT NULL,
    key_id      BIGINT NOT NULL,
    scope_hash  TEXT NOT NULL,
    body_hash   TEXT NOT NULL,
    http_status BIGINT NOT NULL,
    content_type TEXT NOT NULL,
    headers     TEXT NOT NULL,
    body        TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, key_id, scope_hash)
);
CREATE INDEX kept_answer_age ON kept_answer (created_at);

-- grows whenever a list of the campaign's leads would look different; never below the clock, so that a database
-- put back from a backup gives no version twice. Apart from campaign, whose row is wide.
CREATE TABLE lead_change (
    workspace_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    version     BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, campaign_id)
);
