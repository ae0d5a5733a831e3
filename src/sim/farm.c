#include "sim/farm.h"

#include "base/log.h"
#include "sim/farm_phone.h"
#include "voice/agent.h"

#include <re.h>

#include <glib.h>
#include <math.h>
#include <string.h>

enum {
	LEAST_RING_MS = 1000,
	RING_SPREAD_MS = 1000,
	BEEP_SAMPLES = 4000,     /* half a second */
	MOST_REMEMBERED = 100000, /* numbers whose next call is the other one of fails_first */
};

struct farm {
	struct voice *voice;
	struct prompts *prompts;
	struct prompt *beep;
	uint64_t seed;
	struct problem *problem; /* while it starts */

	/* SIP thread only: */
	struct agent *agent;
	GHashTable *phones; /* set of struct phone */
	GHashTable *failed; /* set of numbers whose last call got 503 */
	uint16_t port;
};

static void phone_gone(void *arg, struct phone *ph)
{
	struct farm *f = arg;

	g_hash_table_remove(f->phones, ph);
}

/* Every other call fails, so that a later campaign sees the same as the first. */
static bool fails_now(struct farm *f, const char *number)
{
	if (g_hash_table_remove(f->failed, number))
		return false;
	if (g_hash_table_size(f->failed) >= MOST_REMEMBERED)
		g_hash_table_remove_all(f->failed);
	g_hash_table_add(f->failed, g_strdup(number));
	return true;
}

static void on_invite(void *arg, const struct sip_msg *msg)
{
	struct farm *f = arg;
	struct phone_options o = {
		.voice = f->voice, .agent = f->agent, .prompts = f->prompts, .beep = f->beep,
		.gone = phone_gone, .arg = f,
	};
	struct phone *ph;
	char number[64];

	if (pl_strcpy(&msg->uri.user, number, sizeof(number))) {
		sip_treply(NULL, agent_sip(f->agent), msg, 484, "Address Incomplete");
		return;
	}
	o.row = farm_row(number, f->seed);
	if (o.row->fails_first && fails_now(f, number)) {
		sip_treply(NULL, agent_sip(f->agent), msg, 503, "Service Unavailable");
		return;
	}
	if (!o.row->rings) {
		sip_treply(NULL, agent_sip(f->agent), msg, (uint16_t)o.row->status, o.row->reason);
		return;
	}
	o.ring_ms = o.row->ring_ms ? o.row->ring_ms :
		    LEAST_RING_MS + (int)(farm_hash(number, ~f->seed) % RING_SPREAD_MS);
	ph = phone_ring(&o, msg);
	if (ph)
		g_hash_table_add(f->phones, ph);
}

static struct prompt *make_beep(void)
{
	int16_t pcm[BEEP_SAMPLES];

	for (int i = 0; i < BEEP_SAMPLES; i++)
		pcm[i] = (int16_t)(8000 * sin(2 * G_PI * 1000 * i / 8000));
	return prompt_from_pcm(pcm, BEEP_SAMPLES);
}

static void start_now(void *arg)
{
	struct farm *f = arg;
	struct agent_options o = { .address = "127.0.0.1", .invite = on_invite, .arg = f };

	f->agent = agent_new(&o, f->problem);
	if (f->agent)
		f->port = agent_port(f->agent);
}

static void farm_free(struct farm *f)
{
	prompt_unref(f->beep);
	g_hash_table_destroy(f->phones);
	g_hash_table_destroy(f->failed);
	g_free(f);
}

/* Has a text spoken in time; a call that comes earlier hears the beep alone. */
static void warm(struct prompts *prompts, const char *text)
{
	struct prompt *said = NULL;

	if (prompts && prompts_get(prompts, NULL, text, PROMPT_KEPT, &said) == PROMPT_READY)
		prompt_unref(said);
}

struct farm *farm_start(struct voice *v, struct prompts *prompts, uint64_t seed, struct problem *p)
{
	struct farm *f = g_new0(struct farm, 1);

	f->voice = v;
	f->prompts = prompts;
	f->seed = seed;
	f->problem = p;
	f->beep = make_beep();
	f->phones = g_hash_table_new(NULL, NULL);
	f->failed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	warm(prompts, phone_greeting);
	warm(prompts, phone_screening);
	voice_run_wait(v, start_now, f);
	if (!f->agent) {
		farm_free(f);
		return NULL;
	}
	log_debug("farm.started", "the phone farm answers on 127.0.0.1:%u", f->port);
	return f;
}

static void stop_now(void *arg)
{
	struct farm *f = arg;
	GHashTableIter at;
	void *ph;

	g_hash_table_iter_init(&at, f->phones);
	while (g_hash_table_iter_next(&at, &ph, NULL))
		phone_free(ph);
	agent_free(f->agent);
}

void farm_stop(struct farm *f)
{
	if (!f)
		return;
	voice_run_wait(f->voice, stop_now, f);
	farm_free(f);
}

void farm_trunk(const struct farm *f, struct voice_trunk *out)
{
	memset(out, 0, sizeof(*out));
	g_strlcpy(out->name, "phone farm", sizeof(out->name));
	g_strlcpy(out->host, "127.0.0.1", sizeof(out->host));
	out->port = f->port;
	out->transport = TRANSPORT_UDP;
}
