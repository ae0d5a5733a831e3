#include "store/idempotency.h"

#include "queries.h"

bool answer_find(struct db *db, const struct answer_name *name, int64_t now, struct kept_answer *out)
{
	struct answer_find_row r;

	if (!DB_ROW(db, answer_find, &r, .workspace_id = name->workspace_id, .key_id = name->key_id,
		    .scope_hash = name->scope_hash, .since = now - ANSWERS_KEPT_MS))
		return false;
	*out = (struct kept_answer){ .http_status = r.http_status, .body_hash = r.body_hash,
				     .content_type = r.content_type, .headers = r.headers, .body = r.body };
	return true;
}

void answer_keep(struct db *db, const struct answer_name *name, const struct kept_answer *a, int64_t now)
{
	DB_EXEC(db, answer_keep, .workspace_id = name->workspace_id, .key_id = name->key_id,
		.scope_hash = name->scope_hash, .body_hash = a->body_hash, .http_status = a->http_status,
		.content_type = a->content_type, .headers = a->headers, .body = a->body, .created_at = now);
}

int64_t answers_forget(struct db *db, int64_t now, int64_t most)
{
	return DB_EXEC(db, answers_forget, .until = now - ANSWERS_KEPT_MS, .limit = most);
}
