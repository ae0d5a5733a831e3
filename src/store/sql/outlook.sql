-- Where the leads of a campaign stand: what their explanations are made of.

-- :query outlook_lead
-- :row talent_id, lead_state, reason, slot, due_at
SELECT l.talent_id, l.lead_state, l.reason, d.slot, d.due_at FROM lead l
  LEFT JOIN due d ON d.workspace_id = l.workspace_id AND d.campaign_id = l.campaign_id AND d.talent_id = l.talent_id
 WHERE l.workspace_id = $workspace_id AND l.campaign_id = $campaign_id AND l.talent_id = $talent_id AND l.removed = 0

-- :query outlook_leads
-- :row like outlook_lead
SELECT l.talent_id, l.lead_state, l.reason, d.slot, d.due_at FROM lead l
  LEFT JOIN due d ON d.workspace_id = l.workspace_id AND d.campaign_id = l.campaign_id AND d.talent_id = l.talent_id
 WHERE l.workspace_id = $workspace_id AND l.campaign_id = $campaign_id AND l.removed = 0
