-- What people have recorded to be played instead of being spoken.

-- :query recording_put
INSERT INTO recording (workspace_id, campaign_id, message, said, sound, samples, audio, recorded_at)
VALUES ($workspace_id, $campaign_id, $message, $said, $sound, $samples, $audio, $recorded_at)
ON CONFLICT (workspace_id, campaign_id, message)
DO UPDATE SET said = excluded.said, sound = excluded.sound, samples = excluded.samples, audio = excluded.audio,
              recorded_at = excluded.recorded_at

-- :query recording_get
-- :row said, sound, samples, recorded_at
SELECT said, sound, samples, recorded_at FROM recording
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND message = $message

-- :query recording_audio
-- :row audio
SELECT audio FROM recording
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND message = $message

-- :query recording_delete
DELETE FROM recording WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id AND message = $message

-- :query campaign_sounds_new
-- whoever keeps its prompts makes them again
UPDATE campaign SET row_version = row_version + 1, updated_at = $updated_at
 WHERE workspace_id = $workspace_id AND campaign_id = $campaign_id
