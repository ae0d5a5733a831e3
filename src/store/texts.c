#include "store/texts.h"

#include "base/json_writer.h"
#include "core/lead.h"
#include "core/sms.h"
#include "core/template.h"
#include "queries.h"
#include "store/assessments.h"
#include "store/campaigns.h"
#include "store/dial.h"
#include "store/events.h"
#include "store/ids.h"
#include "store/workspace_clock.h"
#include "store/workspaces.h"

#include <glib.h>
#include <string.h>

enum { RETRY_FIRST_S = 5,
       RETRY_DOUBLINGS = 8,
       TRIES_MOST = 12 };

/* ---- the queue ---- */

void text_plan(struct db *db, const struct text_key *k, int64_t due_at)
{
	DB_EXEC(db, text_due_put, .workspace_id = k->workspace_id, .campaign_id = k->campaign_id, .talent_id = k->talent_id,
		.message_kind = k->kind, .attempt_id = k->attempt_id, .due_at = due_at);
}

void texts_plan_new(struct db *db, int64_t workspace_id, int64_t campaign_id, enum message_kind kind, int64_t first, int64_t last,
		    int64_t due_at)
{
	DB_EXEC(db, text_due_put_new, .workspace_id = workspace_id, .campaign_id = campaign_id, .message_kind = kind,
		.first = first, .last = last, .due_at = due_at);
}

void texts_plan_reminders(struct db *db, int64_t workspace_id, int64_t campaign_id)
{
	DB_EXEC(db, text_due_fill, .workspace_id = workspace_id, .campaign_id = campaign_id);
}

void texts_follow_calls(struct db *db, int64_t workspace_id, int64_t campaign_id)
{
	DB_EXEC(db, text_due_follow, .workspace_id = workspace_id, .campaign_id = campaign_id);
}

void texts_resume(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t now)
{
	DB_EXEC(db, text_due_resume, .workspace_id = workspace_id, .campaign_id = campaign_id, .due_at = now,
		.reason = POLICY_CAMPAIGN_NOT_RUNNING);
}

void texts_forget(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id)
{
	DB_EXEC(db, text_due_forget, .workspace_id = workspace_id, .campaign_id = campaign_id, .talent_id = talent_id);
}

int64_t texts_next_due(struct db *db, int64_t workspace_id)
{
	struct text_due_first_row row;

	struct message_retry_first_row again;
	int64_t first = DB_ROW(db, text_due_first, &row, .workspace_id = workspace_id) ? row.due_at : INT64_MAX;

	if (DB_ROW(db, message_retry_first, &again, .workspace_id = workspace_id))
		first = MIN(first, again.due_at);
	return first;
}

static void unplan(struct db *db, const struct text_key *k)
{
	DB_EXEC(db, text_due_delete, .workspace_id = k->workspace_id, .campaign_id = k->campaign_id,
		.talent_id = k->talent_id,
		.message_kind = k->kind, .attempt_id = k->attempt_id);
}

/* ---- events ---- */

static void event_of_message(struct db *db, const struct text_key *k, int64_t message_id, enum message_state state,
			     const char *reason, int64_t now)
{
	g_autofree char *type = g_strconcat("sms.", message_state_name(state), NULL);
	struct jw w;

	jw_init(&w);
	jw_object(&w);
	jw_kint(&w, "messageId", message_id);
	if (reason[0])
		jw_kstr(&w, "reason", reason);
	jw_end(&w);
	event_add(db, k->workspace_id, now, &(struct event){ .type = type, .campaign_id = k->campaign_id,
							.talent_id = k->talent_id, .attempt_id = k->attempt_id,
									.data = w.data });
	jw_free(&w);
}

/* ---- deciding ---- */

/* All that a decision needs of campaign and person. */
struct writing {
	const struct text_key *key;
	const struct sms_way *way;
	struct campaign campaign;
	struct campaign_words words;
	struct text_lead_row lead;
	struct dial dial;
};

/* Values come from outside: what is no text (line breaks, control characters) does not get into a message. */
static const char *one_line(struct db *db, const char *value)
{
	char *out = value ? arena_strdup(db->arena, value) : NULL;

	for (char *p = out; p && *p; p++)
		if (g_ascii_iscntrl(*p))
			*p = ' ';
	return out;
}

static const char *link_for(struct db *db, const struct dial_desk *desk, const struct writing *w)
{
	const char *own = assessment_link(db, w->key->workspace_id, w->campaign.assessment_test_id, w->lead.email);
	g_autofree char *id = NULL;
	g_auto(GStrv) parts = NULL;
	g_autofree char *joined = NULL;

	if (own || !desk->limits.assessment_link[0])
		return own;
	id = g_uri_escape_string(w->campaign.assessment_test_id, NULL, FALSE);
	parts = g_strsplit(desk->limits.assessment_link, "{testId}", -1);
	joined = g_strjoinv(id, parts);
	return arena_strdup(db->arena, joined);
}

/* The text in the arena; NULL with the reason when it cannot be made. */
static const char *make_text(struct db *db, const struct dial_desk *desk, const struct writing *w, const char *template,
			     const char **reason)
{
	struct template_values v = campaign_values(db, &w->words);
	g_autofree char *text = NULL;

	v.of[TEMPLATE_FIRST_NAME] = w->lead.first_name;
	v.of[TEMPLATE_LAST_NAME] = w->lead.last_name;
	v.of[TEMPLATE_ASSESSMENT_LINK] = link_for(db, desk, w);
	for (int i = 0; i < TEMPLATE_FIELDS; i++)
		v.of[i] = one_line(db, v.of[i]);
	if (!v.of[TEMPLATE_ASSESSMENT_LINK] && template_has(template, TEMPLATE_ASSESSMENT_LINK)) {
		*reason = MESSAGE_NO_LINK;
		return NULL;
	}
	text = template_render(template, &v);
	if (sms_measure(text).segments > SMS_SEGMENTS_MAX) {
		*reason = MESSAGE_TOO_LONG;
		return NULL;
	}
	return arena_strdup(db->arena, text);
}

static int64_t write_message(struct db *db, const struct writing *w, enum message_state state, const char *body,
			     const char *reason, int64_t now)
{
	const struct text_key *k = w->key;
	int64_t id = ids_next(db, ID_MESSAGE);
	bool settled = state != MESSAGE_SENDING;

	unplan(db, k);
	if (DB_EXEC(db, message_insert, .workspace_id = k->workspace_id, .message_id = id, .campaign_id = k->campaign_id,
		    .talent_id = k->talent_id, .message_kind = k->kind, .attempt_id = k->attempt_id, .message_state = state,
		    .number = w->dial.number ? w->dial.number : "",
		    .own_number = w->way->own_number ? w->way->own_number : w->campaign.caller_number, .body = body,
		    .provider = w->way->provider ? w->way->provider : "", .provider_ref = "", .reason = reason,
		    .tries = state == MESSAGE_SKIPPED ? 0 : 1, .intent_at = now, .settled_at = settled ? now : DB_NULL) != 1)
		return 0; /* it has been sent before */
	event_of_message(db, k, id, state, reason, now);
	if (state != MESSAGE_SKIPPED)
		workspace_count_text(db, k->workspace_id, now);
	return id;
}

static void skip(struct db *db, const struct writing *w, const char *reason, int64_t now)
{
	write_message(db, w, MESSAGE_SKIPPED, "", reason, now);
}

static const char *template_of(const struct writing *w)
{
	return w->key->kind == MESSAGE_REMINDER ? w->campaign.reminder_sms : w->campaign.post_call_sms;
}

/* False: the lead or its campaign is gone, has submitted, or has no text: there is nothing to send. */
static bool gather(struct db *db, const struct dial_desk *desk, struct writing *w)
{
	const struct text_key *k = w->key;

	return DB_ROW(db, text_lead, &w->lead, .workspace_id = k->workspace_id, .campaign_id = k->campaign_id,
		      .talent_id = k->talent_id) &&
	       !w->lead.submitted && campaign_load(db, k->workspace_id, k->campaign_id, &w->campaign) &&
	       campaign_words(db, k->workspace_id, k->campaign_id, &w->words) && template_of(w)[0] &&
	       dial_ask(db, desk, k->campaign_id, k->talent_id, &w->dial);
}

static void order_make(struct sms_order *o, int64_t workspace_id, int64_t message_id, const char *to, const char *from,
		       const char *body)
{
	*o = (struct sms_order){ .workspace_id = workspace_id, .message_id = message_id, .body = g_strdup(body) };
	g_strlcpy(o->to, to, sizeof(o->to));
	g_strlcpy(o->from, from, sizeof(o->from));
}

/* The policy allows it. True: *out is to be sent. */
static bool intend(struct db *db, const struct dial_desk *desk, const struct writing *w, struct sms_order *out)
{
	const char *reason = MESSAGE_NO_PROVIDER;
	const char *body = w->way->provider ? make_text(db, desk, w, template_of(w), &reason) : NULL;
	int64_t id;

	if (!body) {
		skip(db, w, reason, desk->now);
		return false;
	}
	id = write_message(db, w, w->way->at_once ? MESSAGE_DELIVERED : MESSAGE_SENDING, body, "", desk->now);
	if (id == 0 || w->way->at_once)
		return false;
	order_make(out, w->key->workspace_id, id, w->dial.number,
		   w->way->own_number ? w->way->own_number : w->campaign.caller_number, body);
	return true;
}

/* A campaign that does not run is nothing to wait for: it says so itself when it runs again. */
static void put_off(struct db *db, const struct text_key *k, const struct verdict *v)
{
	bool parked = strcmp(v->reason, POLICY_CAMPAIGN_NOT_RUNNING) == 0;

	DB_EXEC(db, text_due_wait, .workspace_id = k->workspace_id, .campaign_id = k->campaign_id, .talent_id = k->talent_id,
		.message_kind = k->kind, .attempt_id = k->attempt_id, .due_at = parked ? INT64_MAX : v->not_before,
		.reason = v->reason);
}

static bool decide(struct db *db, const struct dial_desk *desk, const struct text_key *k, const struct sms_way *way,
		   struct sms_order *out)
{
	struct writing w = { .key = k, .way = way };
	struct verdict v;

	if (!gather(db, desk, &w)) {
		unplan(db, k);
		return false;
	}
	v = policy_check(&w.dial.question);
	switch (v.kind) {
	case VERDICT_LATER:
		put_off(db, k, &v);
		return false;
	case VERDICT_NEVER:
		skip(db, &w, v.reason, desk->now);
		return false;
	case VERDICT_DIAL:
		break;
	}
	return intend(db, desk, &w, out);
}

/* ---- states ---- */

static bool move(struct db *db, int64_t workspace_id, int64_t message_id, const struct message_get_row *m,
		 const struct sms_result *r, int64_t tries, int64_t due_at, int64_t now)
{
	struct text_key k = { workspace_id, m->campaign_id, m->talent_id, 0, m->attempt_id };
	bool open = r->state == MESSAGE_SENDING || r->state == MESSAGE_WAITING;

	if (!message_may((enum message_state)m->message_state, r->state))
		return false;
	DB_EXEC(db, message_move, .workspace_id = workspace_id, .message_id = message_id, .message_state = r->state,
		.provider_ref = r->ref ? r->ref : m->provider_ref, .reason = r->reason, .tries = tries, .due_at = due_at,
		.settled_at = open ? DB_NULL : now);
	event_of_message(db, &k, message_id, r->state, r->reason, now);
	return !db_failed(db);
}

bool message_settle(struct db *db, int64_t workspace_id, int64_t message_id, const struct sms_result *told, int64_t now)
{
	struct sms_result r = *told;
	struct message_get_row m;
	int64_t wait_s;

	if (!DB_ROW(db, message_get, &m, .workspace_id = workspace_id, .message_id = message_id))
		return false;
	wait_s = MAX(RETRY_FIRST_S << MIN(MAX(m.tries, 1) - 1, RETRY_DOUBLINGS), r.retry_after_s);
	if (r.state == MESSAGE_WAITING && m.tries >= TRIES_MOST)
		r.state = MESSAGE_FAILED;
	return move(db, workspace_id, message_id, &m, &r, m.tries, now + wait_s * 1000, now);
}

/* A message that waits is to go again, if the policy still agrees. True: *out is to be sent. */
static bool retry(struct db *db, const struct dial_desk *desk, int64_t message_id, struct sms_order *out)
{
	struct message_get_row m;
	struct sms_result r = { .state = MESSAGE_SENDING, .reason = "" };
	struct dial dial;
	struct verdict v = { .kind = VERDICT_NEVER, .reason = LEAD_REASON_SUBMITTED };
	struct text_lead_row lead;

	if (!DB_ROW(db, message_get, &m, .workspace_id = desk->workspace_id, .message_id = message_id))
		return false;
	if (DB_ROW(db, text_lead, &lead, .workspace_id = desk->workspace_id, .campaign_id = m.campaign_id,
		   .talent_id = m.talent_id) &&
	    !lead.submitted &&
	    dial_ask(db, desk, m.campaign_id, m.talent_id, &dial)) {
		/* It has been counted itself: limits were asked when it was intended. */
		dial.question.day_limit_call_at = dial.question.month_limit_call_at = POLICY_NO_CALL;
		dial.question.texts_today = 0;
		v = policy_check(&dial.question);
	}
	if (v.kind == VERDICT_NEVER) {
		r.state = MESSAGE_SKIPPED;
		r.reason = v.reason;
	} else if (v.kind == VERDICT_LATER) {
		DB_EXEC(db, message_move, .workspace_id = desk->workspace_id, .message_id = message_id,
			.message_state = MESSAGE_WAITING, .provider_ref = m.provider_ref, .reason = v.reason, .tries = m.tries,
			.due_at = v.not_before, .settled_at = DB_NULL);
		return false;
	}
	if (!move(db, desk->workspace_id, message_id, &m, &r, m.tries + 1, desk->now, desk->now) ||
	    r.state == MESSAGE_SKIPPED)
		return false;
	order_make(out, desk->workspace_id, message_id, m.number, m.own_number, m.body);
	return true;
}

int texts_decide(struct db *db, int64_t workspace_id, int64_t now, const struct sms_way *way, int most,
		 struct sms_order *out)
{
	g_autofree struct text_key *keys = g_new(struct text_key, most);
	g_autofree int64_t *again = g_new(int64_t, most);
	int n_keys = 0, n_again = 0, n = 0;
	struct dial_desk desk;

	if (!dial_desk_open(db, workspace_id, now, &desk))
		return 0;
	desk.text = true;
	DB_EACH(db, message_retry, row, .workspace_id = workspace_id, .now = now, .limit = most)
		again[n_again++] = row->message_id;
	DB_EACH(db, text_due_ready, row, .workspace_id = workspace_id, .now = now, .limit = most - n_again)
		keys[n_keys++] = (struct text_key){ workspace_id, row->campaign_id, row->talent_id,
						    (enum message_kind)row->message_kind, row->attempt_id };
	for (int i = 0; i < n_again; i++)
		n += retry(db, &desk, again[i], out + n);
	for (int i = 0; i < n_keys; i++)
		n += decide(db, &desk, &keys[i], way, out + n);
	return n;
}

bool text_find(struct db *db, const char *provider, const char *ref, int64_t message_id, int64_t *workspace_id,
		  int64_t *found)
{
	struct message_by_ref_row row;
	struct message_workspace_row own;

	if (DB_ROW(db, message_by_ref, &row, .provider = provider, .provider_ref = ref)) {
		*workspace_id = row.workspace_id;
		*found = row.message_id;
		return true;
	}
	if (message_id == 0 || !DB_ROW(db, message_workspace, &own, .message_id = message_id))
		return false;
	*workspace_id = own.workspace_id;
	*found = message_id;
	return true;
}

int64_t messages_presume(struct db *db, int64_t wall_ms)
{
	static const struct sms_result unknown = { .state = MESSAGE_UNKNOWN, .reason = "SERVER_STOPPED" };
	struct open_message {
		int64_t workspace_id, message_id;
	} open[500];
	int64_t n = 0;

	DB_EACH(db, message_open, row)
		open[n++] = (struct open_message){ row->workspace_id, row->message_id };
	for (int64_t i = 0; i < n; i++)
		message_settle(db, open[i].workspace_id, open[i].message_id, &unknown,
			       workspace_now(db, open[i].workspace_id, wall_ms));
	return n;
}

/* ---- showing ---- */

int64_t message_count(struct db *db, int64_t workspace_id, int64_t campaign_id, const char *number)
{
	struct message_count_row row;

	return DB_ROW(db, message_count, &row, .workspace_id = workspace_id, .campaign_id = campaign_id,
		      .number = number) ? row.n : 0;
}

void message_page(struct db *db, int64_t workspace_id, int64_t campaign_id, const char *number, int64_t offset,
		  int64_t limit, void (*each)(void *arg, const struct message_shown *m), void *arg)
{
	DB_EACH(db, message_page, r, .workspace_id = workspace_id, .campaign_id = campaign_id, .number = number,
		.limit = limit, .offset = offset) {
		struct message_shown m = { .message_id = r->message_id, .campaign_id = r->campaign_id,
					.talent_id = r->talent_id, .attempt_id = r->attempt_id,
							.kind = (enum message_kind)r->message_kind,
							.state = (enum message_state)r->message_state,
							.number = r->number, .own_number = r->own_number,
							.body = r->body, .provider = r->provider,
							.provider_ref = r->provider_ref, .reason = r->reason,
							.tries = r->tries, .at = r->intent_at,
							.settled_at = r->settled_at };

		each(arg, &m);
	}
}
