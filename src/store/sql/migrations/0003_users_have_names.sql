-- What a user is called; two users of a company have two addresses.

ALTER TABLE app_user ADD COLUMN name TEXT NOT NULL DEFAULT '';

CREATE UNIQUE INDEX app_user_email ON app_user (company_id, email);
