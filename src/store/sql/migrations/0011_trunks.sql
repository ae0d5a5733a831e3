-- What a carrier wants: which numbers go through it, in which order, how it knows us, and what it is shown.

ALTER TABLE trunk ADD COLUMN enabled BIGINT NOT NULL DEFAULT 1;
-- the lower the sooner; equal ones share the calls
ALTER TABLE trunk ADD COLUMN rank BIGINT NOT NULL DEFAULT 100;
-- "+1 +44": the numbers it serves begin with one of these; empty: all numbers
ALTER TABLE trunk ADD COLUMN prefixes TEXT NOT NULL DEFAULT '';
-- host or host:port that all requests go to instead; empty: none
ALTER TABLE trunk ADD COLUMN proxy TEXT NOT NULL DEFAULT '';
-- whether it wants us to REGISTER
ALTER TABLE trunk ADD COLUMN registers BIGINT NOT NULL DEFAULT 0;
-- the user of From; empty: the caller's number
ALTER TABLE trunk ADD COLUMN from_user TEXT NOT NULL DEFAULT '';
-- the host of From; empty: the trunk's
ALTER TABLE trunk ADD COLUMN from_domain TEXT NOT NULL DEFAULT '';
-- where the caller's number is vouched for: pai, ppi or none
ALTER TABLE trunk ADD COLUMN identity TEXT NOT NULL DEFAULT 'pai';
-- whether the person is not to see the number
ALTER TABLE trunk ADD COLUMN privacy BIGINT NOT NULL DEFAULT 0;
-- our address as the trunk sees it, behind a 1:1 NAT; empty: the local one
ALTER TABLE trunk ADD COLUMN external_address TEXT NOT NULL DEFAULT '';
-- seconds between two OPTIONS; 0: it is never asked
ALTER TABLE trunk ADD COLUMN probe_s BIGINT NOT NULL DEFAULT 30;
