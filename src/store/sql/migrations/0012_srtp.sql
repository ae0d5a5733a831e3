-- Whether a trunk's audio is encrypted (SRTP); only where its signalling is TLS.

ALTER TABLE trunk ADD COLUMN srtp BIGINT NOT NULL DEFAULT 0;
