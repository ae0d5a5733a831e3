-- Companies, workspaces, users, sites, caller numbers, keys, trunks.

-- :query company_insert
INSERT INTO company (company_id, name, country, active, created_at)
VALUES ($company_id, $name, $country, 1, $created_at)

-- :query company_count
-- :row n:int
SELECT count(*) FROM company

-- :query workspace_insert
INSERT INTO workspace (workspace_id, company_id, is_live, created_at)
VALUES ($workspace_id, $company_id, $is_live, $created_at)

-- :query workspace_list
-- :row workspace_id, company_id, is_live
-- :across the dispatcher serves all of them in turn
SELECT workspace_id, company_id, is_live FROM workspace ORDER BY workspace_id

-- :query workspace_of_company
-- :row workspace_id
-- :across finds the workspace itself
SELECT workspace_id FROM workspace WHERE company_id = $company_id AND is_live = $is_live

-- :query first_company
-- :row company_id, user_id
SELECT c.company_id, u.user_id FROM company c JOIN app_user u ON u.company_id = c.company_id
ORDER BY c.company_id, u.user_id LIMIT 1

-- :query company_list
-- :row company_id, name, country, active, created_at
SELECT company_id, name, country, active, created_at FROM company ORDER BY company_id

-- :query company_get
-- :row name, country
SELECT name, country FROM company WHERE company_id = $company_id

-- :query company_set_active
UPDATE company SET active = $active WHERE company_id = $company_id

-- :query user_insert
INSERT INTO app_user (company_id, user_id, email, name, active, created_at)
VALUES ($company_id, $user_id, $email, $name, 1, $created_at)

-- :query user_list
-- :row user_id, email, name, active, created_at
SELECT user_id, email, name, active, created_at FROM app_user WHERE company_id = $company_id ORDER BY user_id

-- :query user_get
-- :row like user_list
SELECT user_id, email, name, active, created_at FROM app_user
 WHERE company_id = $company_id AND user_id = $user_id

-- :query user_by_email
-- :row user_id
SELECT user_id FROM app_user WHERE company_id = $company_id AND lower(email) = lower($email)

-- :query user_set_active
UPDATE app_user SET active = $active WHERE company_id = $company_id AND user_id = $user_id

-- :query user_delete
DELETE FROM app_user WHERE company_id = $company_id AND user_id = $user_id

-- :query user_count
-- :row n:int
SELECT count(*) FROM app_user WHERE company_id = $company_id

-- :query user_sites_delete
DELETE FROM site_user WHERE company_id = $company_id AND user_id = $user_id

-- :query site_insert
INSERT INTO site (company_id, site_id, name, address, city, region, country, person_number, created_at)
VALUES ($company_id, $site_id, $name, $address, $city, $region, $country, $person_number, $created_at)

-- :query site_list
-- :row site_id, is_primary, name, address, city, region, country
SELECT s.site_id, su.is_primary, s.name, s.address, s.city, s.region, s.country
  FROM site_user su JOIN site s ON s.company_id = su.company_id AND s.site_id = su.site_id
 WHERE su.company_id = $company_id AND su.user_id = $user_id
 ORDER BY su.is_primary DESC, s.site_id

-- :query site_list_all
-- :row site_id, name, address, city, region, country, person_number
SELECT site_id, name, address, city, region, country, person_number FROM site WHERE company_id = $company_id ORDER BY site_id

-- :query site_get
-- :row like site_list_all
SELECT site_id, name, address, city, region, country, person_number FROM site
 WHERE company_id = $company_id AND site_id = $site_id

-- :query site_update
UPDATE site SET name = $name, address = $address, city = $city, region = $region, country = $country,
       person_number = $person_number
 WHERE company_id = $company_id AND site_id = $site_id

-- :query site_users
-- :row user_id, is_primary
SELECT user_id, is_primary FROM site_user WHERE company_id = $company_id AND site_id = $site_id ORDER BY user_id

-- :query site_user_put
INSERT INTO site_user (company_id, user_id, site_id, is_primary)
VALUES ($company_id, $user_id, $site_id, $is_primary)
ON CONFLICT (company_id, user_id, site_id) DO UPDATE SET is_primary = max(site_user.is_primary, excluded.is_primary)

-- :query site_user_one_primary
UPDATE site_user SET is_primary = 0 WHERE company_id = $company_id AND user_id = $user_id AND site_id <> $site_id

-- :query site_user_delete
DELETE FROM site_user WHERE company_id = $company_id AND user_id = $user_id AND site_id = $site_id

-- :query site_of_user
-- :row country
SELECT s.country
  FROM site_user su JOIN site s ON s.company_id = su.company_id AND s.site_id = su.site_id
 WHERE su.company_id = $company_id AND su.user_id = $user_id AND su.site_id = $site_id

-- :query site_country
-- :row country
SELECT country FROM site WHERE company_id = $company_id AND site_id = $site_id

-- :query number_insert
INSERT INTO caller_number (workspace_id, number, verified_at, verified_by)
VALUES ($workspace_id, $number, $verified_at, $verified_by)
ON CONFLICT (workspace_id, number) DO NOTHING

-- :query number_get
-- :row number, verified_at, verified_by
SELECT number, verified_at, verified_by FROM caller_number WHERE workspace_id = $workspace_id AND number = $number

-- :query number_list
-- :row like number_get
SELECT number, verified_at, verified_by FROM caller_number WHERE workspace_id = $workspace_id ORDER BY number

-- :query number_verify
UPDATE caller_number SET verified_at = $verified_at, verified_by = $verified_by
 WHERE workspace_id = $workspace_id AND number = $number

-- :query number_delete
DELETE FROM caller_number WHERE workspace_id = $workspace_id AND number = $number

-- :query number_in_use
-- :row campaign_id
SELECT campaign_id FROM campaign
 WHERE workspace_id = $workspace_id AND caller_number = $caller_number AND status = 'RUNNING' LIMIT 1

-- :query key_insert
INSERT INTO api_key (workspace_id, key_id, key_hash, hint, company_id, user_id, is_admin, active, created_at)
VALUES ($workspace_id, $key_id, $key_hash, $hint, $company_id, $user_id, $is_admin, 1, $created_at)

-- :query key_find
-- :row workspace_id, key_id, company_id, user_id, is_admin, key_active:int, user_active:int, company_active:int,
--      is_live, ahead_ms
-- :across the key is what tells the workspace; its user may have left the company
SELECT k.workspace_id, k.key_id, k.company_id, k.user_id, k.is_admin, k.active, u.active, c.active, w.is_live,
       coalesce(t.ahead_ms, 0)
  FROM api_key k
  JOIN company c ON c.company_id = k.company_id
  LEFT JOIN app_user u ON u.company_id = k.company_id AND u.user_id = k.user_id
  JOIN workspace w ON w.workspace_id = k.workspace_id
  LEFT JOIN workspace_clock t ON t.workspace_id = k.workspace_id
 WHERE k.key_hash = $key_hash

-- :query key_list
-- :row key_id, hint, user_id, is_admin, active, is_live, created_at
SELECT k.key_id, k.hint, k.user_id, k.is_admin, k.active, w.is_live, k.created_at
  FROM api_key k JOIN workspace w ON w.workspace_id = k.workspace_id
 WHERE k.workspace_id = $workspace_id ORDER BY k.key_id

-- :query key_get
-- :row like key_list
SELECT k.key_id, k.hint, k.user_id, k.is_admin, k.active, w.is_live, k.created_at
  FROM api_key k JOIN workspace w ON w.workspace_id = k.workspace_id
 WHERE k.workspace_id = $workspace_id AND k.key_id = $key_id

-- :query key_revoke
UPDATE api_key SET active = 0 WHERE workspace_id = $workspace_id AND key_id = $key_id AND active = 1

-- :query trunk_insert
INSERT INTO trunk (workspace_id, trunk_id, name, host, port, transport, auth_user, auth_password, channels, cps,
                   srtp, rank, prefixes, proxy, registers, from_user, from_domain, identity, privacy,
                   external_address, probe_s, created_at)
VALUES ($workspace_id, $trunk_id, $name, $host, $port, $transport, $auth_user, $auth_password, $channels, $cps,
        $srtp, $rank, $prefixes, $proxy, $registers, $from_user, $from_domain, $identity, $privacy,
        $external_address, $probe_s, $created_at)
ON CONFLICT (workspace_id, name) DO NOTHING

-- :query trunk_update
UPDATE trunk SET name = $name, host = $host, port = $port, transport = $transport, auth_user = $auth_user,
       auth_password = $auth_password, channels = $channels, cps = $cps, srtp = $srtp, rank = $rank,
       prefixes = $prefixes, proxy = $proxy, registers = $registers, from_user = $from_user,
       from_domain = $from_domain, identity = $identity, privacy = $privacy, external_address = $external_address,
       probe_s = $probe_s, enabled = $enabled
 WHERE workspace_id = $workspace_id AND trunk_id = $trunk_id

-- :query trunk_delete
-- attempts keep its id, and ids are never given twice
DELETE FROM trunk WHERE workspace_id = $workspace_id AND trunk_id = $trunk_id

-- :query trunk_named
-- :row trunk_id
SELECT trunk_id FROM trunk WHERE workspace_id = $workspace_id AND name = $name

-- :query trunk_list
-- :row workspace_id, trunk_id, name, host, port, transport, auth_user, auth_password, channels, cps, srtp, enabled, rank,
--      prefixes, proxy, registers, from_user, from_domain, identity, privacy, external_address, probe_s
-- :across the SIP agent serves all of them
SELECT workspace_id, trunk_id, name, host, port, transport, auth_user, auth_password, channels, cps, srtp, enabled, rank,
       prefixes, proxy, registers, from_user, from_domain, identity, privacy, external_address, probe_s
  FROM trunk ORDER BY workspace_id, rank, trunk_id

-- :query trunk_get
-- :row like trunk_list
SELECT workspace_id, trunk_id, name, host, port, transport, auth_user, auth_password, channels, cps, srtp, enabled, rank,
       prefixes, proxy, registers, from_user, from_domain, identity, privacy, external_address, probe_s
  FROM trunk WHERE workspace_id = $workspace_id AND trunk_id = $trunk_id
