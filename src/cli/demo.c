/*
 * callsheet demo: a throw-away server, a campaign made through its HTTP API, and 40 invented people telephoned by SIP
 * at the phone farm. Also the server against which the documentation's curl lines work as they are written: its
 * first site is 12, its campaigns 101 and 5501, its first person 987654.
 */
#include "base/clock.h"
#include "base/log.h"
#include "cli/client.h"
#include "cli/command.h"
#include "cli/founding.h"
#include "cli/life.h"
#include "cli/signals.h"
#include "store/campaigns.h"
#include "store/ids.h"
#include "store/writer.h"

#include <errno.h>
#include <ftw.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PORT = 8080, PEOPLE = 40, SITE = 12, FIRST_CAMPAIGN = 101, CAMPAIGN = 5501, FIRST_PERSON = 987654, TICK_MS = 500 };

struct demo {
	char folder[64];
	struct settings settings;
	struct founding founding;
	struct life *life;
	char *base;            /* http://127.0.0.1:8080/v1/partner */
	int64_t began_ms;
	bool terminal;
	bool ai;
};

static const char *const first_names[] = { "Amara", "Bjorn",  "Chioma", "Dmitri", "Elena", "Farid", "Greta", "Hiro",
					   "Ines",  "Jamal",  "Keiko",  "Lars",   "Mina",  "Noor",  "Otto",  "Priya",
					   "Quinn", "Rosa",   "Samir",  "Tala" };
static const char *const last_names[] = { "Okafor", "Lindqvist", "Moreau", "Tanaka", "Silva", "Haddad", "Kowalski" };

/* ---- the folder ---- */

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static int make_folder(struct demo *d, struct problem *p)
{
	const char *tmp = g_get_tmp_dir();

	if (strlen(tmp) > 32)
		tmp = "/tmp";
	snprintf(d->folder, sizeof(d->folder), "%s/callsheet-demo-XXXXXX", tmp);
	if (!mkdtemp(d->folder))
		return problem_set(p, PROBLEM_FAILED, "cannot make a folder in %s: %s", tmp, g_strerror(errno));
	return 0;
}

/* ---- the campaign ---- */

static json_t *documented_campaign(void)
{
	return json_pack("{s:s,s:s,s:i,s:s,s:s,s:s,s:s,s:s,s:{s:s,s:s,s:s}}", "title",
			 "Assessment reminders — Q2", "timezone", "America/New_York", "companySiteId", SITE,
			 "phoneNumber", "+15551234567", "purposeType", "ASSESSMENT_REMINDER", "openingMessage",
			 "Hi, this is a reminder from Acme about your assessment.", "closingMessage",
			 "Thank you. Goodbye.", "callStartTimeUtc", "2025-04-15T14:00:00.000Z", "jobDetails",
			 "assessmentTestId", "a1b2c3d4-e5f6-7890-abcd-ef1234567890", "assessmentName",
			 "Technical screen", "jobTitle", "Senior Engineer");
}

static json_t *interest_campaign(bool ai)
{
	return json_pack("{s:s,s:s,s:i,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "title", "Warehouse team, autumn", "timezone",
			 "America/New_York", "companySiteId", SITE, "phoneNumber", "+15551234567", "purposeType",
			 "INTEREST_CHECK", "openingMessage",
			 "Hello, this is Acme recruiting. We have an opening in our warehouse team.",
			 "closingMessage", "Thank you for your time. Goodbye.", "callStartTimeUtc",
			 "2025-06-01T15:00:00.000Z", "callType", ai ? "AICall" : "IVR", "aiCallScript",
			 ai ? "Be friendly and brief. The shifts begin at six in the morning." : "");
}

static json_t *people(void)
{
	json_t *list = json_array();

	for (int i = 0; i < PEOPLE; i++) {
		const char *first = first_names[i % 20], *last = last_names[i % 7];
		g_autofree char *email = g_strdup_printf("%s.%s@example.com", first, last);
		g_autofree char *number = g_strdup_printf("+120255501%02d", i); /* 555-01xx: never assigned */

		json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:s}", "email", email, "firstName", first,
						      "lastName", last, "phoneNumber", number));
	}
	return json_pack("{s:o}", "leads", list);
}

static int post(struct demo *d, const char *path, json_t *body, struct problem *p)
{
	g_autofree char *url = g_strconcat(d->base, path, NULL);
	json_t *answer = NULL;
	int rc = client_json("POST", url, d->founding.keys.test, body, &answer, p);

	json_decref(answer);
	return rc;
}

static int jump_ids(struct db *db, void *unused)
{
	(void)unused;
	ids_start_at(db, ID_CAMPAIGN, CAMPAIGN);
	ids_start_at(db, ID_TALENT, FIRST_PERSON);
	return JOB_KEEP;
}

static int begin_campaign(struct demo *d, struct problem *p)
{
	g_autofree char *leads = g_strdup_printf("/campaigns/%d/leads", CAMPAIGN);

	if (post(d, "/campaigns", documented_campaign(), p) != 0)
		return -1;
	if (store_write(life_store(d->life), JOB_SINGLE, jump_ids, NULL) != JOB_KEEP)
		return problem_set(p, PROBLEM_FAILED, "the database does not take writes");
	d->began_ms = clock_boot_ms();
	return post(d, "/campaigns", interest_campaign(d->ai), p) != 0 ? -1 : post(d, leads, people(), p);
}

/* ---- the table ---- */

static bool look(struct demo *d, struct campaign_tally *t)
{
	struct db *db = store_reader(life_store(d->life));
	bool ok = db && campaign_tally(db, d->founding.account.test_workspace, CAMPAIGN, t);

	if (db)
		store_read_end(db);
	return ok;
}

static void show(const struct demo *d, const struct campaign_tally *t)
{
	int64_t s = (clock_boot_ms() - d->began_ms) / 1000;

	printf("%s  %02d:%02d %10d %9d %11d %15d %10d %5d%s", d->terminal ? "\r" : "", (int)(s / 60), (int)(s % 60),
	       (int)t->in_flight, (int)t->answered, (int)t->interested, (int)t->not_interested, (int)t->no_answer,
	       (int)t->left, d->terminal ? "" : "\n");
	fflush(stdout);
}

/* Until everybody has been called. False when somebody pressed Ctrl-C. */
static bool watch(struct demo *d, struct campaign_tally *t)
{
	struct campaign_tally last = { .left = -1 };

	puts("\n   time  in flight  answered  interested  not interested  no answer  left");
	for (;;) {
		if (look(d, t) && (d->terminal || memcmp(t, &last, sizeof(last)) != 0)) {
			show(d, t);
			last = *t;
		}
		if (t->leads == PEOPLE && t->left == 0)
			break;
		if (signals_wait(TICK_MS))
			return false;
	}
	if (d->terminal)
		putchar('\n');
	return true;
}

static void bar(const char *name, int64_t n, int64_t of)
{
	int width = of ? (int)(n * 40 / of) : 0;

	printf("  %-15s %3d  ", name, (int)n);
	while (width-- > 0)
		fputs("█", stdout);
	putchar('\n');
}

static void print_funnel(const struct campaign_tally *t)
{
	puts("\nThe funnel:");
	bar("candidates", t->leads, t->leads);
	bar("dialled", t->dialled, t->leads);
	bar("answered", t->answered, t->leads);
	bar("decided", t->interested + t->not_interested, t->leads);
	bar("interested", t->interested, t->leads);
}

static void print_curl(const struct demo *d)
{
	printf("\nLook further (this is a test key: it never reaches a real trunk):\n\n"
	       "  export CALLSHEET_KEY=%s\n"
	       "  curl -s %s/campaigns/%d -H \"Authorization: Bearer $CALLSHEET_KEY\"\n"
	       "  curl -s \"%s/campaigns/%d/leads?status=Interested\" -H \"Authorization: Bearer $CALLSHEET_KEY\"\n"
	       "  curl -s %s/company-sites -H \"Authorization: Bearer $CALLSHEET_KEY\"\n\n",
	       d->founding.keys.test, d->base, CAMPAIGN, d->base, CAMPAIGN, d->base);
}

/* ---- the run ---- */

static int start(struct demo *d, struct problem *p)
{
	const char *colon;

	d->founding.wish = (struct account_wish){ .company = "Acme Recruiting", .country = "US", .first_site_id = SITE,
						  .first_campaign_id = FIRST_CAMPAIGN };
	if (founding_run(d->folder, &d->founding, p) != 0 ||
	    !(d->life = life_start(&d->settings, d->folder, p)))
		return -1;
	colon = strrchr(d->settings.api_listen, ':');
	d->base = g_strdup_printf("http://%.*s:%u/v1/partner", (int)(colon - d->settings.api_listen),
				  d->settings.api_listen, life_port(d->life));
	return begin_campaign(d, p);
}

static int run(struct demo *d, bool exit_at_end, struct problem *p)
{
	struct campaign_tally t = { 0 };

	if (make_folder(d, p) != 0 || start(d, p) != 0)
		return command_fail(p);
	printf("A throw-away server runs at %s\n%d invented people are being telephoned over SIP on this machine.\n",
	       d->base, PEOPLE);
	if (!watch(d, &t))
		return 0;
	print_funnel(&t);
	print_curl(d);
	if (exit_at_end)
		return 0;
	puts("The server stays until Ctrl-C; then it and its data are gone.");
	fflush(stdout);
	signals_wait(-1);
	return 0;
}

static void clean_up(struct demo *d)
{
	if (d->life)
		life_stop(d->life);
	if (d->folder[0])
		nftw(d->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	settings_clear(&d->settings);
	g_free(d->base);
}

/* The documentation's curl lines name port 8080; another one will do when somebody has it. */
static bool usual_port_is_free(void)
{
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_port = htons(PORT),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool is_free;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	is_free = bind(fd, (struct sockaddr *)&sa, sizeof(sa)) == 0;
	close(fd);
	return is_free;
}

int demo_run(int argc, char **argv)
{
	g_autofree char *listen = NULL, *flag = NULL;
	gboolean exit_at_end = FALSE, ai = FALSE;
	const GOptionEntry entries[] = {
		{ "listen", 0, 0, G_OPTION_ARG_STRING, &listen, "where HTTP listens (127.0.0.1:8080, or any free port)",
		  "ADDR:PORT" },
		{ "exit", 0, 0, G_OPTION_ARG_NONE, &exit_at_end, "end when the campaign does", NULL },
		{ "ai", 0, 0, G_OPTION_ARG_NONE, &ai, "hold the calls by the sandbox's scripted agent, as AI calls", NULL },
		{ NULL },
	};
	struct demo d = { .terminal = isatty(STDOUT_FILENO) };
	struct problem p = { 0 };
	int code;

	if (!command_options(&argc, &argv, entries, "demo [--ai] [--exit] [--listen ADDR:PORT]",
			     "Starts a throw-away server and telephones 40 invented people, without a trunk.", &code))
		return code;
	d.ai = ai;
	flag = listen ? g_strconcat("api.listen=", listen, NULL) :
			g_strdup_printf("api.listen=127.0.0.1:%d", usual_port_is_free() ? PORT : 0);
	signals_block();
	/* What happens is in the table; the log would tear it. Somebody who wants it can set CALLSHEET_LOG_LEVEL. */
	g_setenv("CALLSHEET_LOG_LEVEL", "error", FALSE);
	if (settings_load(&d.settings, NULL, (const char *[]){ flag, "engine.drain_timeout=0", NULL }, &p) != 0)
		code = command_fail(&p);
	else
		code = run(&d, exit_at_end, &p);
	clean_up(&d);
	return code;
}
