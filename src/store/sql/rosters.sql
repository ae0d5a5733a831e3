-- The list of a campaign, sixty-four ids a row (core/roster.h).

-- :query roster_add
INSERT INTO roster (workspace_id, campaign_id, block, total, records)
VALUES ($workspace_id, $campaign_id, $block, $total, $records)
ON CONFLICT (workspace_id, campaign_id, block)
DO UPDATE SET total = roster.total + $total, records = roster.records || $records

-- :query roster_block
-- :row total, records
SELECT total, records FROM roster WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND block = $block

-- :query roster_set
UPDATE roster SET total = $total, records = $records
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND block = $block

-- :query roster_delete
DELETE FROM roster WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND block = $block

-- :query roster_totals
-- :row block, total
SELECT block, total FROM roster WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id ORDER BY block

-- :query roster_records
-- :row block, records
SELECT block, records FROM roster WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id ORDER BY block
