#include "store/people.h"

#include "base/json_writer.h"
#include "core/attempt.h"
#include "core/fold.h"
#include "core/lead.h"
#include "core/message.h"
#include "core/policy.h"
#include "queries.h"
#include "store/events.h"
#include "store/holdings.h"
#include "store/leads.h"
#include "store/suppressions.h"

#include <glib.h>
#include <string.h>

int people_find(struct db *db, int64_t workspace_id, const char *kind, const char *target, int64_t out[PEOPLE_MOST])
{
	struct people_with_email_row row;
	int n = 0;

	if (strcmp(kind, SUPPRESS_EMAIL) == 0) {
		if (DB_ROW(db, people_with_email, &row, .workspace_id = workspace_id, .email_key = target))
			out[n++] = row.talent_id;
		return n;
	}
	DB_EACH(db, people_with_number, r, .workspace_id = workspace_id, .number = target)
		if (n < PEOPLE_MOST)
			out[n++] = r->talent_id;
	return n;
}

/* ---- who that is ---- */

/* Every number and folded address somebody was known by. */
static void add_known(GHashTable *set, struct db *db, int64_t workspace_id, int64_t talent_id)
{
	struct person_identity_row who;

	if (DB_ROW(db, person_identity, &who, .workspace_id = workspace_id, .talent_id = talent_id))
		g_hash_table_add(set, fold_text(who.email));
	DB_EACH(db, person_leads, r, .workspace_id = workspace_id, .talent_id = talent_id) {
		g_hash_table_add(set, fold_text(r->email));
		if (r->number)
			g_hash_table_add(set, g_strdup(r->number));
	}
	DB_EACH(db, person_attempts, r, .workspace_id = workspace_id, .talent_id = talent_id)
		g_hash_table_add(set, g_strdup(r->number));
	DB_EACH(db, person_messages, r, .workspace_id = workspace_id, .talent_id = talent_id)
		g_hash_table_add(set, g_strdup(r->number));
}

static int by_alphabet(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The targets in the order of the alphabet, so that two records of the same say the same; freed with the array. */
static GPtrArray *targets_of(struct db *db, const struct person *who)
{
	g_autoptr(GHashTable) set = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
	GHashTableIter it;
	gpointer target;

	if (who->talent_id)
		add_known(set, db, who->workspace_id, who->talent_id);
	else
		g_hash_table_add(set, g_strdup(who->target));
	g_hash_table_remove(set, ""); /* a retention clock has taken the number out */
	g_hash_table_iter_init(&it, set);
	while (g_hash_table_iter_next(&it, &target, NULL))
		g_ptr_array_add(list, g_strdup(target));
	g_ptr_array_sort(list, by_alphabet);
	return list;
}

static bool is_held(struct db *db, const struct query *q, const void *in)
{
	g_autofree void *row = g_malloc0(q->row_size);

	return db_row(db, q, in, row);
}

bool person_held(struct db *db, const struct person *who)
{
	const struct of_target in = { who->workspace_id, who->target };

	if (who->talent_id)
		return true;
	for (size_t i = 0; i < holdings_count; i++)
		if (holdings[i].target_shown && is_held(db, holdings[i].target_shown, &in))
			return true;
	return false;
}

/* ---- export ---- */

/* "first_name" is "firstName". */
static char *key_of(const char *column)
{
	GString *s = g_string_new(NULL);

	for (; *column; column++) {
		if (*column == '_' && column[1])
			g_string_append_c(s, g_ascii_toupper(*++column));
		else
			g_string_append_c(s, *column);
	}
	return g_string_free(s, FALSE);
}

static const char *outcome_text(int64_t v)
{
	return v > 0 ? outcome_rule((enum outcome)v)->name : NULL;
}

static const char *bucket_text(int64_t v)
{
	return bucket_name((enum bucket)v);
}

static const char *lead_state_text(int64_t v)
{
	return lead_state_name((enum lead_state)v);
}

static const char *message_kind_text(int64_t v)
{
	return message_kind_name((enum message_kind)v);
}

static const char *message_state_text(int64_t v)
{
	return message_state_name((enum message_state)v);
}

/* Columns whose numbers are codes have the words of the API; `as`: under another name; no `text`: yes or no. */
static const struct {
	const char *column, *as;
	const char *(*text)(int64_t v);
} codes[] = {
	{ "outcome", "outcome", outcome_text },
	{ "bucket", "status", bucket_text },
	{ "lead_state", "state", lead_state_text },
	{ "message_kind", "kind", message_kind_text },
	{ "message_state", "state", message_state_text },
	{ "completed", "completed", NULL },
	{ "submitted", "submitted", NULL },
	{ "removed", "removed", NULL },
	{ "disclosed", "disclosed", NULL },
};

static bool put_code(struct jw *w, const char *column, int64_t v)
{
	for (size_t i = 0; i < G_N_ELEMENTS(codes); i++)
		if (strcmp(codes[i].column, column) == 0) {
			if (codes[i].text)
				jw_kstr(w, codes[i].as, codes[i].text(v));
			else
				jw_kbool(w, codes[i].as, v != 0);
			return true;
		}
	return false;
}

static void put_number(struct jw *w, const char *column, int64_t v)
{
	g_autofree char *key = strcmp(column, "talent_id") == 0 ? g_strdup("leadId") : key_of(column);
	bool moment = g_str_has_suffix(column, "_at") || strcmp(column, "at") == 0 || strcmp(column, "keep_until") == 0;

	if (put_code(w, column, v))
		return;
	jw_key(w, key);
	if (v == DB_NULL)
		jw_null(w);
	else if (moment && v < INT64_MAX)
		jw_time(w, v);
	else
		jw_int(w, v);
}

static void put_text(struct jw *w, const char *column, const char *text)
{
	g_autofree char *key = key_of(column);

	if (text && strcmp(column, "transcript") == 0) { /* JSON already */
		jw_key(w, key);
		jw_raw(w, text, strlen(text));
		return;
	}
	jw_kstr(w, key, text);
}

static void put_row(struct jw *w, const struct query *q, const void *row)
{
	jw_object(w);
	for (const struct db_field *f = q->row; f->name; f++) {
		const char *at = (const char *)row + f->offset;

		if (f->type == DB_INT)
			put_number(w, f->name, *(const int64_t *)(const void *)at);
		else
			put_text(w, f->name, *(const char *const *)(const void *)at);
	}
	jw_end(w);
}

/* Events look as they do in the feed. */
static void put_event(struct jw *w, const struct event_of_person_row *r)
{
	event_json(w, &(struct event_shown){ .event_id = r->event_id, .at = r->at, .type = r->type,
					     .campaign_id = r->campaign_id, .talent_id = r->talent_id,
					     .attempt_id = r->attempt_id, .data = r->data });
}

static int put_rows(struct jw *w, struct db *db, const struct query *q, const void *in, bool one)
{
	g_autofree void *row = g_malloc0(q->row_size);
	int n = 0;

	for (void *r = db_first(db, q, in, row); r; r = db_next(db, q, row))
		if (q == &event_of_person_query)
			put_event(w, r);
		else if (n++ == 0 || !one)
			put_row(w, q, r);
	return n;
}

static void put_holding(struct jw *w, struct db *db, const struct holding *h, const struct person *who,
			const GPtrArray *targets)
{
	const struct of_person person = { who->workspace_id, who->talent_id };
	int n = 0;

	jw_key(w, h->key);
	if (!h->one)
		jw_array(w);
	if (h->shown && who->talent_id)
		n = put_rows(w, db, h->shown, &person, h->one);
	for (guint i = 0; h->target_shown && i < targets->len; i++) {
		const struct of_target target = { who->workspace_id, g_ptr_array_index(targets, i) };

		n += put_rows(w, db, h->target_shown, &target, h->one);
	}
	if (!h->one)
		jw_end(w);
	else if (n == 0)
		jw_null(w);
}

void person_export(struct db *db, const struct person *who, struct jw *w)
{
	g_autoptr(GPtrArray) targets = targets_of(db, who);

	for (size_t i = 0; i < holdings_count; i++)
		if (holdings[i].key)
			put_holding(w, db, &holdings[i], who, targets);
}

/* ---- erasing ---- */

/* Off the campaigns first: the queues, the totals, a booking and its place. */
static void leave_campaigns(struct db *db, const struct person *who, int64_t now)
{
	g_autoptr(GArray) campaigns = g_array_new(FALSE, FALSE, sizeof(int64_t));

	DB_EACH(db, person_leads, r, .workspace_id = who->workspace_id, .talent_id = who->talent_id)
		g_array_append_val(campaigns, r->campaign_id);
	for (guint i = 0; i < campaigns->len; i++)
		lead_remove(db, who->workspace_id, g_array_index(campaigns, int64_t, i), who->talent_id, now);
}

static void erase_rows(struct db *db, const struct person *who, const GPtrArray *targets)
{
	const struct of_person person = { who->workspace_id, who->talent_id };

	for (size_t i = holdings_count; i-- > 0;) {
		const struct holding *h = &holdings[i];

		if (h->erase && who->talent_id)
			db_exec(db, h->erase, &person);
		for (guint k = 0; h->target_erase && k < targets->len; k++) {
			const struct of_target target = { who->workspace_id, g_ptr_array_index(targets, k) };

			db_exec(db, h->target_erase, &target);
		}
	}
}

/* Something is under way whose end would write of them anew. */
static bool is_busy(struct db *db, const struct person *who, const GPtrArray *targets)
{
	struct person_is_busy_row busy;
	struct target_is_busy_row calls;

	if (who->talent_id &&
	    DB_ROW(db, person_is_busy, &busy, .workspace_id = who->workspace_id, .talent_id = who->talent_id))
		return true;
	for (guint i = 0; i < targets->len; i++)
		if (DB_ROW(db, target_is_busy, &calls, .workspace_id = who->workspace_id,
			   .target = g_ptr_array_index(targets, i)))
			return true;
	return false;
}

bool person_erase(struct db *db, const struct person *who, bool never_again, int64_t now)
{
	g_autofree char *data = who->talent_id ? g_strdup_printf("{\"leadId\":%" G_GINT64_FORMAT "}", who->talent_id) : NULL;
	g_autoptr(GPtrArray) targets = targets_of(db, who);

	if (is_busy(db, who, targets))
		return false;
	if (who->talent_id)
		leave_campaigns(db, who, now);
	erase_rows(db, who, targets);
	for (guint i = 0; never_again && i < targets->len; i++)
		suppress_hash(db, who->workspace_id, g_ptr_array_index(targets, i), PERSON_ERASED, now);
	event_add(db, who->workspace_id, now, &(struct event){ .type = "person.erased", .data = data });
	db->scrub = true;
	return true;
}

/* ---- consent ---- */

void consent_put(struct db *db, int64_t workspace_id, int64_t talent_id, const struct consent *c, int64_t now)
{
	struct person_consent_row before;
	struct jw w;

	if (DB_ROW(db, person_consent, &before, .workspace_id = workspace_id, .talent_id = talent_id) &&
	    before.consented_at == c->consented_at && strcmp(before.source, c->source) == 0 &&
	    strcmp(before.wording, c->wording) == 0)
		return;
	DB_EXEC(db, consent_put, .workspace_id = workspace_id, .talent_id = talent_id, .source = c->source,
		.wording = c->wording, .consented_at = c->consented_at, .recorded_at = now);
	jw_init(&w);
	jw_object(&w);
	jw_kstr(&w, "source", c->source);
	jw_kstr(&w, "wording", c->wording);
	jw_ktime(&w, "consentedAt", c->consented_at);
	jw_end(&w);
	event_add(db, workspace_id, now, &(struct event){ .type = "person.consented", .talent_id = talent_id,
			.data = w.data });
	jw_free(&w);
	DB_EXEC(db, due_wake_person, .workspace_id = workspace_id, .talent_id = talent_id, .due_at = now);
	DB_EXEC(db, text_due_wake_person, .workspace_id = workspace_id, .talent_id = talent_id, .due_at = now,
		.reason = POLICY_NO_CONSENT);
}

bool consent_given(struct db *db, int64_t workspace_id, int64_t talent_id)
{
	struct person_consent_row row;

	return DB_ROW(db, person_consent, &row, .workspace_id = workspace_id, .talent_id = talent_id);
}
