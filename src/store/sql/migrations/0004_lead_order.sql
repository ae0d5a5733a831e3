-- Long lists of leads. A page far down, and a search, walk this narrow index instead of the wide rows. "removed" stands
-- in the index because a partial one does not spare SQLite 3.40 the look at the row.
CREATE INDEX lead_order ON lead (workspace_id, campaign_id, removed, talent_id, bucket, search_key);
DROP INDEX lead_bucket;
CREATE INDEX lead_bucket ON lead (workspace_id, campaign_id, removed, bucket, talent_id);
