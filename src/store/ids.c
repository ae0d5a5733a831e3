#include "store/ids.h"

#include "queries.h"
#include "store/db.h"

#include <glib.h>
#include <string.h>

static const struct {
	const char *name;
	int64_t block;
} kinds[ID_KIND_END] = {
	[ID_COMPANY] = { "company", 1 },   [ID_WORKSPACE] = { "workspace", 1 }, [ID_USER] = { "user", 1 },
	[ID_SITE] = { "site", 1 },         [ID_KEY] = { "key", 1 },             [ID_TRUNK] = { "trunk", 1 },
	[ID_CAMPAIGN] = { "campaign", 1 }, [ID_TALENT] = { "talent", 512 },      [ID_ATTEMPT] = { "attempt", 64 },
	[ID_EVENT] = { "event", 512 },       [ID_ENDPOINT] = { "endpoint", 1 },   [ID_DELIVERY] = { "delivery", 512 },
	[ID_MESSAGE] = { "message", 64 },   [ID_SENDER] = { "sender", 1 },
};

struct ids {
	struct {
		int64_t next, end;
	} block[ID_KIND_END];
};

struct ids *ids_new(void)
{
	return g_new0(struct ids, 1);
}

void ids_free(struct ids *ids)
{
	g_free(ids);
}

/* What is left of a block that is too small is given up: an id from it would come after larger ones. */
int64_t ids_next_of(struct db *db, enum id_kind kind, int64_t n)
{
	struct ids *ids = db->ids;
	struct counter_take_row row;
	int64_t first;

	if (ids->block[kind].end - ids->block[kind].next < n) {
		int64_t take = MAX(n, kinds[kind].block);

		if (!DB_ROW(db, counter_take, &row, .kind = kinds[kind].name, .n = take))
			return 0; /* the job fails; the connection knows why */
		ids->block[kind].end = row.next_id;
		ids->block[kind].next = row.next_id - take;
	}
	first = ids->block[kind].next;
	ids->block[kind].next += n;
	return first;
}

int64_t ids_next(struct db *db, enum id_kind kind)
{
	return ids_next_of(db, kind, 1);
}

void ids_put_back(struct db *db, enum id_kind kind)
{
	struct ids *ids = db->ids;

	if (ids->block[kind].next)
		ids->block[kind].next--;
}

void ids_start_at(struct db *db, enum id_kind kind, int64_t first)
{
	ids_forget(db);
	DB_EXEC(db, counter_raise, .kind = kinds[kind].name, .first = first);
}

void ids_forget(struct db *db)
{
	memset(db->ids, 0, sizeof(*db->ids));
}
