-- Answers kept under an Idempotency-Key.

-- :query answer_find
-- :row body_hash, http_status, content_type, headers, body
SELECT body_hash, http_status, content_type, headers, body FROM kept_answer
 WHERE workspace_id = $workspace_id AND key_id = $key_id AND scope_hash = $scope_hash AND created_at > $since:int

-- :query answer_keep
-- one past its day is overwritten; a fresh one was found before
INSERT INTO kept_answer (workspace_id, key_id, scope_hash, body_hash, http_status, content_type, headers, body,
                         created_at)
VALUES ($workspace_id, $key_id, $scope_hash, $body_hash, $http_status, $content_type, $headers, $body, $created_at)
ON CONFLICT (workspace_id, key_id, scope_hash)
DO UPDATE SET body_hash = excluded.body_hash, http_status = excluded.http_status,
              content_type = excluded.content_type, headers = excluded.headers, body = excluded.body,
              created_at = excluded.created_at

-- :query answers_forget
-- :across what is past its day is nobody's
DELETE FROM kept_answer WHERE (workspace_id, key_id, scope_hash) IN (
       SELECT workspace_id, key_id, scope_hash FROM kept_answer
        WHERE created_at <= $until:int ORDER BY created_at LIMIT $limit:int)
