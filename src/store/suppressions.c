#include "store/suppressions.h"

#include "base/signature.h"
#include "base/token.h"
#include "core/campaign.h"
#include "core/fold.h"
#include "queries.h"

#include <glib.h>
#include <string.h>

const char *suppression_scope(const char *text)
{
	gint64 unused;

	if (!text)
		return SUPPRESS_ALL;
	if (strcmp(text, SUPPRESS_ALL) == 0)
		return text;
	if (g_str_has_prefix(text, "purpose:"))
		return campaign_purpose_known(text + strlen("purpose:")) ? text : NULL;
	if (g_str_has_prefix(text, "campaign:") &&
	    g_ascii_string_to_signed(text + strlen("campaign:"), 10, 1, G_MAXINT64, &unused, NULL))
		return text;
	return NULL;
}

bool suppression_add(struct db *db, int64_t workspace_id, const struct suppression *s)
{
	return DB_EXEC(db, suppression_insert, .workspace_id = workspace_id, .kind = s->kind, .target = s->target,
		       .scope = s->scope, .reason = s->reason, .created_at = s->created_at) == 1;
}

/* False where nobody was ever erased: there are no hashes then. */
static bool hash_of(struct db *db, int64_t workspace_id, const char *target, char hex[TOKEN_HASH_SIZE])
{
	struct erasure_key_get_row row;

	if (!target || !DB_ROW(db, erasure_key_get, &row, .workspace_id = workspace_id))
		return false;
	token_keyed_hash(row.secret, target, hex);
	return true;
}

bool suppression_remove(struct db *db, int64_t workspace_id, const char *kind, const char *target, const char *scope)
{
	char hex[TOKEN_HASH_SIZE];
	int64_t n = DB_EXEC(db, suppression_delete, .workspace_id = workspace_id, .kind = kind, .target = target,
			    .scope = scope);

	if (hash_of(db, workspace_id, target, hex))
		n += DB_EXEC(db, suppression_delete, .workspace_id = workspace_id, .kind = SUPPRESS_HASH, .target = hex,
			     .scope = scope);
	return n > 0;
}

void suppress_hash(struct db *db, int64_t workspace_id, const char *target, const char *reason, int64_t now)
{
	char hex[TOKEN_HASH_SIZE], secret[SIGNATURE_SECRET_SIZE];

	if (!hash_of(db, workspace_id, target, hex)) {
		signature_secret(secret);
		DB_EXEC(db, erasure_key_put, .workspace_id = workspace_id, .secret = secret);
		hash_of(db, workspace_id, target, hex);
	}
	if (!db_failed(db))
		suppression_add(db, workspace_id, &(struct suppression){ SUPPRESS_HASH, hex, SUPPRESS_ALL, reason, now });
}

int64_t suppression_count(struct db *db, int64_t workspace_id, const char *kind)
{
	struct suppression_count_row row;

	return DB_ROW(db, suppression_count, &row, .workspace_id = workspace_id, .kind = kind) ? row.n : 0;
}

void suppression_page(struct db *db, int64_t workspace_id, const char *kind, int64_t offset, int64_t limit,
		      void (*each)(void *arg, const struct suppression *s), void *arg)
{
	DB_EACH(db, suppression_page, row, .workspace_id = workspace_id, .kind = kind, .limit = limit,
		.offset = offset) {
		struct suppression s = { .kind = row->kind, .target = row->target, .scope = row->scope,
				.reason = row->reason, .created_at = row->created_at };

		each(arg, &s);
	}
}

void suppress_person(struct db *db, int64_t workspace_id, const char *number, const char *email,
		     const char *reason, int64_t now)
{
	g_autofree char *email_key = email ? fold_text(email) : NULL;

	if (number)
		suppression_add(db, workspace_id, &(struct suppression){ SUPPRESS_NUMBER, number, SUPPRESS_ALL, reason,
				now });
	if (email_key)
		suppression_add(db, workspace_id, &(struct suppression){ SUPPRESS_EMAIL, email_key, SUPPRESS_ALL,
				reason, now });
}

bool person_suppressed(struct db *db, int64_t workspace_id, const char *number, const char *email_key,
		       const struct suppression_reach *reach)
{
	struct suppressed_row row;
	char number_hash[TOKEN_HASH_SIZE], email_hash[TOKEN_HASH_SIZE];
	bool number_hashed = hash_of(db, workspace_id, number, number_hash);
	bool erased = number_hashed || !number; /* else there is no key, and no hash */
	bool email_hashed = erased && hash_of(db, workspace_id, email_key, email_hash);

	return DB_ROW(db, suppressed, &row, .workspace_id = workspace_id, .number = number, .email_key = email_key,
		      .number_hash = number_hashed ? number_hash : NULL, .email_hash = email_hashed ? email_hash : NULL,
		      .purpose = reach->purpose, .campaign_id = reach->campaign_id);
}

bool suppressed_by_hash(struct db *db, int64_t workspace_id, const char *target)
{
	struct suppressed_row row;
	char hex[TOKEN_HASH_SIZE];

	return hash_of(db, workspace_id, target, hex) &&
	       DB_ROW(db, suppressed, &row, .workspace_id = workspace_id, .number_hash = hex, .purpose = "");
}
