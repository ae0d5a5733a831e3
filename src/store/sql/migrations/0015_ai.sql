-- AI calls: who can speak in them, who has vouched for them, what they cost, and what was said.

-- the key itself is never here: key_file is a path, or the name of a systemd credential
CREATE TABLE ai_provider (
    name        TEXT NOT NULL,
    base_url    TEXT NOT NULL,
    model       TEXT NOT NULL,
    voice       TEXT NOT NULL,
    dialect     TEXT NOT NULL,
    key_file    TEXT NOT NULL,
    price_micros BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (name)
);

-- who has stated, and when, that the people the workspace calls have agreed to be called by an artificial voice
CREATE TABLE attestation (
    workspace_id BIGINT NOT NULL,
    attested_by TEXT NOT NULL,
    attested_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id)
);

-- one row per AI call: what it may cost from the intent on, what it has cost after its end
CREATE TABLE ai_call (
    workspace_id BIGINT NOT NULL,
    attempt_id  BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    talent_id   BIGINT NOT NULL,
    provider    TEXT NOT NULL,
    day         BIGINT NOT NULL,
    cost_micros BIGINT NOT NULL,
    session_ms  BIGINT NOT NULL,
    transcript  TEXT,
    keep_until  BIGINT,
    PRIMARY KEY (workspace_id, attempt_id)
);
CREATE INDEX ai_call_kept ON ai_call (keep_until) WHERE transcript IS NOT NULL;

-- totals are kept with the rows they count: day -1 is the campaign's, campaign 0 the workspace's of that day
CREATE TABLE ai_spent (
    workspace_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    day         BIGINT NOT NULL,
    cost_micros BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, campaign_id, day)
);
