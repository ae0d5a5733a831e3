#include "store/rosters.h"

#include "core/roster.h"
#include "queries.h"

#include <stdlib.h>

static int64_t block_of(int64_t talent_id)
{
	return talent_id / ROSTER_BLOCK;
}

static int place_of(int64_t talent_id)
{
	return (int)(talent_id % ROSTER_BLOCK);
}

static int by_id(const void *a, const void *b)
{
	const struct roster_entry *x = a, *y = b;

	return (x->talent_id > y->talent_id) - (x->talent_id < y->talent_id);
}

void roster_add(struct db *db, int64_t workspace_id, int64_t campaign_id, struct roster_entry *entries, size_t n)
{
	g_autoptr(GString) records = g_string_sized_new(4096);

	qsort(entries, n, sizeof(*entries), by_id);
	for (size_t i = 0, first; i < n;) {
		int64_t block = block_of(entries[i].talent_id);

		g_string_truncate(records, 0);
		for (first = i; i < n && block_of(entries[i].talent_id) == block; i++)
			roster_append(records, place_of(entries[i].talent_id), entries[i].key);
		DB_EXEC(db, roster_add, .workspace_id = workspace_id, .campaign_id = campaign_id, .block = block,
			.total = (int64_t)(i - first), .records = records->str);
	}
}

void roster_remove(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id)
{
	g_autoptr(GString) records = NULL;
	int64_t block = block_of(talent_id);
	struct roster_block_row row;

	if (!DB_ROW(db, roster_block, &row, .workspace_id = workspace_id, .campaign_id = campaign_id, .block = block))
		return;
	records = g_string_new(row.records);
	if (!roster_cut(records, place_of(talent_id)))
		return;
	if (records->len == 0)
		DB_EXEC(db, roster_delete, .workspace_id = workspace_id, .campaign_id = campaign_id, .block = block);
	else
		DB_EXEC(db, roster_set, .workspace_id = workspace_id, .campaign_id = campaign_id, .block = block,
			.total = row.total - 1, .records = records->str);
}

bool roster_seek(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t offset, int64_t *from, int64_t *skip)
{
	DB_EACH(db, roster_totals, row, .workspace_id = workspace_id, .campaign_id = campaign_id) {
		if (offset < row->total) {
			*from = row->block * ROSTER_BLOCK;
			*skip = offset;
			DB_STOP(db, roster_totals);
			return true;
		}
		offset -= row->total;
	}
	return false;
}

void roster_search(struct db *db, int64_t workspace_id, int64_t campaign_id, const struct needle *needle,
		   void (*each)(void *arg, int64_t talent_id), void *arg)
{
	DB_EACH(db, roster_records, row, .workspace_id = workspace_id, .campaign_id = campaign_id)
		for (uint64_t found = roster_matches(row->records, needle); found; found &= found - 1)
			each(arg, row->block * ROSTER_BLOCK + __builtin_ctzll(found));
}

bool roster_has(struct db *db, int64_t workspace_id, int64_t campaign_id, const struct needle *needle, int64_t talent_id,
		struct roster_look *last)
{
	int64_t block = block_of(talent_id);

	if (!last->known || last->block != block) {
		*last = (struct roster_look){ .block = block, .known = true };
		DB_EACH(db, roster_block, row, .workspace_id = workspace_id, .campaign_id = campaign_id, .block = block)
			last->found = roster_matches(row->records, needle); /* one row, not kept */
	}
	return last->found >> place_of(talent_id) & 1;
}
