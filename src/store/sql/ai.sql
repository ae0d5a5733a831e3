-- AI calls: providers, attestations, costs, transcripts.

-- :query ai_provider_insert
INSERT INTO ai_provider (name, base_url, model, voice, dialect, key_file, price_micros, created_at)
VALUES ($name, $base_url, $model, $voice, $dialect, $key_file, $price_micros, $created_at)
ON CONFLICT (name) DO NOTHING

-- :query ai_provider_delete
DELETE FROM ai_provider WHERE name = $name

-- :query ai_provider_get
-- :row name, base_url, model, voice, dialect, key_file, price_micros, created_at
SELECT name, base_url, model, voice, dialect, key_file, price_micros, created_at FROM ai_provider WHERE name = $name

-- :query ai_provider_first
-- :row like ai_provider_get
SELECT name, base_url, model, voice, dialect, key_file, price_micros, created_at FROM ai_provider
 ORDER BY created_at, name LIMIT 1

-- :query ai_provider_list
-- :row like ai_provider_get
SELECT name, base_url, model, voice, dialect, key_file, price_micros, created_at FROM ai_provider ORDER BY created_at, name

-- :query attestation_put
INSERT INTO attestation (workspace_id, attested_by, attested_at) VALUES ($workspace_id, $attested_by, $attested_at)
ON CONFLICT (workspace_id) DO UPDATE SET attested_by = excluded.attested_by, attested_at = excluded.attested_at

-- :query attestation_get
-- :row attested_by, attested_at
SELECT attested_by, attested_at FROM attestation WHERE workspace_id = $workspace_id

-- :query ai_call_insert
INSERT INTO ai_call (workspace_id, attempt_id, campaign_id, talent_id, provider, day, cost_micros, session_ms, transcript,
                     keep_until)
VALUES ($workspace_id, $attempt_id, $campaign_id, $talent_id, $provider, $day, $cost_micros, 0, NULL, NULL)

-- :query ai_call_get
-- :row campaign_id, talent_id, provider, day, cost_micros, session_ms, transcript, keep_until
SELECT campaign_id, talent_id, provider, day, cost_micros, session_ms, transcript, keep_until FROM ai_call
 WHERE workspace_id = $workspace_id AND attempt_id = $attempt_id

-- :query ai_call_list
-- :row attempt_id, campaign_id, talent_id, provider, cost_micros, session_ms, keep_until
SELECT attempt_id, campaign_id, talent_id, provider, cost_micros, session_ms, keep_until FROM ai_call
 WHERE workspace_id = $workspace_id AND transcript IS NOT NULL AND keep_until > $now:int
 ORDER BY attempt_id DESC LIMIT $limit:int

-- :query ai_call_end
UPDATE ai_call SET cost_micros = $cost_micros, session_ms = $session_ms, transcript = $transcript, keep_until = $keep_until
 WHERE workspace_id = $workspace_id AND attempt_id = $attempt_id

-- :query ai_transcripts_drop
-- :across the retention clock is every workspace's
UPDATE ai_call SET transcript = NULL WHERE transcript IS NOT NULL AND keep_until <= $now:int

-- :query ai_spent_add
INSERT INTO ai_spent (workspace_id, campaign_id, day, cost_micros) VALUES ($workspace_id, $campaign_id, $day, $cost_micros)
ON CONFLICT (workspace_id, campaign_id, day) DO UPDATE SET cost_micros = ai_spent.cost_micros + excluded.cost_micros

-- :query ai_spent_get
-- :row cost_micros
SELECT cost_micros FROM ai_spent WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND day = $day
