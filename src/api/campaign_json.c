#include "api/campaign_json.h"

#include "core/questions.h"

#include "base/arena.h"

#include <string.h>

static bool is_assessment(const struct campaign *c)
{
	return purpose_reminds(c->purpose);
}

/* The fields every shape begins with. */
static void write_core(struct jw *w, const struct campaign *c)
{
	jw_kint(w, "id", c->campaign_id);
	jw_kstr(w, "title", c->title);
	jw_kstr(w, "status", c->status);
	jw_kstr(w, "purposeType", c->purpose);
	jw_kstr(w, "timezone", c->timezone);
	jw_kint(w, "companySiteId", c->site_id);
}

static void write_times(struct jw *w, const struct campaign *c)
{
	jw_ktime(w, "createdAt", c->created_at);
	jw_ktime(w, "updatedAt", c->updated_at);
}

static void write_schedule(struct jw *w, const struct campaign *c, const struct schedule *s)
{
	char display[WHEN_DISPLAY_SIZE], wall[WHEN_LOCAL_SIZE];
	struct wall local;

	zone_to_wall(c->timezone, s->at[0], &local);
	jw_key(w, "schedule");
	jw_object(w);
	jw_kstr(w, "callTimeDisplay", when_display(&local, display));
	jw_key(w, "callSchedule");
	jw_object(w);
	jw_kstr(w, "timeBasis", c->time_basis);
	/* What the clock will show, which in a gap is not what was asked for. */
	jw_kstr(w, "startTimeLocal", c->start_local ? when_local(&local, wall) : NULL);
	jw_ktime(w, "startTimeUtc", s->at[0]);
	jw_end(w);
	jw_key(w, "followUpRetries");
	jw_raw(w, c->follow_ups, strlen(c->follow_ups));
	jw_end(w);
}

static void write_assessment(struct jw *w, const struct campaign *c, bool templates)
{
	jw_key(w, "assessment");
	jw_object(w);
	jw_kstr(w, "assessmentTestId", c->assessment_test_id);
	jw_kstr(w, "assessmentName", c->assessment_name);
	jw_kstr(w, "jobTitle", c->job_title);
	jw_kbool(w, "autoAddInvitedCandidates", c->auto_add_invited);
	if (templates) {
		jw_kstr(w, "assessmentReminderSmsTemplate", c->reminder_sms);
		jw_kstr(w, "assessmentPostCallSmsTemplate", c->post_call_sms);
	}
	jw_key(w, "assessmentFirstReminderDelayHours");
	jw_double(w, c->first_delay_hours);
	jw_end(w);
}

void campaign_write_detail(struct jw *w, const struct campaign *c, const struct schedule *s)
{
	jw_object(w);
	write_core(w, c);
	write_times(w, c);
	jw_key(w, "callSettings");
	jw_object(w);
	jw_kstr(w, "callType", c->call_type);
	jw_kstr(w, "aiCallScript", c->ai_call_script);
	jw_end(w);
	write_schedule(w, c, s);
	jw_key(w, "messages");
	jw_object(w);
	jw_kstr(w, "openingMessage", c->opening_message);
	jw_kstr(w, "closingMessage", c->closing_message);
	jw_end(w);
	if (is_assessment(c))
		write_assessment(w, c, true);
	jw_end(w);
}

void campaign_write_summary(struct jw *w, const struct campaign *c)
{
	jw_object(w);
	write_core(w, c);
	jw_kstr(w, "accessLevel", "COMPANY");
	write_times(w, c);
	jw_key(w, "callSettings");
	jw_object(w);
	jw_kstr(w, "callType", c->call_type);
	jw_end(w);
	if (is_assessment(c))
		write_assessment(w, c, false);
	jw_end(w);
}

static const char *taken(struct arena *a, struct jw *w)
{
	const char *text = arena_strndup(a, w->data, w->len);

	jw_free(w);
	return text;
}

void campaign_render(struct campaign *c, const struct schedule *s, struct arena *a)
{
	struct jw w;

	jw_init(&w);
	campaign_write_detail(&w, c, s);
	c->detail_json = taken(a, &w);
	jw_init(&w);
	campaign_write_summary(&w, c);
	c->summary_json = taken(a, &w);
}
