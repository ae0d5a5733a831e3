#include "store/figures.h"

#include "queries.h"

void figures_read(struct db *db, int64_t now, struct figures *out)
{
	struct metrics_due_row due = { 0 };
	struct metrics_size_row size = { 0 };

	DB_ROW(db, metrics_due, &due, .now = now);
	DB_ROW(db, metrics_size, &size);
	*out = (struct figures){ .due = due.n, .oldest_at = due.n ? due.due_at : 0, .bytes = size.n };
}

void figures_leads(struct db *db, void (*each)(void *arg, int bucket, int64_t n), void *arg)
{
	DB_EACH(db, metrics_leads, row)
		each(arg, (int)row->bucket, row->total);
}

void figures_calls(struct db *db, void (*each)(void *arg, const char *trunk, int64_t n), void *arg)
{
	DB_EACH(db, metrics_calls, row)
		each(arg, row->name, row->n);
}
