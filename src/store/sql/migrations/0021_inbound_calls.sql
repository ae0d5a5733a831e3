-- People who call one of our numbers. The row is written before the call is answered, under an id of the same counter as the
-- ledger's, so that carrier, log and bookings have one name for every call; it is no attempt, and counts as none. campaign_id
-- and talent_id are 0 where nobody knows the caller, number is '' where it is withheld; resumed: he is asked the campaign's
-- questions; ended_at is null while the call is on.
CREATE TABLE inbound_call (
    workspace_id BIGINT NOT NULL,
    attempt_id  BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    talent_id   BIGINT NOT NULL,
    number      TEXT NOT NULL,
    own_number  TEXT NOT NULL,
    trunk_id    BIGINT NOT NULL,
    resumed     BIGINT NOT NULL,
    outcome     BIGINT NOT NULL,
    answer      BIGINT NOT NULL,
    digits      TEXT NOT NULL,
    offered     BIGINT NOT NULL,
    chosen      BIGINT NOT NULL,
    person      BIGINT NOT NULL,
    talk_ms     BIGINT NOT NULL,
    began_at    BIGINT NOT NULL,
    ended_at    BIGINT,
    PRIMARY KEY (workspace_id, attempt_id)
);
CREATE INDEX inbound_call_of_lead ON inbound_call (workspace_id, campaign_id, talent_id, attempt_id);
CREATE INDEX inbound_call_of_number ON inbound_call (workspace_id, number, attempt_id);
CREATE INDEX inbound_call_live ON inbound_call (workspace_id, attempt_id) WHERE ended_at IS NULL;
