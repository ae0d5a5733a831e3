#include "store/db.h"

#include <glib.h>
#include <string.h>

bool db_failed(const struct db *db)
{
	return db->failed;
}

bool db_hurried(const struct db *db)
{
	return db->beside || (db->urgent && g_atomic_int_get(db->urgent) > 0);
}

void db_share(struct db *db, db_settle_fn *settle, void *state)
{
	db_settle(db);
	db->shared.settle = settle;
	db->shared.state = state;
}

void *db_shared(const struct db *db, db_settle_fn *settle)
{
	return db->shared.settle == settle ? db->shared.state : NULL;
}

void db_settle(struct db *db)
{
	db_settle_fn *settle = db->shared.settle;

	db->shared.settle = NULL;
	if (settle)
		settle(db, db->shared.state);
}

int64_t db_exec(struct db *db, const struct query *q, const void *in)
{
	int64_t n = 0;

	if (db->failed || db->engine->start(db, q, in) != 0)
		return 0;
	if (db->engine->step(db, q, NULL, false) >= 0)
		n = db->engine->changes(db);
	db->engine->finish(db, q);
	return db->failed ? 0 : n;
}

bool db_row(struct db *db, const struct query *q, const void *in, void *row)
{
	int got;

	if (db->failed || db->engine->start(db, q, in) != 0)
		return false;
	got = db->engine->step(db, q, row, true);
	db->engine->finish(db, q);
	return got == 1;
}

void *db_first(struct db *db, const struct query *q, const void *in, void *row)
{
	if (db->failed || db->engine->start(db, q, in) != 0)
		return NULL;
	return db_next(db, q, row);
}

void *db_next(struct db *db, const struct query *q, void *row)
{
	if (db->engine->step(db, q, row, false) == 1)
		return row;
	db->engine->finish(db, q);
	return NULL;
}

void db_finish(struct db *db, const struct query *q)
{
	db->engine->finish(db, q);
}

void db_close(struct db *db)
{
	if (db)
		db->engine->close(db);
}

int db_copy_to(struct db *db, const char *path, const char *fact, int64_t value, struct problem *p)
{
	return db->engine->copy_to(db, path, fact, value, p);
}

int db_check(struct db *db, const char *path, int64_t *schema, struct problem *p)
{
	return db->engine->check(db, path, schema, p);
}
