#include "store/copies.h"

#include "queries.h"
#include "store/db.h"
#include "store/ids.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define COPIED   "copied_at"   /* in a copy that no server has run on yet */
#define SINCE    "recovery"    /* in recovery: when the copy was made */
#define RESTORED "restored_at"
#define PRESUMED "recovery_presumed"

enum { ID_LEAP = 1000000 };

static char *database_in(const char *folder)
{
	return g_build_filename(folder, "callsheet.db", NULL);
}

static int64_t fact(struct db *db, const char *name)
{
	struct fact_get_row row;

	return DB_ROW(db, fact_get, &row, .name = name) ? row.value : 0;
}

/* ---- files ---- */

static int sync_file(const char *path, struct problem *p)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int rc = fd < 0 ? -1 : fsync(fd);

	if (rc != 0)
		problem_set(p, PROBLEM_FAILED, "cannot sync %s: %s", path, g_strerror(errno));
	if (fd >= 0)
		close(fd);
	return rc;
}

/* The finished file gets its name, and the name lasts. */
static int put_in_place(const char *fresh, const char *path, struct problem *p)
{
	g_autofree char *folder = g_path_get_dirname(path);

	if (sync_file(fresh, p) != 0)
		return -1;
	if (rename(fresh, path) != 0)
		return problem_set(p, PROBLEM_FAILED, "cannot rename %s to %s: %s", fresh, path, g_strerror(errno));
	return sync_file(folder, p);
}

/* ---- making one ---- */

static int write_copy(const char *folder, const char *fresh, int64_t now, struct problem *p)
{
	g_autofree char *database = database_in(folder);
	struct db *db = db_sqlite_open(database, DB_READER, p);
	int rc;

	if (!db)
		return -1;
	rc = db_copy_to(db, fresh, COPIED, now, p);
	db_close(db);
	return rc;
}

int copy_make(const char *folder, const char *file, int64_t now, struct problem *p)
{
	g_autofree char *fresh = g_strdup_printf("%s.new", file);
	g_autofree char *database = database_in(folder);
	struct copy_facts facts;

	if (access(database, F_OK) != 0)
		return problem_set(p, PROBLEM_NOT_FOUND, "%s holds no callsheet data", folder);
	if (access(file, F_OK) == 0)
		return problem_set(p, PROBLEM_CONFLICT, "%s is there already", file);
	g_unlink(fresh); /* of a copy that was broken off */
	if (write_copy(folder, fresh, now, p) == 0 && copy_check(fresh, &facts, p) == 0 &&
	    put_in_place(fresh, file, p) == 0)
		return 0;
	g_unlink(fresh);
	return -1;
}

/* ---- checking ---- */

int copy_check(const char *file, struct copy_facts *out, struct problem *p)
{
	struct copy_counts_row n = { 0 };
	struct db *db;
	GStatBuf st;

	if (g_stat(file, &st) != 0)
		return problem_set(p, PROBLEM_NOT_FOUND, "cannot read %s: %s", file, g_strerror(errno));
	db = db_sqlite_open(file, DB_READER, p);
	if (!db)
		return -1;
	*out = (struct copy_facts){ .bytes = st.st_size };
	if (db_check(db, file, &out->schema, p) == 0) {
		out->made_at = fact(db, COPIED);
		out->epoch = fact(db, "epoch");
		DB_ROW(db, copy_counts, &n);
		out->campaigns = n.campaigns;
		out->leads = n.leads;
		out->attempts = n.attempts;
		if (db_failed(db))
			problem_set(p, PROBLEM_INVALID, "%s cannot be read: %s", file, db->why);
		else if (!out->made_at)
			problem_set(p, PROBLEM_INVALID, "%s was not made by `callsheet backup create`", file);
	}
	db_close(db);
	return p->kind == PROBLEM_NONE ? 0 : -1;
}

/* ---- restoring ---- */

static int copy_bytes(const char *from, const char *to, struct problem *p)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	char buf[65536];
	ssize_t n = -1;

	while (in >= 0 && out >= 0 && (n = read(in, buf, sizeof(buf))) > 0)
		if (write(out, buf, (size_t)n) != n) {
			n = -1;
			break;
		}
	if (n != 0)
		problem_set(p, PROBLEM_FAILED, "cannot copy %s to %s: %s", from, to,
			    errno ? g_strerror(errno) : "the disk is full");
	if (in >= 0)
		close(in);
	if (out >= 0 && close(out) != 0)
		problem_set(p, PROBLEM_FAILED, "cannot write %s: %s", to, g_strerror(errno));
	return p->kind == PROBLEM_NONE ? 0 : -1;
}

/* The old database with its log goes aside under one name; a log left behind would be taken for the copy's. */
static int set_aside(const char *database, int64_t now, char **kept, struct problem *p)
{
	static const char *const parts[] = { "", "-wal", "-shm" };
	g_autofree char *name = g_strdup_printf("%s.before-%lld", database, (long long)(now / 1000));
	bool there = access(database, F_OK) == 0;

	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autofree char *from = g_strconcat(database, parts[i], NULL), *to = g_strconcat(name, parts[i], NULL);

		if (rename(from, to) != 0 && errno != ENOENT)
			return problem_set(p, PROBLEM_FAILED, "cannot rename %s: %s", from, g_strerror(errno));
	}
	*kept = there ? g_steal_pointer(&name) : NULL;
	return 0;
}

int copy_restore(const char *file, const char *folder, int64_t now, char **kept, struct problem *p)
{
	g_autofree char *database = database_in(folder);
	g_autofree char *fresh = g_strconcat(database, ".restoring", NULL);
	struct copy_facts facts;

	*kept = NULL;
	if (copy_check(file, &facts, p) != 0)
		return -1;
	if (copy_bytes(file, fresh, p) != 0 || copy_check(fresh, &facts, p) != 0 || set_aside(database, now, kept, p) != 0) {
		g_unlink(fresh);
		return -1;
	}
	return put_in_place(fresh, database, p);
}

/* ---- recovery ---- */

void recovery_state(struct db *db, struct recovering *out)
{
	*out = (struct recovering){ .copied_at = fact(db, SINCE), .restored_at = fact(db, RESTORED),
				    .presumed = fact(db, PRESUMED) };
	if (!out->copied_at) /* a copy that has just been opened */
		out->copied_at = fact(db, COPIED);
}

static void set_fact(struct db *db, const char *name, int64_t value)
{
	DB_EXEC(db, fact_set, .name = name, .value = value);
}

/* From now on it is in recovery, whatever stops it in between. */
static void begin(struct db *db, int64_t copied_at, int64_t now)
{
	set_fact(db, SINCE, copied_at);
	set_fact(db, RESTORED, now);
	set_fact(db, PRESUMED, 0);
	ids_forget(db);
	DB_EXEC(db, counter_leap, .n = ID_LEAP);
}

struct presumed {
	struct claim claim;
	const char *number, *caller_number;
	int64_t attempts;
};

int recovery_presume(struct db *db, const struct ledger_node *node, const struct retry_rule *rule, int most, int64_t now)
{
	g_autofree struct presumed *list = g_new(struct presumed, most);
	int64_t copied_at = fact(db, COPIED);
	int n = 0;

	if (!copied_at)
		return 0;
	if (!fact(db, SINCE))
		begin(db, copied_at, now);
	DB_EACH(db, due_presumed, r, .now = fact(db, RESTORED), .limit = most)
		list[n++] = (struct presumed){
			.claim = { .workspace_id = r->workspace_id, .campaign_id = r->campaign_id, .talent_id = r->talent_id,
				   .due_at = r->due_at, .fence = r->fence, .slot = (int)r->slot, .retries = (int)r->retries },
			.number = arena_strdup(db->arena, r->number), .attempts = r->attempts,
			.caller_number = arena_strdup(db->arena, r->caller_number) };
	for (int i = 0; i < n; i++)
		ledger_presume(db, &list[i].claim, node,
			       &(struct intent){ .number = list[i].number, .caller_number = list[i].caller_number,
						 .attempt_no = list[i].attempts + 1 },
			       rule, now);
	set_fact(db, PRESUMED, fact(db, PRESUMED) + n);
	if (n == 0)
		DB_EXEC(db, fact_delete, .name = COPIED);
	return n;
}

void recovery_over(struct db *db)
{
	DB_EXEC(db, fact_delete, .name = COPIED);
	DB_EXEC(db, fact_delete, .name = SINCE);
	DB_EXEC(db, fact_delete, .name = RESTORED);
	DB_EXEC(db, fact_delete, .name = PRESUMED);
}
