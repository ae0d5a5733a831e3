-- Time: which campaigns were planned by other zone rules, and the clocks of test workspaces.

CREATE INDEX campaign_tzdata ON campaign (tzdata, workspace_id, campaign_id);

-- how far a test workspace's clock is ahead of the wall clock, and the moment it is on its way to (null: it just runs)
CREATE TABLE workspace_clock (
    workspace_id BIGINT NOT NULL,
    ahead_ms    BIGINT NOT NULL,
    target_at   BIGINT,
    PRIMARY KEY (workspace_id)
);
