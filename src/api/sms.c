#include "api/sms.h"

#include "api/app.h"
#include "api/query_in.h"
#include "api/reply.h"
#include "api/request.h"
#include "core/phone.h"
#include "core/twilio.h"
#include "store/db.h"
#include "store/inbound.h"
#include "store/texts.h"
#include "store/rulebook.h"
#include "store/workspace_clock.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

enum { REF_MOST = 64, REASON_SIZE = 64 };

/* ---- the form ---- */

struct sms_form {
	struct twilio_field *fields;
	size_t n;
};

static void *read_form(struct request *rq, struct reply *re)
{
	const char *text = arena_printf(rq->arena, "?%.*s", (int)rq->n_bytes, rq->bytes ? rq->bytes : "");
	struct faults *f = faults_new(rq->arena);
	struct params p = query_in_read(rq->arena, text, f);
	struct sms_form *form = arena_alloc(rq->arena, sizeof(*form));

	if (f->n) {
		reply_faults(re, f);
		return NULL;
	}
	form->n = p.n;
	form->fields = arena_alloc(rq->arena, (p.n + 1) * sizeof(*form->fields));
	for (size_t i = 0; i < p.n; i++)
		form->fields[i] = (struct twilio_field){ p.list[i].key, p.list[i].value };
	return form;
}

const struct body_form sms_forms[] = {
	{ "application/x-www-form-urlencoded", read_form },
	{ NULL, NULL },
};

/* "" when it is not there. */
static const char *field(const struct sms_form *form, const char *name)
{
	for (size_t i = 0; i < form->n; i++)
		if (strcmp(form->fields[i].name, name) == 0)
			return form->fields[i].value;
	return "";
}

/* ---- who it is from ---- */

/* The address as the sender knows it: behind a proxy that is the operator's to say. */
static const char *address(const struct request *rq, const struct app_sms *sms)
{
	const char *host = request_header(rq, "Host"), *base = sms->public_url;
	size_t n = strlen(base);

	while (n > 0 && base[n - 1] == '/')
		n--;
	return n ? arena_printf(rq->arena, "%.*s%s", (int)n, base, rq->target) :
		   arena_printf(rq->arena, "http://%s%s", host ? host : "", rq->target);
}

/* The form, when the account has signed it; NULL with the reply made. */
static const struct sms_form *signed_form(struct request *rq, struct reply *re)
{
	const struct sms_form *form = rq->form ? rq->in : NULL;
	struct app_sms sms = app_sms(rq);
	const char *signature = request_header(rq, "X-Twilio-Signature");

	if (!sms.token[0]) {
		reply_not_found(re);
		return NULL;
	}
	if (!form) {
		reply_error_at(re, ERROR_INVALID, NULL, "body", "\"body\" must be sent as application/x-www-form-urlencoded");
		return NULL;
	}
	if (signature && twilio_signed(sms.token, address(rq, &sms), form->fields, form->n, signature) &&
	    strcmp(field(form, "AccountSid"), sms.account) == 0)
		return form;
	reply_error(re, ERROR_FORBIDDEN, "The request is not signed by the account.");
	return NULL;
}

/* ---- texts ---- */

static void answer_twiml(struct request *rq, struct reply *re, const char *text)
{
	g_autofree char *escaped = text ? g_markup_escape_text(text, -1) : NULL;
	const char *xml = arena_printf(rq->arena, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>%s%s%s</Response>",
				       text ? "<Message>" : "", text ? escaped : "", text ? "</Message>" : "");

	reply_static(re, 200, "text/xml", xml, strlen(xml));
}

static const char *number(struct request *rq, struct db *db, const char *text)
{
	char *e164 = arena_alloc(rq->arena, PHONE_SIZE);

	return phone_e164(db->rulebook->plan, text, "", e164) ? e164 : NULL;
}

void sms_inbound(struct request *rq, struct db *db, struct reply *re)
{
	const struct sms_form *form = signed_form(rq, re);
	struct inbound_text t = { .provider = SMS_TWILIO };

	if (!form)
		return;
	t.ref = field(form, "MessageSid");
	t.from = number(rq, db, field(form, "From"));
	t.to = number(rq, db, field(form, "To"));
	t.body = field(form, "Body");
	t.answered = field(form, "OptOutType")[0] != 0;
	if (!t.ref[0] || strlen(t.ref) > REF_MOST || !t.from) {
		/* A short code or a word as the sender: nobody who could be called or texted. */
		answer_twiml(rq, re, NULL);
		return;
	}
	if (!t.to)
		t.to = "";
	answer_twiml(rq, re, inbound_take(db, &t, rq->arrived_ms));
	app_read_failed(db, re);
}

/* ---- delivery reports ---- */

/* The message as we named it to the provider. */
struct status_query {
	struct opt_int message;
};

static const struct field status_fields[] = {
	FIELD_INTEGER(struct status_query, message, "message", .min = BOUND(1)),
};
const struct shape sms_status_query = SHAPE(struct status_query, status_fields, .open = true);

void sms_status(struct request *rq, struct db *db, struct reply *re)
{
	const struct sms_form *form = signed_form(rq, re);
	const char *ref, *error;
	char reason[REASON_SIZE] = "";
	struct sms_result r = { .reason = reason };
	const struct status_query *query = rq->query;
	int64_t workspace_id, message_id;

	if (!form)
		return;
	ref = field(form, "MessageSid");
	error = field(form, "ErrorCode");
	r.state = twilio_state(field(form, "MessageStatus"));
	/* Whatever its state, a message the provider reports on is one that it has. */
	if (!r.state)
		r.state = MESSAGE_SENT;
	if (error[0] && strspn(error, "0123456789") == strlen(error))
		g_snprintf(reason, sizeof(reason), "PROVIDER_ERROR_%.20s", error);
	r.ref = ref;
	if (!ref[0] || strlen(ref) > REF_MOST ||
	    !text_find(db, SMS_TWILIO, ref, OPT_OR(query->message, 0), &workspace_id, &message_id)) {
		app_missing(db, re);
		return;
	}
	message_settle(db, workspace_id, message_id, &r, workspace_now(db, workspace_id, rq->arrived_ms));
	reply_empty(re, 204);
}
