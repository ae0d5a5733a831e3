/* The leads of a campaign: list, add, remove. */
#include "store/leads.h"

#include "api/app.h"
#include "api/conditional.h"
#include "api/lead_answers.h"
#include "api/lead_export.h"
#include "api/lead_in.h"
#include "api/lead_json.h"
#include "api/paging.h"
#include "api/reply.h"
#include "api/request.h"
#include "api/routes.h"
#include "core/fold.h"
#include "core/questions.h"
#include "store/campaigns.h"
#include "store/db.h"
#include "store/inbound_calls.h"

#include <glib.h>
#include <string.h>

/* ---- the whole list, streamed ---- */

enum { PIECE = 500 };

struct outflow {
	int64_t workspace_id, campaign_id, after;
	struct lead_filter filter;
	enum lead_form form;
};

static enum stream_state export_piece(void *arg, struct db *db, GString *out)
{
	struct outflow *x = arg;

	do { /* a piece of a search may be none */
		x->after = lead_export_page(out, x->form, db, x->workspace_id, x->campaign_id, &x->filter, x->after, PIECE);
	} while (x->after && out->len == 0);
	if (db_failed(db))
		return STREAM_FAILED;
	return x->after ? STREAM_MORE : STREAM_END;
}

static void export_all(struct request *rq, struct reply *re, const struct lead_filter *f, enum lead_form form)
{
	struct outflow *x = arena_alloc(rq->arena, sizeof(*x));

	*x = (struct outflow){ .workspace_id = rq->caller.workspace_id, .campaign_id = rq->path.ids[0], .filter = *f,
			      .form = form };
	x->filter.needle = arena_strdup(rq->arena, f->needle);
	reply_stream(re, 200, lead_form_type(form), export_piece, x);
	reply_header(re, "Vary", "Accept");
}

enum { FAR_DOWN = 10000 };

/* A search walks all leads of the campaign, a page far down those before it. */
bool leads_list_takes_long(const struct request *rq)
{
	const struct lead_list_in *in = rq->query;

	return (in->search && in->search[0]) || paging_of(in->page, in->limit).offset > FAR_DOWN;
}

void leads_list(struct request *rq, struct db *db, struct reply *re)
{
	const struct lead_list_in *in = rq->query;
	int64_t workspace = rq->caller.workspace_id, campaign = rq->path.ids[0];
	struct paging p = paging_of(in->page, in->limit);
	g_autofree char *needle = in->search && in->search[0] ? fold_text(in->search) : NULL;
	struct lead_filter filter = { .bucket = bucket_named(in->status), .needle = needle };
	const char *purpose = campaign_purpose(db, workspace, campaign);
	const char *tag;
	enum lead_form form = lead_form_wanted(request_header(rq, "Accept"));
	bool with_submission;
	int64_t total;

	if (!purpose) {
		app_missing(db, re);
		return;
	}
	if (form != LEADS_JSON) {
		export_all(rq, re, &filter, form);
		return;
	}
	with_submission = purpose_reminds(purpose);
	/* Polled: the version is read first, and mostly alone. The program's own version is in it for the shape. */
	tag = arena_printf(rq->arena, "W/\"" CALLSHEET_VERSION "-%llx\"",
			   (unsigned long long)leads_version(db, workspace, campaign));
	if (app_read_failed(db, re))
		return;
	if (reply_unchanged(rq, re, tag)) {
		reply_header(re, "Vary", "Accept");
		return;
	}
	total = lead_json_list(reply_json(re, 200), db, workspace, campaign, &filter, &p, with_submission);
	if (app_read_failed(db, re))
		return;
	reply_header(re, "Vary", "Accept");
	reply_tag(re, tag);
	paging_links(rq, re, &p, total);
}

struct tries {
	struct jw *w;
	const struct answer_sheet *sheet;
	struct lead_name name;
};

static void write_attempt(void *arg, const struct attempt_shown *a)
{
	const struct tries *t = arg;

	attempt_json(t->w, a, t->sheet, &t->name);
}

static void write_inbound(void *arg, const struct inbound_shown *c)
{
	const struct tries *t = arg;

	inbound_json(t->w, c, t->sheet, &t->name);
}

/* What the campaign was given times for; absent elsewhere. */
static void write_slot(struct jw *w, struct db *db, int64_t workspace, int64_t campaign, int64_t lead)
{
	struct booked b;

	if (!appointment_of(db, workspace, campaign, lead, &b))
		b.booked_at = DB_NULL;
	jw_key(w, "interviewSlot");
	booked_json(w, &b);
}

static void write_detail(struct jw *w, struct db *db, const struct request *rq, const struct answer_sheet *sheet,
			 const struct lead_detail *d)
{
	int64_t workspace = rq->caller.workspace_id, campaign = rq->path.ids[0], lead = rq->path.ids[1];
	struct tries tries = { w, sheet, { d->shown.first_name, d->shown.last_name } };

	jw_object(w);
	lead_json_fields(w, &d->shown, sheet->purpose == PURPOSE_ASSESSMENT_REMINDER);
	jw_kstr(w, "reason", d->reason[0] ? d->reason : NULL);
	if (sheet->times)
		write_slot(w, db, workspace, campaign, lead);
	jw_key(w, "attempts");
	jw_array(w);
	lead_attempts(db, workspace, campaign, lead, write_attempt, &tries);
	jw_end(w);
	jw_key(w, "inboundCalls");
	jw_array(w);
	inbound_calls_of(db, workspace, campaign, lead, write_inbound, &tries);
	jw_end(w);
	jw_key(w, "nextCallAt");
	if (d->next_call_at == DB_NULL)
		jw_null(w);
	else
		jw_time(w, d->next_call_at);
	jw_end(w);
}

/* False when there is no such lead. */
static bool write_lead(struct jw *w, struct db *db, const struct request *rq)
{
	int64_t workspace = rq->caller.workspace_id, campaign = rq->path.ids[0], lead = rq->path.ids[1];
	struct answer_sheet sheet;
	struct lead_detail d;

	if (!lead_get(db, workspace, campaign, lead, &d) || !answer_sheet_open(db, workspace, campaign, &sheet))
		return false;
	jw_object(w);
	jw_key(w, "lead");
	write_detail(w, db, rq, &sheet, &d);
	jw_end(w);
	answer_sheet_close(&sheet);
	return true;
}

void leads_get(struct request *rq, struct db *db, struct reply *re)
{
	if (!write_lead(reply_json(re, 200), db, rq))
		app_missing(db, re);
	else if (!app_read_failed(db, re))
		reply_tag_one(rq, re);
}

/* Whether the lead is still what the client has seen, if it has said so. */
static bool may_remove(struct request *rq, struct db *db, struct reply *re)
{
	struct jw w;
	bool may;

	if (!request_header(rq, "If-Match") && !request_header(rq, "If-None-Match"))
		return true;
	jw_init(&w);
	may = write_lead(&w, db, rq) && may_change(rq, re, tag_of_bytes(rq->arena, w.data, w.len));
	if (!may && !re->status)
		app_missing(db, re);
	jw_free(&w);
	return may;
}

void leads_remove(struct request *rq, struct db *db, struct reply *re)
{
	int64_t campaign = rq->path.ids[0], lead = rq->path.ids[1];
	struct jw *w;

	if (!may_remove(rq, db, re))
		return;
	if (!lead_remove(db, rq->caller.workspace_id, campaign, lead, rq->now_ms)) {
		reply_not_found(re);
		return;
	}
	w = reply_json(re, 200);
	jw_object(w);
	jw_kstr(w, "status", "success");
	jw_kint(w, "leadId", lead);
	jw_end(w);
	app_tell_lead_removed(rq, re, campaign, lead);
}
