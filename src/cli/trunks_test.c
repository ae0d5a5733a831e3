/*
 * callsheet trunks test: one carrier, step by step as a call needs it, each with what to do when it fails. It speaks to the
 * carrier itself, on a port of its own, so that it works before the server runs and disturbs nothing when it does.
 */
#include "admin/operation.h"
#include "base/clock.h"
#include "base/log.h"
#include "cli/command.h"
#include "cli/reach.h"
#include "core/attempt.h"
#include "engine/trunk_row.h"
#include "voice/names.h"
#include "voice/prompt.h"
#include "voice/reachable.h"
#include "voice/voice.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	OPTIONS_MS = 9000, /* two of them, with the pause in between */
	REGISTER_MS = 10000,
	PROMPT_MS = 20000,
	CALL_MS = 120000,
	STEP_US = 50000,
	PROBE_S = 5,
};

static const char *const texts[] = {
	"This is a test call from your callsheet server.",
	"If you can hear this, press 1.",
	"Thank you. The line works in both directions. Goodbye.",
};

struct test {
	const char *folder;
	struct settings *settings;
	struct voice_trunk trunk;
	char number[ORDER_NUMBER], from[ORDER_NUMBER]; /* "" without a call */
	struct target to;
	struct voice *voice;
	bool json, failed;
	json_t *steps;

	/* The call, told on the SIP thread: */
	GMutex lock;
	bool sent, rang, answered, ended;
	struct carrier_event end;
};

/* ---- what is printed ---- */

static void step(struct test *t, const char *name, bool ok, const char *remedy, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

static void step(struct test *t, const char *name, bool ok, const char *remedy, const char *fmt, ...)
{
	g_autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = g_strdup_vprintf(fmt, ap);
	va_end(ap);
	t->failed |= !ok;
	json_array_append_new(t->steps, json_pack("{s:s,s:b,s:s,s:s}", "step", name, "ok", (int)ok, "detail", text, "remedy",
						  ok ? "" : remedy));
	if (t->json)
		return;
	printf("%-4s %-12s %s\n", ok ? "ok" : "FAIL", name, text);
	if (!ok)
		printf("     %-12s %s\n", "", remedy);
	fflush(stdout);
}

/* ---- the trunk ---- */

static const char *text_at(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text ? text : "";
}

static bool true_at(const json_t *o, const char *key)
{
	return json_is_true(json_object_get(o, key));
}

static void trunk_from(const json_t *o, struct voice_trunk *out)
{
	const struct trunk t = {
		.trunk_id = json_integer_value(json_object_get(o, "trunkId")), .name = text_at(o, "name"),
		.host = text_at(o, "host"), .port = json_integer_value(json_object_get(o, "port")),
		.transport = text_at(o, "transport"), .auth_user = text_at(o, "user"),
		.auth_password = text_at(o, "password"), .srtp = true_at(o, "srtp"), .registers = true_at(o, "register"),
		.privacy = true_at(o, "hideNumber"), .proxy = text_at(o, "proxy"), .from_user = text_at(o, "fromUser"),
		.from_domain = text_at(o, "fromDomain"), .identity = text_at(o, "identity"),
		.external_address = text_at(o, "externalAddress"), .probe_s = PROBE_S, .prefixes = "",
	};

	trunk_for_voice(&t, out);
}

/* Also turns the numbers into E.164. */
static int fetch_trunk(struct test *t, const char *name, const char *number, const char *from, struct problem *p)
{
	json_t *args = json_pack("{s:s,s:s*,s:s*}", "trunk", name, "call", number, "from", from), *answer = NULL;

	if (reach_call(t->folder, operation_find("trunks.reveal"), args, &answer, p) != 0)
		return -1;
	trunk_from(answer, &t->trunk);
	g_strlcpy(t->number, text_at(answer, "call"), sizeof(t->number));
	g_strlcpy(t->from, text_at(answer, "from"), sizeof(t->from));
	json_decref(answer);
	return 0;
}

/* The first number of the live workspace that somebody vouches for; "" when there is none. */
static int fetch_caller(struct test *t, struct problem *p)
{
	json_t *answer = NULL, *each;
	size_t i;

	if (reach_call(t->folder, operation_find("numbers.list"), json_pack("{s:s}", "mode", "live"), &answer, p) != 0)
		return -1;
	json_array_foreach(json_object_get(answer, "numbers"), i, each)
		if (!t->from[0] && json_is_string(json_object_get(each, "verifiedAt")))
			g_strlcpy(t->from, text_at(each, "number"), sizeof(t->from));
	json_decref(answer);
	return t->from[0] ? 0 : problem_set(p, PROBLEM_NOT_FOUND, "there is no number to call from: `callsheet numbers add "
					    "--live` one, or say --from");
}

/* ---- the steps ---- */

static bool resolves(struct test *t)
{
	const struct voice_trunk *v = &t->trunk;
	struct names_question q = { .port = v->proxy[0] ? v->proxy_port : v->port, .transport = v->transport };
	struct target found[NAMES_TARGETS];
	char why[160];
	int n;

	g_strlcpy(q.host, v->proxy[0] ? v->proxy : v->host, sizeof(q.host));
	g_strlcpy(q.server, t->settings->voice_name_server, sizeof(q.server));
	if (names_literal(q.host)) {
		g_strlcpy(t->to.ip, q.host, sizeof(t->to.ip));
		t->to.port = q.port ? q.port : names_default_port(q.transport);
		step(t, "name", true, NULL, "%s is an address", q.host);
		return true;
	}
	n = names_find(&q, found, why, sizeof(why));
	if (n > 0) {
		t->to = found[0];
		step(t, "name", true, NULL, "%s is at %s port %u%s", q.host, t->to.ip, t->to.port,
		     n > 1 ? ", and at others" : "");
	} else {
		step(t, "name", false, "Compare the host with what the carrier gave you; does this machine's DNS work?", "%s",
		     why);
	}
	return n > 0;
}

static bool connects(struct test *t)
{
	const char *name = t->trunk.proxy[0] ? t->trunk.proxy : t->trunk.host;
	char why[200];
	bool ok;
	int fd;

	if (t->trunk.transport == TRANSPORT_UDP)
		return true;
	fd = reachable_tcp(&t->to, why, sizeof(why));
	step(t, "connection", fd >= 0, "Is the port right for the transport, and does a firewall let TCP out to it?",
	     "%s port %u: %s", t->to.ip, t->to.port, fd >= 0 ? "connected" : why);
	if (fd < 0 || t->trunk.transport != TRANSPORT_TLS) {
		if (fd >= 0)
			close(fd);
		return fd >= 0;
	}
	ok = reachable_tls(fd, name, why, sizeof(why));
	step(t, "certificate", ok, "Use the host name the carrier's certificate is for; a private authority's certificate goes "
	     "into /usr/local/share/ca-certificates (update-ca-certificates).", "%s%s%s", ok ? "valid, and for " : "",
	     ok ? name : why, "");
	close(fd);
	return ok;
}

/* Waits until the trunk has answered, or something is wrong for good. */
static bool wait_for(struct test *t, bool registered, int ms, struct trunk_facts *f)
{
	int64_t until = clock_boot_ms() + ms;

	do {
		g_usleep(STEP_US);
		if (!voice_trunk_facts(t->voice, t->trunk.trunk_id, f))
			return false;
		if (registered ? f->registered : f->answers)
			return true;
	} while (clock_boot_ms() < until && !(registered && strstr(f->why, "refused")));
	return false;
}

/* A carrier may ignore OPTIONS and take calls: with a call to come this is not the end. */
static bool answers(struct test *t)
{
	struct trunk_facts f = { 0 };
	char local[64];
	bool ok = wait_for(t, false, OPTIONS_MS, &f);

	voice_local(t->voice, local, sizeof(local));
	step(t, "OPTIONS", ok, "Does the carrier know this machine's address, and a firewall let SIP through? Some carriers "
	     "ignore OPTIONS: then say `trunks edit NAME --options 0`.", "%s (we are %s)",
	     ok ? "answered" : f.why[0] ? f.why : "no answer", local[0] ? local : "nowhere");
	return ok;
}

static bool registers(struct test *t)
{
	struct trunk_facts f = { 0 };
	bool ok;

	if (!t->trunk.registers)
		return true;
	ok = wait_for(t, true, REGISTER_MS, &f);
	step(t, "REGISTER", ok, "Compare user and password with the carrier's page; some want --from-user or --from-domain "
	     "besides.", "%s", ok ? "registered; the credentials are accepted" : f.why[0] ? f.why : "no answer");
	return ok;
}

/* ---- the call ---- */

static void on_event(void *arg, const struct carrier_event *ev)
{
	struct test *t = arg;

	g_mutex_lock(&t->lock);
	t->sent |= ev->kind == CARRIER_SENT;
	t->rang |= ev->kind == CARRIER_RINGING;
	t->answered |= ev->kind == CARRIER_ANSWERED;
	if (ev->kind == CARRIER_ENDED) {
		t->end = *ev;
		t->ended = true;
	}
	g_mutex_unlock(&t->lock);
}

static bool has_ended(struct test *t)
{
	bool ended;

	g_mutex_lock(&t->lock);
	ended = t->ended;
	g_mutex_unlock(&t->lock);
	return ended;
}

static void prompt_is_ready(void *arg)
{
	(void)arg;
}

static bool speak(struct prompts *prompts, struct call_order *order)
{
	struct prompt **into[] = { &order->opening, &order->questions[0].prompt, &order->closing };
	int64_t until = clock_boot_ms() + PROMPT_MS;

	for (size_t i = 0; i < G_N_ELEMENTS(into); i++) {
		enum prompt_state state;

		while ((state = prompts_get(prompts, NULL, texts[i], PROMPT_PASSING, into[i])) == PROMPT_PENDING &&
		       clock_boot_ms() < until)
			g_usleep(STEP_US);
		if (state != PROMPT_READY)
			return false;
	}
	order->n_questions = 1;
	order->questions[0].options[0] = (struct call_option){ '1', ANSWER_INTERESTED };
	order->questions[0].n_options = 1;
	return true;
}

static void judge_call(struct test *t)
{
	const struct carrier_event *e = &t->end;
	bool credentials = e->sip_status == 401 || e->sip_status == 403 || e->sip_status == 407;

	if (!t->answered) {
		step(t, "call", false,
		     credentials ? "The carrier refuses: user, password, this machine's address, or the caller's number." :
		     e->outcome == OUTCOME_NO_RESPONSE ? "Nothing came back: address, port, firewall." :
		     t->rang ? "It rang; take the call." :
		     "See docs/trunks.md for the status; the carrier's own log of calls says more.",
		     "%s, SIP status %d%s", outcome_rule(e->outcome)->name, e->sip_status, t->rang ? ", it rang" : "");
		return;
	}
	if (t->trunk.user[0] && !t->trunk.registers)
		step(t, "credentials", true, NULL, "accepted, or not asked for");
	step(t, "call", true, NULL, "placed%s and answered", t->rang ? ", rang" : "");
	if (e->outcome == OUTCOME_ANSWERED_DIGIT)
		step(t, "audio", true, NULL, "both ways: your key came after what you heard");
	else if (e->outcome == OUTCOME_NO_MEDIA)
		step(t, "audio", false, "A NAT or firewall: open UDP to voice.rtp_ports, and behind a 1:1 NAT say "
		     "--external-address.", "nothing was heard from the other side");
	else
		step(t, "audio", false, "If you heard the voice and did press 1, the key was lost: ask the carrier for "
		     "telephone-event (RFC 4733). If you heard nothing, packets to the carrier are lost.",
		     "no key was pressed (%s)", outcome_rule(e->outcome)->name);
}

static bool calls(struct test *t, struct problem *p)
{
	g_autofree char *folder = g_build_filename(t->folder, "prompts", NULL);
	struct prompts *prompts = prompts_new(folder, t->settings, 1, prompt_is_ready, NULL, p);
	struct carrier *carrier = voice_carrier(t->voice);
	struct call_order order = { .attempt_id = clock_wall_ms(), .fence = 1, .trunk_id = t->trunk.trunk_id,
				    .ring_timeout_s = (int)t->settings->voice_ring_timeout };
	int64_t until;

	if (!prompts)
		return false;
	g_strlcpy(order.to, t->number, sizeof(order.to));
	g_strlcpy(order.from, t->from, sizeof(order.from));
	if (speak(prompts, &order)) {
		if (!t->json)
			printf("     calling %s from %s: take the call and press 1\n", t->number, t->from);
		fflush(stdout);
		until = clock_boot_ms() + CALL_MS;
		order.send_before_boot_ms = until;
		carrier->place(carrier, &order);
		while (!has_ended(t) && clock_boot_ms() < until)
			g_usleep(STEP_US);
		if (!has_ended(t))
			carrier->hang_up(carrier, order.attempt_id);
		while (!has_ended(t))
			g_usleep(STEP_US);
		judge_call(t);
	} else {
		step(t, "call", false, "Is voice.tts_voice right?", "what it says cannot be spoken");
	}
	order_release(&order);
	prompts_free(prompts);
	return !t->failed;
}

/* ---- the command ---- */

/* Each step needs the one before, but for OPTIONS: a call may go where they are ignored. */
static int run_steps(struct test *t, struct problem *p)
{
	struct voice_options o = { .settings = t->settings, .sink = on_event, .arg = t };
	bool talks;

	if (!resolves(t) || !connects(t))
		return 0;
	t->voice = voice_start(&o, p);
	if (!t->voice)
		return -1;
	voice_set_trunks(t->voice, &t->trunk, 1);
	talks = answers(t);
	if ((registers(t) || talks) && t->number[0])
		calls(t, p);
	else if (!t->number[0] && t->trunk.user[0] && !t->trunk.registers && !t->json)
		puts("     user and password are asked for by a call only: --call YOUR-NUMBER");
	voice_stop(t->voice, 0);
	return p->kind == PROBLEM_NONE ? 0 : -1;
}

static int prepare(struct test *t, const char *name, const char *number, const char *from, struct problem *p)
{
	if (fetch_trunk(t, name, number, from, p) != 0)
		return -1;
	return t->number[0] && !t->from[0] ? fetch_caller(t, p) : 0;
}

static int test_trunk(struct test *t, const char *name, const char *number, const char *from)
{
	struct problem p = { 0 };
	int rc;

	log_setup("error", "auto"); /* the steps say it better */
	t->steps = json_array();
	g_mutex_init(&t->lock);
	rc = prepare(t, name, number, from, &p) == 0 ? run_steps(t, &p) : -1;
	g_mutex_clear(&t->lock);
	if (rc == 0 && t->json) {
		json_t *answer = json_pack("{s:b,s:O}", "ok", (int)!t->failed, "steps", t->steps);

		print_json(answer);
		json_decref(answer);
	}
	json_decref(t->steps);
	explicit_bzero(&t->trunk, sizeof(t->trunk));
	if (rc != 0)
		return command_fail(&p);
	return t->failed ? PROBLEM_UNREACHABLE : 0;
}

int trunks_test_run(int argc, char **argv)
{
	g_autofree char *folder = NULL, *config = NULL, *number = NULL, *from = NULL;
	gboolean json = FALSE;
	const GOptionEntry entries[] = {
		{ "data", 0, 0, G_OPTION_ARG_FILENAME, &folder, "the data folder", "DIR" },
		{ "config", 0, 0, G_OPTION_ARG_FILENAME, &config, "the INI file", "FILE" },
		{ "call", 0, 0, G_OPTION_ARG_STRING, &number, "place one call: your own telephone", "NUMBER" },
		{ "from", 0, 0, G_OPTION_ARG_STRING, &from, "the number to call from (the first verified live one)", "NUMBER" },
		{ "json", 0, 0, G_OPTION_ARG_NONE, &json, "print JSON", NULL },
		{ NULL },
	};
	struct problem p = { 0 };
	struct settings s;
	struct test t;
	int code;

	if (!command_options(&argc, &argv, entries, "trunks test --data DIR NAME [--call NUMBER]",
			     "Asks a carrier what a call needs, step by step, and says what to do where one fails.", &code))
		return code;
	if (!folder)
		return command_without_folder("trunks test");
	if (argc != 2)
		return problem_set(&p, PROBLEM_USAGE, "trunks test needs NAME, and nothing else"), command_fail(&p);
	t = (struct test){ .folder = folder, .settings = &s, .json = json };
	code = settings_load(&s, config, NULL, &p) == 0 ? test_trunk(&t, argv[1], number, from) : command_fail(&p);
	settings_clear(&s);
	return code;
}
