#include "store/workspaces.h"

#include "base/log.h"
#include "queries.h"

#define DAY_MS INT64_C(86400000)

void workspace_limits(struct db *db, int64_t workspace_id, bool live, struct limits *out)
{
	limits_init(out, live);
	DB_EACH(db, workspace_settings, row, .workspace_id = workspace_id) {
		struct problem p = { 0 };

		/* It was checked when it was set; a newer version may have put it there. */
		if (limits_set(out, live, row->name, row->setting, &p) != 0)
			log_warn("workspace.setting", "of workspace %lld: %s", (long long)workspace_id, p.text);
	}
}

int workspace_set(struct db *db, int64_t workspace_id, bool live, const char *name, const char *value, int64_t now,
		  struct problem *p)
{
	struct limits trial;

	limits_init(&trial, live);
	if (limits_set(&trial, live, name, value, p) != 0)
		return -1;
	if (value[0])
		DB_EXEC(db, workspace_setting_put, .workspace_id = workspace_id, .name = name, .setting = value,
			.set_at = now);
	else
		DB_EXEC(db, workspace_setting_delete, .workspace_id = workspace_id, .name = name);
	return 0;
}

const char *workspace_setting(struct db *db, int64_t workspace_id, const char *name)
{
	struct workspace_setting_get_row row;

	return DB_ROW(db, workspace_setting_get, &row, .workspace_id = workspace_id, .name = name) ? row.setting : NULL;
}

int64_t workspace_wake(struct db *db, int64_t workspace_id, int64_t now)
{
	DB_EXEC(db, text_due_wake, .workspace_id = workspace_id, .due_at = now);
	return DB_EXEC(db, due_wake, .workspace_id = workspace_id, .due_at = now);
}

struct workspace_today workspace_today(struct db *db, int64_t workspace_id, int64_t now)
{
	struct workspace_day_get_row row;

	if (!DB_ROW(db, workspace_day_get, &row, .workspace_id = workspace_id, .day = now / DAY_MS))
		return (struct workspace_today){ 0 };
	return (struct workspace_today){ row.calls, row.talked_ms, row.texts };
}

void workspace_count_call(struct db *db, int64_t workspace_id, int64_t at, int n)
{
	DB_EXEC(db, workspace_day_add, .workspace_id = workspace_id, .day = at / DAY_MS, .calls = n, .talked_ms = 0);
}

void workspace_count_text(struct db *db, int64_t workspace_id, int64_t at)
{
	DB_EXEC(db, workspace_day_text, .workspace_id = workspace_id, .day = at / DAY_MS);
}

void workspace_count_talk(struct db *db, int64_t workspace_id, int64_t at, int64_t talk_ms)
{
	DB_EXEC(db, workspace_day_add, .workspace_id = workspace_id, .day = at / DAY_MS, .calls = 0,
		.talked_ms = talk_ms);
}
