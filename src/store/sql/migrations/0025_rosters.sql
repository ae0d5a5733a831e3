-- Long lists of leads: who is on a campaign's list, sixty-four ids a row, with how many they are and what they are searched by
-- (core/roster.h). A page far down counts off whole rows of it, and a search reads it from end to end. It takes the place of
-- an index over all leads and their keys, twice as large and with a place to be found for every lead that is added.
CREATE TABLE roster (
    workspace_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    block       BIGINT NOT NULL,
    total       BIGINT NOT NULL,
    records     TEXT NOT NULL,
    PRIMARY KEY (workspace_id, campaign_id, block)
);
CREATE INDEX roster_total ON roster (workspace_id, campaign_id, block, total); -- to count off without the records
INSERT INTO roster (workspace_id, campaign_id, block, total, records)
SELECT workspace_id, campaign_id, talent_id / 64, count(*),
       group_concat(char(30) || char(48 + talent_id % 64) || replace(search_key, char(30), ' '), '')
  FROM lead WHERE removed = 0
 GROUP BY workspace_id, campaign_id, talent_id / 64;
DROP INDEX lead_order;
ALTER TABLE lead DROP COLUMN search_key;
