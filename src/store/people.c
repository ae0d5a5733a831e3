#include "store/people.h"

#include "base/json_writer.h"
#include "core/attempt.h"
#include "core/fold.h"
#include "core/lead.h"
#include "queries.h"
#include "store/appointments.h"
#include "store/events.h"
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

/* ---- export ---- */

/* Parameters of all queries about a person. */
struct of_person {
	int64_t workspace_id, talent_id;
};

#define SAME_INPUT(q) \
	_Static_assert(offsetof(struct q##_in, workspace_id) == offsetof(struct of_person, workspace_id) && \
			       offsetof(struct q##_in, talent_id) == offsetof(struct of_person, talent_id), \
		       "the order of " #q "'s parameters")
SAME_INPUT(person_identity);
SAME_INPUT(person_leads);
SAME_INPUT(person_attempts);
SAME_INPUT(person_inbound);
SAME_INPUT(person_bookings);
SAME_INPUT(person_consent);

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

/* Codes as the words the API has for them, moments as ISO 8601. */
static void put_number(struct jw *w, const char *column, int64_t v)
{
	if (strcmp(column, "outcome") == 0 && v > 0)
		jw_kstr(w, "outcome", outcome_rule((enum outcome)v)->name);
	else if (strcmp(column, "bucket") == 0)
		jw_kstr(w, "status", bucket_name((enum bucket)v));
	else if (strcmp(column, "lead_state") == 0)
		jw_kstr(w, "state", lead_state_name((enum lead_state)v));
	else if (strcmp(column, "talent_id") == 0)
		jw_kint(w, "leadId", v);
	else if (strcmp(column, "completed") == 0 || strcmp(column, "submitted") == 0 || strcmp(column, "removed") == 0)
		jw_kbool(w, column, v != 0);
	else {
		g_autofree char *key = key_of(column);

		jw_key(w, key);
		if (v == DB_NULL)
			jw_null(w);
		else if (g_str_has_suffix(column, "_at"))
			jw_time(w, v);
		else
			jw_int(w, v);
	}
}

static void put_row(struct jw *w, const struct query *q, const void *row)
{
	jw_object(w);
	for (const struct db_field *f = q->row; f->name; f++) {
		const char *at = (const char *)row + f->offset;

		if (f->type == DB_INT) {
			put_number(w, f->name, *(const int64_t *)(const void *)at);
		} else {
			g_autofree char *key = key_of(f->name);

			jw_kstr(w, key, *(const char *const *)(const void *)at);
		}
	}
	jw_end(w);
}

/* All rows as an array, or the first as an object; null when there is none. */
static void put_rows(struct jw *w, struct db *db, const char *key, const struct query *q, const struct of_person *who,
		     bool one)
{
	g_autofree void *row = g_malloc0(q->row_size);
	int n = 0;

	jw_key(w, key);
	if (!one)
		jw_array(w);
	for (void *r = db_first(db, q, who, row); r; r = db_next(db, q, row))
		if (n++ == 0 || !one)
			put_row(w, q, r);
	if (!one)
		jw_end(w);
	else if (n == 0)
		jw_null(w);
}

static void put_suppressions(struct jw *w, struct db *db, int64_t workspace_id, const char *kind, const char *target)
{
	DB_EACH(db, suppressions_of, r, .workspace_id = workspace_id, .kind = kind, .target = target) {
		jw_object(w);
		jw_kstr(w, "kind", r->kind);
		jw_kstr(w, "target", r->target);
		jw_kstr(w, "scope", r->scope);
		jw_kstr(w, "reason", r->reason);
		jw_ktime(w, "createdAt", r->created_at);
		jw_end(w);
	}
}

/* Every number and folded address the person was known by; freed with the array. */
static GHashTable *targets_of(struct db *db, int64_t workspace_id, int64_t talent_id, const char *kind)
{
	GHashTable *set = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	bool email = strcmp(kind, SUPPRESS_EMAIL) == 0;
	struct person_identity_row who;

	if (email && DB_ROW(db, person_identity, &who, .workspace_id = workspace_id, .talent_id = talent_id))
		g_hash_table_add(set, fold_text(who.email));
	DB_EACH(db, person_leads, r, .workspace_id = workspace_id, .talent_id = talent_id) {
		if (email)
			g_hash_table_add(set, fold_text(r->email));
		else if (r->number)
			g_hash_table_add(set, g_strdup(r->number));
	}
	if (!email) {
		DB_EACH(db, person_attempts, r, .workspace_id = workspace_id, .talent_id = talent_id)
			g_hash_table_add(set, g_strdup(r->number));
	}
	return set;
}

static void put_event(void *arg, const struct event_shown *e)
{
	event_json(arg, e);
}

void person_export(struct db *db, int64_t workspace_id, int64_t talent_id, struct jw *w)
{
	static const char *const kinds[] = { SUPPRESS_NUMBER, SUPPRESS_EMAIL };
	const struct of_person who = { workspace_id, talent_id };

	put_rows(w, db, "person", &person_identity_query, &who, true);
	put_rows(w, db, "consent", &person_consent_query, &who, true);
	put_rows(w, db, "campaigns", &person_leads_query, &who, false);
	put_rows(w, db, "calls", &person_attempts_query, &who, false);
	put_rows(w, db, "inboundCalls", &person_inbound_query, &who, false);
	put_rows(w, db, "appointments", &person_bookings_query, &who, false);
	jw_key(w, "suppressions");
	jw_array(w);
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autoptr(GHashTable) set = targets_of(db, workspace_id, talent_id, kinds[i]);
		GHashTableIter it;
		gpointer target;

		g_hash_table_iter_init(&it, set);
		while (g_hash_table_iter_next(&it, &target, NULL))
			put_suppressions(w, db, workspace_id, kinds[i], target);
	}
	jw_end(w);
	jw_key(w, "log");
	jw_array(w);
	events_of_person(db, workspace_id, talent_id, put_event, w);
	jw_end(w);
}

/* ---- erasing ---- */

static void leave_hashes(struct db *db, int64_t workspace_id, int64_t talent_id, const char *kind, int64_t now)
{
	g_autoptr(GHashTable) set = targets_of(db, workspace_id, talent_id, kind);
	GHashTableIter it;
	gpointer target;

	g_hash_table_iter_init(&it, set);
	while (g_hash_table_iter_next(&it, &target, NULL)) {
		DB_EXEC(db, suppression_delete, .workspace_id = workspace_id, .kind = kind, .target = target, .scope = NULL);
		suppress_hash(db, workspace_id, target, "ERASED", now);
	}
}

static void erase_lead(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id, int64_t now)
{
	lead_remove(db, workspace_id, campaign_id, talent_id, now); /* the queue, the totals, a booking */
	DB_EXEC(db, erase_attempts, .workspace_id = workspace_id, .campaign_id = campaign_id, .talent_id = talent_id);
	DB_EXEC(db, erase_lead, .workspace_id = workspace_id, .campaign_id = campaign_id, .talent_id = talent_id);
}

static void erase_inbound(struct db *db, int64_t workspace_id, int64_t talent_id)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

	DB_EACH(db, person_inbound, r, .workspace_id = workspace_id, .talent_id = talent_id)
		g_array_append_val(ids, r->attempt_id);
	for (guint i = 0; i < ids->len; i++)
		DB_EXEC(db, erase_inbound, .workspace_id = workspace_id, .attempt_id = g_array_index(ids, int64_t, i));
}

bool person_erase(struct db *db, int64_t workspace_id, int64_t talent_id, int64_t now)
{
	g_autoptr(GArray) campaigns = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_autofree char *data = g_strdup_printf("{\"leadId\":%" G_GINT64_FORMAT "}", talent_id);
	struct person_in_a_call_row busy;

	if (DB_ROW(db, person_in_a_call, &busy, .workspace_id = workspace_id, .talent_id = talent_id))
		return false;
	leave_hashes(db, workspace_id, talent_id, SUPPRESS_NUMBER, now);
	leave_hashes(db, workspace_id, talent_id, SUPPRESS_EMAIL, now);
	DB_EACH(db, person_leads, r, .workspace_id = workspace_id, .talent_id = talent_id)
		g_array_append_val(campaigns, r->campaign_id);
	erase_inbound(db, workspace_id, talent_id);
	for (guint i = 0; i < campaigns->len; i++)
		erase_lead(db, workspace_id, g_array_index(campaigns, int64_t, i), talent_id, now);
	DB_EXEC(db, erase_consent, .workspace_id = workspace_id, .talent_id = talent_id);
	DB_EXEC(db, erase_aside, .workspace_id = workspace_id, .talent_id = talent_id);
	DB_EXEC(db, erase_events, .workspace_id = workspace_id, .talent_id = talent_id);
	DB_EXEC(db, erase_talent, .workspace_id = workspace_id, .talent_id = talent_id);
	event_add(db, workspace_id, now, &(struct event){ .type = "person.erased", .data = data });
	return true;
}

/* ---- consent ---- */

void consent_put(struct db *db, int64_t workspace_id, int64_t talent_id, const struct consent *c, int64_t now)
{
	struct jw w;

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
}

bool consent_given(struct db *db, int64_t workspace_id, int64_t talent_id)
{
	struct person_consent_row row;

	return DB_ROW(db, person_consent, &row, .workspace_id = workspace_id, .talent_id = talent_id);
}
