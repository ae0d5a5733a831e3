#include "text/sms_provider.h"

#include <glib.h>
#include <jansson.h>
#include <string.h>

enum { ANSWER_MOST = 64 << 10,
       RETRY_MOST_S = 3600,
       OPTED_OUT = 21610, /* "attempt to send to unsubscribed recipient" */
       TOO_MANY = 429 };

static bool is_address(const char *s)
{
	return g_str_has_prefix(s, "https://") || g_str_has_prefix(s, "http://");
}

int sms_provider_read(const struct settings *s, const char *token, struct sms_provider *out, struct problem *p)
{
	*out = (struct sms_provider){ .url = s->sms_url, .account = s->sms_account, .token = token,
				      .own_number = s->sms_from[0] ? s->sms_from : NULL,
				      .public_url = s->sms_public_url, .timeout_ms = (int)s->sms_timeout * 1000 };
	if (s->sms_public_url[0] && !is_address(s->sms_public_url))
		return problem_set(p, PROBLEM_CONFIG, "sms.public_url is \"%s\", but must be an http or https address",
				   s->sms_public_url);
	if (!s->sms_url[0])
		return 0;
	if (!is_address(s->sms_url))
		return problem_set(p, PROBLEM_CONFIG, "sms.url is \"%s\", but must be an http or https address", s->sms_url);
	if (!s->sms_account[0] || !token[0])
		return problem_set(p, PROBLEM_CONFIG, "sms.url is set, but not %s",
				   s->sms_account[0] ? "sms.token_file, nor is there a credential sms-token" : "sms.account");
	return 0;
}

/* ---- the answer ---- */

static void judge(struct sms_outcome *o, enum message_state state, const char *reason)
{
	o->state = state;
	g_strlcpy(o->reason, reason, sizeof(o->reason));
}

/* Accepted, if it says under which name; who says nothing of the kind may have accepted it all the same. */
static void judge_success(const json_t *body, struct sms_outcome *o)
{
	const char *sid = json_string_value(json_object_get(body, "sid"));

	if (!sid || !sid[0] || strlen(sid) >= sizeof(o->ref)) {
		judge(o, MESSAGE_UNKNOWN, "ANSWER_NOT_UNDERSTOOD");
		return;
	}
	judge(o, MESSAGE_SENT, "");
	g_strlcpy(o->ref, sid, sizeof(o->ref));
}

/* A refusal in so many words; anything else under such a status may come from a proxy in between. */
static void judge_refusal(long status, const json_t *body, struct sms_outcome *o)
{
	json_int_t code = json_integer_value(json_object_get(body, "code"));
	char reason[SMS_REASON_SIZE];

	g_snprintf(reason, sizeof(reason), code ? "PROVIDER_ERROR_%lld" : "HTTP_%lld",
		   code ? (long long)code : (long long)status);
	judge(o, MESSAGE_FAILED, reason);
	o->opted_out = code == OPTED_OUT;
}

static void judge_status(const struct http_answer *a, struct sms_outcome *o)
{
	json_t *body = a->cut ? NULL : json_loadb(a->body, a->n_body, 0, NULL);
	char reason[SMS_REASON_SIZE];

	g_snprintf(reason, sizeof(reason), "HTTP_%ld", a->status);
	if (a->status >= 200 && a->status < 300) {
		judge_success(body, o);
	} else if (a->status == TOO_MANY) {
		judge(o, MESSAGE_WAITING, reason);
		o->retry_after_s = (int)CLAMP(a->retry_after_s, 0, RETRY_MOST_S);
	} else if (a->status >= 400 && a->status < 500 && a->status != 408) {
		judge_refusal(a->status, body, o);
	} else {
		judge(o, MESSAGE_UNKNOWN, reason);
	}
	json_decref(body);
}

void sms_judge(const struct http_answer *a, struct sms_outcome *o)
{
	*o = (struct sms_outcome){ 0 };
	switch (a->result) {
	case HTTP_ANSWERED:
		judge_status(a, o);
		return;
	case HTTP_NOT_SENT:
		judge(o, MESSAGE_WAITING, "PROVIDER_NOT_REACHED");
		return;
	case HTTP_REFUSED:
		judge(o, MESSAGE_FAILED, "PROVIDER_ADDRESS");
		return;
	case HTTP_LOST:
	case HTTP_STOPPED:
		judge(o, MESSAGE_UNKNOWN, "ANSWER_LOST");
		return;
	}
}

/* ---- the request ---- */

static void add_field(GString *form, const char *name, const char *value)
{
	g_autofree char *escaped = g_uri_escape_string(value, NULL, FALSE);

	g_string_append_printf(form, "%s%s=%s", form->len ? "&" : "", name, escaped);
}

static char *trimmed(const char *url)
{
	size_t n = strlen(url);

	while (n > 0 && url[n - 1] == '/')
		n--;
	return g_strndup(url, n);
}

struct sending {
	sms_done *done;
	void *arg;
};

static void on_answer(void *arg, const struct http_answer *a)
{
	struct sending *s = arg;
	struct sms_outcome o;

	sms_judge(a, &o);
	s->done(s->arg, &o);
	g_free(s);
}

void sms_send(const struct sms_provider *p, struct http_client *c, long long message_id, const char *from, const char *to,
	      const char *body, sms_done *done, void *arg)
{
	static const char *const headers[] = { "Content-Type: application/x-www-form-urlencoded",
					       "Accept: application/json", NULL };
	g_autoptr(GString) form = g_string_new(NULL);
	g_autofree char *base = trimmed(p->url), *reach = trimmed(p->public_url), *account = NULL, *url = NULL;
	struct sending s = { done, arg };

	account = g_uri_escape_string(p->account, NULL, FALSE);
	url = g_strdup_printf("%s/2010-04-01/Accounts/%s/Messages.json", base, account);
	add_field(form, "To", to);
	add_field(form, "From", from);
	add_field(form, "Body", body);
	if (reach[0]) {
		g_autofree char *report = g_strdup_printf("%s/v1/sms/status?message=%lld", reach, message_id);

		add_field(form, "StatusCallback", report);
	}
	http_client_send(c, &(struct http_request){ .method = "POST", .url = url, .headers = headers, .body = form->str,
						    .n_body = form->len, .user = p->account, .password = p->token,
						    .reach = HTTP_ANYWHERE, .timeout_ms = p->timeout_ms, .fresh = true,
						    .answer_max = ANSWER_MOST },
			 on_answer, g_memdup2(&s, sizeof(s)));
}
