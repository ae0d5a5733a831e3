#include "core/event.h"

#include "base/json_writer.h"

#include <string.h>

static const struct event_type types[] = {
	{ "campaign.created", "campaign.created", "", "a campaign was made" },
	{ "campaign.updated", "campaign.updated", "", "its fields or times were changed" },
	{ "campaign.status_changed", "campaign.status_changed", "\"status\":\"PAUSED\",\"before\":\"RUNNING\"",
	  "it was paused, resumed or cancelled" },
	{ "campaign.finished", "campaign.finished", "", "nobody on it is left to be called" },
	{ "lead.added", "lead.added", "", "somebody was put on a campaign" },
	{ "lead.removed", "lead.removed", "", "somebody was taken off it" },
	{ "lead.status_changed", "lead.status_changed",
	  "\"status\":\"Interested\",\"flowStatus\":\"Completed\",\"reason\":\"DECIDED\"",
	  "what the list of candidates says of somebody" },
	{ "attempt.started", "call.started", "", "a call is being made" },
	{ "attempt.ended", "call.completed", "\"outcome\":\"answered\",\"talkMs\":21000,\"digits\":\"1\",\"disclosed\":true",
	  "it is over, and came to this" },
	{ "attempt.reviewed", "call.reviewed", "\"outcome\":\"no_answer\"", "a person settled what was not known of it" },
	{ "call.inbound", "call.inbound", "\"outcome\":\"answered\",\"talkMs\":21000",
	  "somebody has called back, and it came to this" },
	{ "appointment.booked", "appointment.booked", "\"start\":\"2030-01-07T15:00:00.000Z\"", "a time was chosen" },
	{ "appointment.released", "appointment.released", "\"start\":\"2030-01-07T15:00:00.000Z\"", "it is free again" },
	{ "sms.sending", "sms.sending", "\"messageId\":1", "a text message is being handed to the provider" },
	{ "sms.waiting", "sms.waiting", "\"messageId\":1", "it waits for its time" },
	{ "sms.sent", "sms.sent", "\"messageId\":1", "the provider has it" },
	{ "sms.delivered", "sms.delivered", "\"messageId\":1", "it has arrived" },
	{ "sms.undelivered", "sms.undelivered", "\"messageId\":1", "it has not" },
	{ "sms.failed", "sms.failed", "\"messageId\":1", "it was refused" },
	{ "sms.unknown", "sms.unknown", "\"messageId\":1", "nobody knows what came of it" },
	{ "sms.skipped", "sms.skipped", "\"messageId\":1", "it is not sent" },
	{ "sms.received", "sms.received", "\"messageId\":1", "somebody wrote back" },
	{ "person.consented", "person.consented", "\"source\":\"web form\"", "consent to be called was recorded" },
	{ "person.opted_out", "person.opted_out", "", "somebody does not want to be called" },
	{ "person.erased", "person.erased", "", "all that was held of somebody was erased" },
	{ "webhook.test", "webhook.test", "", "a trial of one endpoint" },
};

enum { TYPES = sizeof(types) / sizeof(types[0]) };

const struct event_type *event_type_at(size_t i)
{
	return i < TYPES ? &types[i] : NULL;
}

const struct event_type *event_type_named(const char *name)
{
	for (size_t i = 0; i < TYPES; i++)
		if (strcmp(types[i].name, name) == 0)
			return &types[i];
	return NULL;
}

const char *event_type_shown(const char *stored)
{
	for (size_t i = 0; i < TYPES; i++)
		if (strcmp(types[i].stored, stored) == 0)
			return types[i].name;
	return stored;
}

bool event_listed(const char *list, const char *name)
{
	size_t n = strlen(name);

	if (strcmp(list, "*") == 0)
		return true;
	for (const char *at = list; at; at = strchr(at, ',')) {
		at += *at == ',';
		if (strncmp(at, name, n) == 0 && (at[n] == ',' || !at[n]))
			return true;
	}
	return false;
}

static void id_member(struct jw *w, const char *key, int64_t id)
{
	if (id > 0)
		jw_kint(w, key, id);
}

void event_members(struct jw *w, const struct event_shown *e)
{
	size_t n = strlen(e->data);

	jw_kstr(w, "type", event_type_shown(e->type));
	jw_ktime(w, "timestamp", e->at);
	jw_key(w, "data");
	jw_object(w);
	id_member(w, "campaignId", e->campaign_id);
	id_member(w, "leadId", e->talent_id);
	id_member(w, "attemptId", e->attempt_id);
	if (n > 2)
		jw_members(w, e->data + 1, n - 2);
	jw_end(w);
}

void event_json(struct jw *w, const struct event_shown *e)
{
	jw_object(w);
	jw_kint(w, "id", e->event_id);
	event_members(w, e);
	jw_end(w);
}
