-- What people hear, and what they may ask for.

-- who pressed 0: 0 nobody, 1 noted for people, 2 put through (core/carrier.h)
ALTER TABLE attempt ADD COLUMN person BIGINT NOT NULL DEFAULT 0;

-- E.164, where 0 puts people through who are called for this site; '': as the workspace's person_number says
ALTER TABLE site ADD COLUMN person_number TEXT NOT NULL DEFAULT '';

-- recordings people uploaded, one per message of a campaign ('opening', 'question-1', 'closing'); audio is mu-law at
-- 8 kHz in base64, said the SHA-256 of the text it was recorded for, sound that of the audio
CREATE TABLE recording (
    workspace_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    message     TEXT NOT NULL,
    said        TEXT NOT NULL,
    sound       TEXT NOT NULL,
    samples     BIGINT NOT NULL,
    audio       TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, campaign_id, message)
);
