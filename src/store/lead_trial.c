/*
 * lead_add() without the adding. What the rows before have changed (people made, leads added, numbers taken) is kept
 * beside the database.
 */
#include "core/fold.h"
#include "core/phone.h"
#include "queries.h"
#include "store/leads.h"
#include "store/rulebook.h"
#include "store/suppressions.h"

#include <glib.h>

struct lead_trial {
	struct lead_adder adder;
	GHashTable *made;    /* folded e-mail of a person who would be new -> the telephone number as sent */
	GHashTable *added;   /* folded e-mails */
	GHashTable *numbers; /* E.164 of those added */
};

struct lead_trial *lead_trial_new(const struct lead_adder *a)
{
	struct lead_trial *t = g_new0(struct lead_trial, 1);

	t->adder = *a;
	t->made = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	t->added = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	t->numbers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return t;
}

void lead_trial_free(struct lead_trial *t)
{
	g_hash_table_unref(t->made);
	g_hash_table_unref(t->added);
	g_hash_table_unref(t->numbers);
	g_free(t);
}

/* The number the row would have, and whether its person is on the campaign in the database. */
static const char *phone_of(struct db *db, struct lead_trial *t, const struct lead_row *row, const char *email_key,
			    bool *on_campaign)
{
	const struct lead_adder *a = &t->adder;
	struct talent_find_row person;
	struct lead_bucket_of_row lead;
	const char *known = g_hash_table_lookup(t->made, email_key);

	*on_campaign = false;
	if (!known && DB_ROW(db, talent_find, &person, .workspace_id = a->workspace_id, .email_key = email_key)) {
		known = person.phone;
		*on_campaign = DB_ROW(db, lead_bucket_of, &lead, .workspace_id = a->workspace_id,
				      .campaign_id = a->campaign_id, .talent_id = person.talent_id);
	} else if (!known) {
		g_hash_table_insert(t->made, g_strdup(email_key), g_strdup(row->phone));
	}
	return row->phone[0] || !known ? row->phone : known;
}

static bool number_taken(struct db *db, const struct lead_trial *t, const char *number)
{
	struct lead_with_number_row other;

	return g_hash_table_contains(t->numbers, number) ||
	       DB_ROW(db, lead_with_number, &other, .workspace_id = t->adder.workspace_id,
		      .campaign_id = t->adder.campaign_id, .number = number);
}

enum lead_verdict lead_try(struct db *db, struct lead_trial *t, const struct lead_row *row, const char **held)
{
	const struct lead_adder *a = &t->adder;
	g_autofree char *email_key = fold_text(row->email);
	struct suppression_reach reach = { a->purpose, a->campaign_id };
	char number[PHONE_SIZE];
	bool on_campaign;
	const char *phone = phone_of(db, t, row, email_key, &on_campaign);
	bool has_number = phone_e164(db->rulebook->plan, phone, a->country, number);

	*held = lead_held(has_number ? number : NULL, phone);
	if (a->suppressions && person_suppressed(db, a->workspace_id, has_number ? number : NULL, email_key, &reach))
		return LEAD_SUPPRESSED;
	if (on_campaign || g_hash_table_contains(t->added, email_key))
		return LEAD_ON_CAMPAIGN;
	if (has_number && number_taken(db, t, number))
		return LEAD_SAME_NUMBER;
	if (has_number)
		g_hash_table_add(t->numbers, g_strdup(number));
	g_hash_table_add(t->added, g_steal_pointer(&email_key));
	return LEAD_ADDED;
}
