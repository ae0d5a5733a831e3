-- The list of campaigns from narrow rows of its own, and calls that verify numbers.

-- what the list shows of a campaign, written with it: beside the wide row a page of twenty had to look into forty pages
-- of the file
CREATE TABLE campaign_listed (
    workspace_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    status      TEXT NOT NULL,
    purpose     TEXT NOT NULL,
    summary_json TEXT NOT NULL,
    PRIMARY KEY (workspace_id, campaign_id)
);
INSERT INTO campaign_listed (workspace_id, campaign_id, status, purpose, summary_json)
SELECT workspace_id, campaign_id, status, purpose, summary_json FROM campaign;
ALTER TABLE campaign DROP COLUMN summary_json;

-- Calls that speak a code to whoever answers a caller number, so that he can say it back. Each is a row before its
-- INVITE leaves; nothing ever places one a second time. attempt_id is of the same counter as the ledger's, so that
-- carrier, journal and log have one name for every call. Only a hash of the code is kept.
CREATE TABLE number_check (
    workspace_id BIGINT NOT NULL,
    attempt_id  BIGINT NOT NULL,
    number      TEXT NOT NULL,
    code_hash   TEXT NOT NULL,
    tries       BIGINT NOT NULL,
    outcome     BIGINT NOT NULL,
    intent_at   BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    ended_at    BIGINT,
    PRIMARY KEY (workspace_id, attempt_id)
);
CREATE INDEX number_check_number ON number_check (workspace_id, number, attempt_id);
