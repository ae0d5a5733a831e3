-- Who is told of events, and what is remembered of people: endpoints, deliveries, consent, the hashes that erasure leaves.

CREATE INDEX event_of_talent ON event (workspace_id, talent_id, event_id) WHERE talent_id IS NOT NULL;

-- who a number belongs to, also where it was taken off a campaign
CREATE INDEX lead_removed_number ON lead (workspace_id, number) WHERE removed = 1;

-- events: '*' or types with commas between. Everything up to cursor_id has been settled, everything up to sent_id may have
-- been sent; tries and due_at (wall clock) are of the event behind the cursor. stop_reason: '' while it is active
CREATE TABLE webhook_endpoint (
    workspace_id BIGINT NOT NULL,
    endpoint_id BIGINT NOT NULL,
    url         TEXT NOT NULL,
    secret      TEXT NOT NULL,
    events      TEXT NOT NULL,
    compatible  BIGINT NOT NULL,
    active      BIGINT NOT NULL,
    stop_reason TEXT NOT NULL,
    cursor_id   BIGINT NOT NULL,
    sent_id     BIGINT NOT NULL,
    tries       BIGINT NOT NULL,
    due_at      BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, endpoint_id)
);

-- events that go out of their order: refused too often, sent again by hand, made for a trial (mark: retry, replay, test)
CREATE TABLE webhook_aside (
    workspace_id BIGINT NOT NULL,
    endpoint_id BIGINT NOT NULL,
    event_id    BIGINT NOT NULL,
    mark        TEXT NOT NULL,
    tries       BIGINT NOT NULL,
    due_at      BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, endpoint_id, event_id)
);
CREATE INDEX webhook_aside_due ON webhook_aside (workspace_id, endpoint_id, due_at);

-- every try: note is what the endpoint answered, or why it did not
CREATE TABLE webhook_delivery (
    workspace_id BIGINT NOT NULL,
    endpoint_id BIGINT NOT NULL,
    delivery_id BIGINT NOT NULL,
    event_id    BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    mark        TEXT NOT NULL,
    tries       BIGINT NOT NULL,
    verdict     TEXT NOT NULL,
    http_status BIGINT NOT NULL,
    took_ms     BIGINT NOT NULL,
    note        TEXT NOT NULL,
    PRIMARY KEY (workspace_id, endpoint_id, delivery_id)
);

-- that somebody has agreed to be called: where, by which words, when
CREATE TABLE consent (
    workspace_id BIGINT NOT NULL,
    talent_id   BIGINT NOT NULL,
    source      TEXT NOT NULL,
    wording     TEXT NOT NULL,
    consented_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, talent_id)
);

-- numbers and addresses of people who were erased are suppressed as keyed hashes (kind 'hash'); this is the key
CREATE TABLE erasure_key (
    workspace_id BIGINT NOT NULL,
    secret      TEXT NOT NULL,
    PRIMARY KEY (workspace_id)
);
