#include "core/fold.h"
#include "core/roster.h"
#include "queries.h"
#include "store/leads.h"
#include "store/rosters.h"

#include <glib.h>

static int64_t bucket_or_null(const struct lead_filter *f)
{
	return f->bucket < 0 ? DB_NULL : f->bucket;
}

/* A row of any of the lists: they have these columns under the same names. */
#define SHOWN(r)                                                                                                   \
	((struct lead_shown){ .lead_id = (r)->talent_id, .added_at = (r)->added_at, .first_name = (r)->first_name, \
			      .last_name = (r)->last_name, .email = (r)->email, .phone = (r)->phone,              \
			      .bucket = (enum bucket)(r)->bucket, .completed = (r)->completed,                    \
			      .submitted = (r)->submitted })

struct teller {
	void (*each)(void *arg, const struct lead_shown *l);
	void *arg;
};

static void tell(const struct teller *t, const struct lead_page_row *r)
{
	struct lead_shown l = SHOWN(r);

	t->each(t->arg, &l);
}

/* One walk finds how many there are, and which of them are the page. */
struct finds {
	int64_t *ids;
	int64_t offset, limit, total, n;
};

static void find(void *arg, int64_t id)
{
	struct finds *f = arg;

	if (f->total++ >= f->offset && f->n < f->limit)
		f->ids[f->n++] = id;
}

static void find_in_bucket(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t bucket,
			   const struct needle *needle, struct finds *f)
{
	struct roster_look last = { 0 };

	DB_EACH(db, lead_ids_of_bucket, row, .workspace_id = workspace_id, .campaign_id = campaign_id, .bucket = bucket)
		if (roster_has(db, workspace_id, campaign_id, needle, row->talent_id, &last))
			find(f, row->talent_id);
}

static int64_t search_page(struct db *db, int64_t workspace_id, int64_t campaign_id, const struct lead_filter *f,
			   int64_t offset, int64_t limit, const struct teller *t)
{
	struct needle *needle = needle_new(f->needle);
	g_autofree int64_t *ids = g_new(int64_t, limit);
	struct finds found = { .ids = ids, .offset = offset, .limit = limit };

	if (f->bucket >= 0)
		find_in_bucket(db, workspace_id, campaign_id, f->bucket, needle, &found);
	else
		roster_search(db, workspace_id, campaign_id, needle, find, &found);
	needle_free(needle);
	for (int64_t i = 0; i < found.n; i++) {
		struct lead_one_row r;

		if (DB_ROW(db, lead_one, &r, .workspace_id = workspace_id, .campaign_id = campaign_id,
			   .talent_id = ids[i])) {
			struct lead_shown l = SHOWN(&r);

			t->each(t->arg, &l);
		}
	}
	return found.total;
}

static void page_of_bucket(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t bucket, int64_t offset,
			   int64_t limit, bool from_end, const struct teller *t)
{
	if (from_end) {
		DB_EACH(db, lead_page_bucket_end, row, .workspace_id = workspace_id, .campaign_id = campaign_id,
			.bucket = bucket, .limit = limit, .offset = offset)
			tell(t, row);
	} else {
		DB_EACH(db, lead_page_bucket, row, .workspace_id = workspace_id, .campaign_id = campaign_id,
			.bucket = bucket, .limit = limit, .offset = offset)
			tell(t, row);
	}
}

static void page_of_all(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t offset, int64_t limit,
			const struct teller *t)
{
	int64_t from, skip;

	if (!roster_seek(db, workspace_id, campaign_id, offset, &from, &skip))
		return;
	DB_EACH(db, lead_page, row, .workspace_id = workspace_id, .campaign_id = campaign_id, .from = from,
		.limit = limit, .skip = skip)
		tell(t, row);
}

int64_t lead_page(struct db *db, int64_t workspace_id, int64_t campaign_id, const struct lead_filter *f,
		  int64_t offset, int64_t limit, void (*each)(void *arg, const struct lead_shown *l), void *arg)
{
	struct teller t = { each, arg };
	struct lead_count_row count = { 0 };

	if (f->needle)
		return search_page(db, workspace_id, campaign_id, f, offset, limit, &t);
	DB_ROW(db, lead_count, &count, .workspace_id = workspace_id, .campaign_id = campaign_id,
	       .bucket = bucket_or_null(f));
	if (f->bucket >= 0)
		page_of_bucket(db, workspace_id, campaign_id, f->bucket, offset, limit, offset > count.total / 2, &t);
	else
		page_of_all(db, workspace_id, campaign_id, offset, limit, &t);
	return count.total;
}

/* Who walks, and what for. */
struct walk {
	struct needle *needle; /* NULL: for all */
	void (*each)(void *arg, const struct lead_told *l);
	void *arg;
};

static bool is_wanted(const struct walk *w, const struct lead_shown *l)
{
	g_autofree char *email = NULL, *key = NULL;

	if (!w->needle)
		return true;
	email = fold_text(l->email);
	key = fold_search_key(l->first_name, l->last_name, email);
	return needle_in(w->needle, key);
}

static int64_t tell_walker(const struct walk *w, const struct lead_told *l)
{
	if (is_wanted(w, &l->shown))
		w->each(w->arg, l);
	return l->shown.lead_id;
}

static int64_t walk_with_answers(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t bucket, int64_t after,
				 int64_t limit, const struct walk *w)
{
	int64_t last = 0;

	DB_EACH(db, lead_after_answers, r, .workspace_id = workspace_id, .campaign_id = campaign_id, .after = after,
		.bucket = bucket, .limit = limit) {
		struct lead_told l = {
			.shown = SHOWN(r),
			.booked = { .start_at = r->start_at, .end_at = r->end_at, .booked_at = r->booked_at },
			.pressed = { r->digits ? r->digits : "", r->digits ? r->offered : 0, r->chosen_at },
		};

		last = tell_walker(w, &l);
	}
	return last;
}

static int64_t walk(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t bucket, int64_t after, int64_t limit,
		    const struct walk *w)
{
	int64_t last = 0;

	DB_EACH(db, lead_after, row, .workspace_id = workspace_id, .campaign_id = campaign_id, .after = after,
		.bucket = bucket, .limit = limit) {
		struct lead_told l = { .shown = SHOWN(row), .booked.booked_at = DB_NULL,
				       .pressed = { "", 0, DB_NULL } };

		last = tell_walker(w, &l);
	}
	return last;
}

int64_t lead_walk(struct db *db, int64_t workspace_id, int64_t campaign_id, const struct lead_filter *f, int64_t after,
		  int64_t limit, bool with_answers, void (*each)(void *arg, const struct lead_told *l), void *arg)
{
	struct walk w = { f->needle ? needle_new(f->needle) : NULL, each, arg };
	int64_t last = (with_answers ? walk_with_answers : walk)(db, workspace_id, campaign_id, bucket_or_null(f), after,
								 limit, &w);

	needle_free(w.needle);
	return last;
}

bool lead_get(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id, struct lead_detail *out)
{
	struct lead_one_row r;

	if (!DB_ROW(db, lead_one, &r, .workspace_id = workspace_id, .campaign_id = campaign_id,
		    .talent_id = talent_id))
		return false;
	out->shown = SHOWN(&r);
	out->reason = r.reason;
	out->next_call_at = r.due_at;
	return true;
}

bool lead_name_of(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id, struct lead_name *out)
{
	struct lead_name_row r;

	if (!DB_ROW(db, lead_name, &r, .workspace_id = workspace_id, .campaign_id = campaign_id, .talent_id = talent_id))
		return false;
	*out = (struct lead_name){ r.first_name, r.last_name };
	return true;
}

void lead_attempts(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id,
		   void (*each)(void *arg, const struct attempt_shown *a), void *arg)
{
	DB_EACH(db, lead_attempts, r, .workspace_id = workspace_id, .campaign_id = campaign_id,
		.talent_id = talent_id) {
		struct attempt_shown a = { .attempt_no = r->attempt_no, .slot = r->slot, .started_at = r->intent_at,
					   .ringing_at = r->ringing_at, .answered_at = r->answered_at,
					   .ended_at = r->ended_at, .outcome = (enum outcome)r->outcome,
					   .answer = (enum answer)r->answer,
					   .person = (enum person_wish)r->person,
					   .pressed = { r->digits, r->offered, r->start_at },
					   .talk_ms = r->talk_ms, .who = (enum who)r->answered_by };

		each(arg, &a);
	}
}
