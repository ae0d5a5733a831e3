#include "store/suppressions.h"

#include "core/fold.h"
#include "queries.h"

#include <glib.h>

bool suppression_add(struct db *db, int64_t workspace_id, const struct suppression *s)
{
	return DB_EXEC(db, suppression_insert, .workspace_id = workspace_id, .kind = s->kind, .target = s->target,
		       .reason = s->reason, .created_at = s->created_at) == 1;
}

bool suppression_remove(struct db *db, int64_t workspace_id, const char *kind, const char *target)
{
	return DB_EXEC(db, suppression_delete, .workspace_id = workspace_id, .kind = kind, .target = target) == 1;
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
		struct suppression s = { .kind = row->kind, .target = row->target, .reason = row->reason,
					 .created_at = row->created_at };

		each(arg, &s);
	}
}

void suppress_person(struct db *db, int64_t workspace_id, const char *number, const char *email,
		     const char *reason, int64_t now)
{
	g_autofree char *email_key = email ? fold_text(email) : NULL;

	if (number)
		suppression_add(db, workspace_id, &(struct suppression){ SUPPRESS_NUMBER, number, reason, now });
	if (email_key)
		suppression_add(db, workspace_id, &(struct suppression){ SUPPRESS_EMAIL, email_key, reason, now });
}

bool person_suppressed(struct db *db, int64_t workspace_id, const char *number, const char *email_key)
{
	struct suppressed_row row;

	return DB_ROW(db, suppressed, &row, .workspace_id = workspace_id, .number = number,
		      .email_key = email_key);
}
