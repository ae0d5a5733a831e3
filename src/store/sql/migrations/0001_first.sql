-- The first schema. Portable (SQLite, PostgreSQL, Citus): application-made 64-bit ids, times in epoch
-- milliseconds UTC, no triggers, no sequences; what belongs to a workspace has it first in its key.
-- A column name has one type wherever it stands (tools/sqlgen relies on it).

-- server-wide facts: epoch (grows at every start), node_id
CREATE TABLE fact (
    name        TEXT NOT NULL,
    value       BIGINT NOT NULL,
    PRIMARY KEY (name)
);

-- the next id of each kind; ids are unique in the server, so a foreign id is never somebody else's row
CREATE TABLE counter (
    kind        TEXT NOT NULL,
    next_id     BIGINT NOT NULL,
    PRIMARY KEY (kind)
);

CREATE TABLE company (
    company_id  BIGINT NOT NULL,
    name        TEXT NOT NULL,
    country     TEXT NOT NULL,
    active      BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (company_id)
);

CREATE TABLE workspace (
    workspace_id BIGINT NOT NULL,
    company_id  BIGINT NOT NULL,
    is_live     BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (workspace_id)
);

CREATE TABLE app_user (
    company_id  BIGINT NOT NULL,
    user_id     BIGINT NOT NULL,
    email       TEXT NOT NULL,
    active      BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (company_id, user_id)
);

CREATE TABLE site (
    company_id  BIGINT NOT NULL,
    site_id     BIGINT NOT NULL,
    name        TEXT NOT NULL,
    address     TEXT NOT NULL,
    city        TEXT NOT NULL,
    region      TEXT NOT NULL,
    country     TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (company_id, site_id)
);

CREATE TABLE site_user (
    company_id  BIGINT NOT NULL,
    user_id     BIGINT NOT NULL,
    site_id     BIGINT NOT NULL,
    is_primary  BIGINT NOT NULL,
    PRIMARY KEY (company_id, user_id, site_id)
);

CREATE TABLE caller_number (
    workspace_id BIGINT NOT NULL,
    number      TEXT NOT NULL,
    verified_at BIGINT,
    verified_by TEXT NOT NULL,
    PRIMARY KEY (workspace_id, number)
);

CREATE TABLE api_key (
    workspace_id BIGINT NOT NULL,
    key_id      BIGINT NOT NULL,
    key_hash    TEXT NOT NULL,
    hint        TEXT NOT NULL,
    company_id  BIGINT NOT NULL,
    user_id     BIGINT NOT NULL,
    is_admin    BIGINT NOT NULL,
    active      BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, key_id)
);
CREATE UNIQUE INDEX api_key_hash ON api_key (key_hash);

CREATE TABLE trunk (
    workspace_id BIGINT NOT NULL,
    trunk_id    BIGINT NOT NULL,
    name        TEXT NOT NULL,
    host        TEXT NOT NULL,
    port        BIGINT NOT NULL,
    transport   TEXT NOT NULL,
    auth_user   TEXT NOT NULL,
    auth_password TEXT NOT NULL,
    channels    BIGINT NOT NULL,
    cps         BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, trunk_id)
);
CREATE UNIQUE INDEX trunk_name ON trunk (workspace_id, name);

-- detail_json and summary_json are the campaign as the API shows it, rendered whenever the row changes
CREATE TABLE campaign (
    workspace_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    title       TEXT NOT NULL,
    status      TEXT NOT NULL,
    purpose     TEXT NOT NULL,
    timezone    TEXT NOT NULL,
    site_id     BIGINT NOT NULL,
    caller_number TEXT NOT NULL,
    call_type   TEXT NOT NULL,
    ai_call_script TEXT NOT NULL,
    opening_message TEXT NOT NULL,
    closing_message TEXT NOT NULL,
    questions   TEXT NOT NULL,
    job_details TEXT NOT NULL,
    job_title   TEXT NOT NULL,
    assessment_test_id TEXT NOT NULL,
    assessment_name TEXT NOT NULL,
    reminder_sms TEXT NOT NULL,
    post_call_sms TEXT NOT NULL,
    auto_add_invited BIGINT NOT NULL,
    first_delay_hours REAL NOT NULL,
    time_basis  TEXT NOT NULL,
    start_local TEXT,
    start_at    BIGINT NOT NULL,
    follow_ups  TEXT NOT NULL,
    tzdata      TEXT NOT NULL,
    detail_json TEXT NOT NULL,
    summary_json TEXT NOT NULL,
    row_version BIGINT NOT NULL,
    first_attempt_at BIGINT,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, campaign_id)
);

-- when slot k of a campaign is, as an instant; recomputed from the wall time when the zone's rules change
CREATE TABLE campaign_slot (
    workspace_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    slot        BIGINT NOT NULL,
    slot_at     BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, campaign_id, slot)
);

-- totals are kept with the rows they count, so that a list's total costs one look-up
CREATE TABLE campaign_total (
    workspace_id BIGINT NOT NULL,
    status      TEXT NOT NULL,
    purpose     TEXT NOT NULL,
    total       BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, status, purpose)
);

CREATE TABLE lead_total (
    workspace_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    bucket      BIGINT NOT NULL,
    total       BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, campaign_id, bucket)
);

-- a person, one per workspace and folded e-mail; talent_id is the API's leadId
CREATE TABLE talent (
    workspace_id BIGINT NOT NULL,
    talent_id   BIGINT NOT NULL,
    email       TEXT NOT NULL,
    email_key   TEXT NOT NULL,
    first_name  TEXT NOT NULL,
    last_name   TEXT NOT NULL,
    phone       TEXT NOT NULL,
    linkedin    TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, talent_id)
);
CREATE UNIQUE INDEX talent_email ON talent (workspace_id, email_key);

-- phone is the number as sent, number its E.164 form (null: cannot be dialled)
CREATE TABLE lead (
    workspace_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    talent_id   BIGINT NOT NULL,
    email       TEXT NOT NULL,
    first_name  TEXT NOT NULL,
    last_name   TEXT NOT NULL,
    phone       TEXT NOT NULL,
    number      TEXT,
    search_key  TEXT NOT NULL,
    bucket      BIGINT NOT NULL,
    completed   BIGINT NOT NULL,
    submitted   BIGINT NOT NULL,
    lead_state  BIGINT NOT NULL,
    reason      TEXT NOT NULL,
    attempts    BIGINT NOT NULL,
    removed     BIGINT NOT NULL,
    added_at    BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, campaign_id, talent_id)
);
CREATE UNIQUE INDEX lead_number ON lead (workspace_id, campaign_id, number)
    WHERE removed = 0 AND number IS NOT NULL;
CREATE INDEX lead_bucket ON lead (workspace_id, campaign_id, bucket, talent_id) WHERE removed = 0;

-- what is to be dialled, and when: narrow, only what is not finished (due_state 1 ready, 2 claimed, 3 parked)
CREATE TABLE due (
    workspace_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    talent_id   BIGINT NOT NULL,
    due_at      BIGINT NOT NULL,
    due_state   BIGINT NOT NULL,
    slot        BIGINT NOT NULL,
    retries     BIGINT NOT NULL,
    fence       BIGINT NOT NULL,
    node_id     BIGINT NOT NULL,
    epoch       BIGINT NOT NULL,
    lease_until BIGINT,
    PRIMARY KEY (workspace_id, campaign_id, talent_id)
);
CREATE INDEX due_ready ON due (workspace_id, due_at, campaign_id, talent_id) WHERE due_state = 1;
CREATE INDEX due_claimed ON due (workspace_id, lease_until) WHERE due_state = 2;

-- the ledger: one row per try, inserted by the intent, updated by what follows (states: core/attempt.h)
CREATE TABLE attempt (
    workspace_id BIGINT NOT NULL,
    attempt_id  BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    talent_id   BIGINT NOT NULL,
    attempt_no  BIGINT NOT NULL,
    slot        BIGINT NOT NULL,
    retries     BIGINT NOT NULL,
    attempt_state BIGINT NOT NULL,
    outcome     BIGINT NOT NULL,
    answer      BIGINT NOT NULL,
    digits      TEXT NOT NULL,
    number      TEXT NOT NULL,
    caller_number TEXT NOT NULL,
    trunk_id    BIGINT NOT NULL,
    call_id     TEXT NOT NULL,
    fence       BIGINT NOT NULL,
    node_id     BIGINT NOT NULL,
    epoch       BIGINT NOT NULL,
    lease_until BIGINT,
    due_at      BIGINT NOT NULL,
    intent_at   BIGINT NOT NULL,
    ringing_at  BIGINT,
    answered_at BIGINT,
    ended_at    BIGINT,
    sip_status  BIGINT NOT NULL,
    talk_ms     BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, attempt_id)
);
CREATE UNIQUE INDEX attempt_of_lead ON attempt (workspace_id, campaign_id, talent_id, attempt_no);
CREATE INDEX attempt_live ON attempt (workspace_id, attempt_id) WHERE attempt_state IN (3, 4, 5);

-- no two calls to one number at once, whatever campaigns ask for it
CREATE TABLE person_lock (
    workspace_id BIGINT NOT NULL,
    number      TEXT NOT NULL,
    attempt_id  BIGINT NOT NULL,
    locked_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, number)
);

-- who must not be called: kind is 'number' (E.164) or 'email' (folded)
CREATE TABLE suppression (
    workspace_id BIGINT NOT NULL,
    kind        TEXT NOT NULL,
    target      TEXT NOT NULL,
    reason      TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, kind, target)
);

-- what happened, in order: one row per change, written with it
CREATE TABLE event (
    workspace_id BIGINT NOT NULL,
    event_id    BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    type        TEXT NOT NULL,
    campaign_id BIGINT,
    talent_id   BIGINT,
    attempt_id  BIGINT,
    data        TEXT NOT NULL,
    PRIMARY KEY (workspace_id, event_id)
);
