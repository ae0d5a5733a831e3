/*
 * callsheet webhooks listen: a developer's endpoint without an endpoint. Follows a workspace's events as the feed has them and
 * posts each to an address of the developer's, signed like a delivery, in their order; once, whatever is answered.
 */
#include "base/clock.h"
#include "base/signature.h"
#include "cli/command.h"
#include "cli/session.h"
#include "cli/signals.h"
#include "core/event.h"
#include "text/http_client.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POLL_MS = 500 };

struct listening {
	char *folder, *forward_to, *events, *secret;
	gboolean live, test;
	gint64 after;
	struct http_client *client;
	GMutex lock;
	GCond answered;
	char *said; /* what came of the event on the way; under lock */
};

/* On the client's thread. */
static void on_answer(void *arg, const struct http_answer *a)
{
	struct listening *l = arg;

	g_mutex_lock(&l->lock);
	l->said = a->result == HTTP_ANSWERED ? g_strdup_printf("%ld", a->status) : g_strdup(a->why);
	g_cond_signal(&l->answered);
	g_mutex_unlock(&l->lock);
}

/* Sends it and waits. What came of it, to be freed. */
static char *forward(struct listening *l, const json_t *event)
{
	char *body = json_dumps(event, JSON_COMPACT);
	g_autofree char *id = g_strdup_printf("evt_%lld", json_integer_value(json_object_get(event, "id")));
	int64_t now_s = clock_wall_ms() / 1000;
	char signature[SIGNATURE_SIZE] = "";
	g_autofree char *header_id = g_strconcat("webhook-id: ", id, NULL);
	g_autofree char *header_time = g_strdup_printf("webhook-timestamp: %" G_GINT64_FORMAT, now_s);
	g_autofree char *header_signature = NULL;
	const char *headers[] = { "Content-Type: application/json", header_id, header_time, NULL, NULL };
	char *said;

	signature_make(l->secret, id, now_s, body, strlen(body), signature);
	headers[3] = header_signature = g_strconcat("webhook-signature: ", signature, NULL);
	http_client_send(l->client,
			 &(struct http_request){ .method = "POST", .url = l->forward_to, .headers = headers,
					.body = body, .n_body = strlen(body), .reach = HTTP_ANYWHERE },
			 on_answer, l);
	g_mutex_lock(&l->lock);
	while (!l->said)
		g_cond_wait(&l->answered, &l->lock);
	said = g_steal_pointer(&l->said);
	g_mutex_unlock(&l->lock);
	free(body);
	return said;
}

static void take_event(struct listening *l, const json_t *event)
{
	const char *type = json_string_value(json_object_get(event, "type"));
	g_autofree char *said = NULL;

	if (!event_listed(l->events, type))
		return;
	said = l->forward_to ? forward(l, event) : NULL;
	printf("%lld %s%s%s\n", json_integer_value(json_object_get(event, "id")), type, said ? ": " : "", said ? said : "");
	fflush(stdout);
}

/* One look at the feed; -1 with the problem set. */
static int look(struct listening *l, struct session *s, struct problem *p)
{
	json_t *answer = NULL, *event, *args = json_pack("{s:s}", "mode", l->live ? "live" : "test");
	size_t i;

	if (l->after >= 0)
		json_object_set_new(args, "after", json_integer(l->after));
	if (session_call(s, "webhooks.feed", args, &answer, p) != 0)
		return -1;
	json_array_foreach(json_object_get(answer, "events"), i, event)
		take_event(l, event);
	l->after = json_integer_value(json_object_get(answer, "next"));
	json_decref(answer);
	return 0;
}

static int listen_until_stopped(struct listening *l, struct problem *p)
{
	struct session *s = session_new(l->folder);
	int rc = look(l, s, p);

	if (rc == 0) {
		printf("Listening to the %s workspace%s%s.", l->live ? "live" : "test", l->forward_to ?
				", forwarding to " : "",
		       l->forward_to ? l->forward_to : "");
		if (l->forward_to)
			printf(" The secret: %s", l->secret);
		puts("");
		fflush(stdout);
	}
	while (rc == 0 && !signals_wait(POLL_MS))
		rc = look(l, s, p);
	session_free(s);
	return rc;
}

static int check(const struct listening *l, struct problem *p)
{
	char unused[SIGNATURE_SIZE];

	if (l->live && l->test)
		return problem_set(p, PROBLEM_USAGE, "webhooks listen takes --live or --test, not both");
	if (signature_make(l->secret, "", 0, "", 0, unused) != 0)
		return problem_set(p, PROBLEM_USAGE, "--secret must be whsec_ and base64");
	return 0;
}

static int run(struct listening *l)
{
	struct problem p = { 0 };
	int rc;

	if (!l->folder)
		return command_without_folder("webhooks listen");
	signals_block();
	if (check(l, &p) != 0 || !(l->client = http_client_start(&p)))
		return command_fail(&p);
	rc = listen_until_stopped(l, &p);
	http_client_stop(l->client, 0);
	return rc == 0 ? 0 : command_fail(&p);
}

int webhooks_listen_run(int argc, char **argv)
{
	struct listening l = { .after = -1 };
	const GOptionEntry entries[] = {
		{ "data", 0, 0, G_OPTION_ARG_FILENAME, &l.folder, "the data folder", "DIR" },
		{ "forward-to", 0, 0, G_OPTION_ARG_STRING, &l.forward_to,
		  "post each event to this address; without it they are shown",
		  "URL" },
		{ "events", 0, 0, G_OPTION_ARG_STRING, &l.events, "only these types, with commas between", "TYPES" },
		{ "secret", 0, 0, G_OPTION_ARG_STRING, &l.secret, "sign with this one (otherwise one is made up)", "WHSEC" },
		{ "after", 0, 0, G_OPTION_ARG_INT64, &l.after, "begin behind this event (otherwise: with what comes)",
		  "ID" },
		{ "live", 0, 0, G_OPTION_ARG_NONE, &l.live, "the live workspace", NULL },
		{ "test", 0, 0, G_OPTION_ARG_NONE, &l.test, "the test workspace (default)", NULL },
		{ NULL },
	};
	char made[SIGNATURE_SECRET_SIZE];
	int code;

	if (command_options(&argc, &argv, entries, "webhooks listen --data DIR [--forward-to URL]",
			    "Show a workspace's events as they happen, and forward them to a program under development.",
			    &code)) {
		signature_secret(made);
		l.secret = l.secret ? l.secret : g_strdup(made);
		l.events = l.events ? l.events : g_strdup("*");
		code = run(&l);
	}
	g_free(l.folder);
	g_free(l.forward_to);
	g_free(l.events);
	g_free(l.secret);
	return code;
}
