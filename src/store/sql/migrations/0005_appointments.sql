-- The times a campaign offers, who has booked which, and what a call made of them.

-- taken counts the bookings and never exceeds capacity; slot_no is the place in the campaign's list, from 1
CREATE TABLE appointment (
    workspace_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    slot_no     BIGINT NOT NULL,
    start_at    BIGINT NOT NULL,
    end_at      BIGINT,
    capacity    BIGINT NOT NULL,
    taken       BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, campaign_id, slot_no)
);
CREATE INDEX appointment_open ON appointment (workspace_id, campaign_id, start_at);

-- one per lead; attempt_id is the call in which it was made
CREATE TABLE booking (
    workspace_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    talent_id   BIGINT NOT NULL,
    slot_no     BIGINT NOT NULL,
    attempt_id  BIGINT NOT NULL,
    booked_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, campaign_id, talent_id)
);

-- how many times the call had to offer, and the one that was chosen last
ALTER TABLE attempt ADD COLUMN offered BIGINT NOT NULL DEFAULT 0;
ALTER TABLE attempt ADD COLUMN chosen BIGINT NOT NULL DEFAULT 0;
