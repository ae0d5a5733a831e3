#include "api/lead_json.h"

#include "api/lead_answers.h"
#include "api/paging.h"
#include "core/attempt.h"
#include "store/db.h"
#include "store/inbound_calls.h"

void lead_json_fields(struct jw *w, const struct lead_shown *l, bool with_submission)
{
	jw_kint(w, "leadId", l->lead_id);
	jw_kstr(w, "firstName", l->first_name);
	jw_kstr(w, "lastName", l->last_name);
	jw_kstr(w, "email", l->email);
	jw_kstr(w, "phone", l->phone);
	jw_kstr(w, "status", bucket_name(l->bucket));
	jw_kstr(w, "flowStatus", l->completed ? "Completed" : "Pending");
	if (with_submission)
		jw_kstr(w, "assessmentSubmitted", l->submitted ? "Submitted" : "Not submitted");
	jw_ktime(w, "addedAt", l->added_at);
}

struct listing {
	struct jw *w;
	bool with_submission;
};

static void write_row(void *arg, const struct lead_shown *l)
{
	const struct listing *list = arg;

	jw_object(list->w);
	lead_json_fields(list->w, l, list->with_submission);
	jw_end(list->w);
}

int64_t lead_json_list(struct jw *w, struct db *db, int64_t workspace_id, int64_t campaign_id,
		       const struct lead_filter *f, const struct paging *p, bool with_submission)
{
	struct listing list = { w, with_submission };
	int64_t total;

	jw_object(w);
	jw_key(w, "leads");
	jw_array(w);
	total = lead_page(db, workspace_id, campaign_id, f, p->offset, p->limit, write_row, &list);
	jw_end(w);
	paging_write(w, p, total);
	jw_end(w);
	return total;
}

static void time_or_null(struct jw *w, const char *key, int64_t at)
{
	jw_key(w, key);
	if (at == DB_NULL)
		jw_null(w);
	else
		jw_time(w, at);
}

void inbound_json(struct jw *w, const struct inbound_shown *c, const struct answer_sheet *sheet, const struct lead_name *name)
{
	static const struct pressed nothing = { .digits = "", .chosen_at = DB_NULL };

	jw_object(w);
	jw_ktime(w, "startedAt", c->began_at);
	time_or_null(w, "endedAt", c->ended_at);
	jw_kstr(w, "outcome", c->outcome == OUTCOME_NONE ? NULL : outcome_rule(c->outcome)->name);
	jw_kstr(w, "answer", answer_name(c->answer));
	jw_kstr(w, "person", person_wish_name(c->person));
	jw_kstr(w, "digits", c->pressed.digits);
	jw_key(w, "talkSeconds");
	jw_double(w, (double)c->talk_ms / 1000);
	jw_key(w, "answers");
	answers_json(w, sheet, name, c->resumed ? &c->pressed : &nothing);
	jw_end(w);
}

void attempt_json(struct jw *w, const struct attempt_shown *a, const struct answer_sheet *sheet,
		  const struct lead_name *name)
{
	jw_object(w);
	jw_kint(w, "attempt", a->attempt_no);
	jw_kint(w, "slot", a->slot);
	jw_ktime(w, "startedAt", a->started_at);
	time_or_null(w, "ringingAt", a->ringing_at);
	time_or_null(w, "answeredAt", a->answered_at);
	time_or_null(w, "endedAt", a->ended_at);
	jw_kstr(w, "outcome", a->outcome == OUTCOME_NONE ? NULL : outcome_rule(a->outcome)->name);
	jw_kstr(w, "answeredBy", a->answered_at == DB_NULL ? NULL : who_name(a->who));
	jw_kstr(w, "answer", answer_name(a->answer));
	jw_kstr(w, "person", person_wish_name(a->person));
	jw_kstr(w, "digits", a->pressed.digits);
	jw_key(w, "talkSeconds");
	jw_double(w, (double)a->talk_ms / 1000);
	jw_key(w, "answers");
	answers_json(w, sheet, name, &a->pressed);
	jw_end(w);
}
