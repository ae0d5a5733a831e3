#include "store/inbound.h"

#include "base/json_writer.h"
#include "queries.h"
#include "store/events.h"
#include "store/ids.h"
#include "store/texts.h"
#include "store/suppressions.h"
#include "store/workspace_clock.h"

#include <glib.h>

#define TEXTED_STOP "TEXTED_STOP"

/* Those a text to `number` is for. */
static GArray *workspaces_for(struct db *db, const char *number)
{
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

	DB_EACH(db, workspaces_with_number, row, .number = number)
		g_array_append_val(ids, row->workspace_id);
	if (ids->len == 0)
		DB_EACH(db, workspaces_live, row)
			g_array_append_val(ids, row->workspace_id);
	return ids;
}

static void write_message(struct db *db, int64_t workspace_id, const struct inbound_text *t, enum message_kind kind,
			  const char *body, int64_t now)
{
	struct message_last_to_row who = { 0 };
	bool inbound = kind == MESSAGE_INBOUND;
	int64_t id = ids_next(db, ID_MESSAGE);
	struct jw w;

	DB_ROW(db, message_last_to, &who, .workspace_id = workspace_id, .number = t->from);
	DB_EXEC(db, message_insert, .workspace_id = workspace_id, .message_id = id, .campaign_id = who.campaign_id,
		.talent_id = who.talent_id, .message_kind = kind, .attempt_id = 0,
		.message_state = inbound ? MESSAGE_RECEIVED : MESSAGE_SENT, .number = t->from, .own_number = t->to, .body = body,
		.provider = t->provider, .provider_ref = inbound ? t->ref : "", .reason = "", .tries = inbound ? 0 : 1,
		.intent_at = now, .settled_at = now);
	jw_init(&w);
	jw_object(&w);
	jw_kint(&w, "messageId", id);
	jw_end(&w);
	event_add(db, workspace_id, now, &(struct event){ .type = inbound ? "sms.received" : "sms.sent",
							  .campaign_id = who.campaign_id, .talent_id = who.talent_id,
							  .data = w.data });
	jw_free(&w);
}

/* True when the word has changed something for the person in this workspace. */
static bool obey(struct db *db, int64_t workspace_id, const char *number, enum sms_word word, int64_t now)
{
	switch (word) {
	case SMS_STOP:
		return suppression_add(db, workspace_id,
				       &(struct suppression){ SUPPRESS_NUMBER, number, SUPPRESS_ALL, TEXTED_STOP, now });
	case SMS_START:
		return DB_EXEC(db, suppression_lift, .workspace_id = workspace_id, .kind = SUPPRESS_NUMBER, .target = number,
			       .reason = TEXTED_STOP) > 0;
	case SMS_HELP:
		return true;
	case SMS_NO_WORD:
		break;
	}
	return false;
}

static const char *answer_to(struct db *db, int64_t workspace_id, enum sms_word word)
{
	struct workspace_company_row company = { .name = "" };

	DB_ROW(db, workspace_company, &company, .workspace_id = workspace_id);
	switch (word) {
	case SMS_STOP:
		return arena_printf(db->arena, "%s: you will get no more calls or texts from us. Reply START to undo.",
				    company.name);
	case SMS_START:
		return arena_printf(db->arena, "%s: you may get calls and texts from us again. Reply STOP to end them.",
				    company.name);
	case SMS_HELP:
		return arena_printf(db->arena, "%s: calls and texts about a job you applied for. Reply STOP to end them.",
				    company.name);
	case SMS_NO_WORD:
		break;
	}
	return NULL;
}

const char *inbound_take(struct db *db, const struct inbound_text *t, int64_t wall_ms)
{
	g_autoptr(GArray) ids = NULL;
	enum sms_word word = sms_word(t->body);
	int64_t first, known, now;
	const char *answer = NULL;
	bool changed = false;

	if (text_find(db, t->provider, t->ref, 0, &first, &known))
		return NULL;
	ids = workspaces_for(db, t->to);
	if (ids->len == 0)
		return NULL;
	first = g_array_index(ids, int64_t, 0);
	now = workspace_now(db, first, wall_ms);
	write_message(db, first, t, MESSAGE_INBOUND, t->body, now);
	for (guint i = 0; i < ids->len; i++)
		changed |= obey(db, g_array_index(ids, int64_t, i), t->from, word, now);
	if (changed && !t->answered)
		answer = answer_to(db, first, word);
	if (answer)
		write_message(db, first, t, MESSAGE_REPLY, answer, now);
	return answer;
}
