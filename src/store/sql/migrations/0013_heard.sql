-- What people hear, and what they may ask for.

-- who pressed 0: 0 nobody, 1 noted for people, 2 put through (core/carrier.h)
ALTER TABLE attempt ADD COLUMN person BIGINT NOT NULL DEFAULT 0;

-- E.164, where 0 puts people through who are called for this site; '': as the workspace's person_number says
ALTER TABLE site ADD COLUMN person_number TEXT NOT NULL DEFAULT '';
