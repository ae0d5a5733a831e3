#include "voice/speaker.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/settings.h"
#include "voice/speech.h"
#include "voice/speech_command.h"
#include "voice/speech_http.h"
#include "voice/wav.h"

#include <glib.h>
#include <string.h>

enum { QUIET_US = 60 * 1000000 }; /* between two lines of the log about a speaker that fails */

struct speaker {
	const struct speech_voice *flite;
	char **command; /* NULL: none */
	char *url;	/* NULL: none */
	int timeout_ms, parallel;

	GMutex lock; /* of the rest: */
	GCond free_place;
	int running;
	int64_t complained_us;
};

/* ---- the outside ---- */

static char *filled(const char *template, const struct prompt_voice *v, bool in_url)
{
	const char *const values[] = { v->name, v->language };
	const char *const fields[] = { "{voice}", "{language}" };
	GString *s = g_string_new(template);

	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		const char *value = values[i] ? values[i] : "";
		g_autofree char *escaped = in_url ? g_uri_escape_string(value, NULL, FALSE) : g_strdup(value);

		g_string_replace(s, fields[i], escaped, 0);
	}
	return g_string_free(s, FALSE);
}

static GByteArray *run_command(struct speaker *sp, const struct prompt_voice *v, const char *text, struct problem *p)
{
	g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);

	for (char **word = sp->command; *word; word++)
		g_ptr_array_add(argv, filled(*word, v, false));
	g_ptr_array_add(argv, NULL);
	return speech_command((char **)argv->pdata, text, sp->timeout_ms, p);
}

static GByteArray *ask_service(struct speaker *sp, const struct prompt_voice *v, const char *text, struct problem *p)
{
	g_autofree char *url = filled(sp->url, v, true);

	return speech_http(url, text, sp->timeout_ms, p);
}

static void take_place(struct speaker *sp)
{
	g_mutex_lock(&sp->lock);
	while (sp->running >= sp->parallel)
		g_cond_wait(&sp->free_place, &sp->lock);
	sp->running++;
	g_mutex_unlock(&sp->lock);
}

static void give_place(struct speaker *sp)
{
	g_mutex_lock(&sp->lock);
	sp->running--;
	g_cond_signal(&sp->free_place);
	g_mutex_unlock(&sp->lock);
}

static int16_t *from_outside(struct speaker *sp, const struct prompt_voice *v, const char *text, size_t *n,
			     struct problem *p)
{
	char why[WAV_WHY_SIZE];
	GByteArray *wav;
	int16_t *pcm = NULL;

	take_place(sp);
	wav = sp->command ? run_command(sp, v, text, p) : ask_service(sp, v, text, p);
	give_place(sp);
	if (!wav)
		return NULL;
	pcm = wav_read(wav->data, wav->len, n, why);
	if (!pcm)
		problem_set(p, PROBLEM_FAILED, "what it said %s", why);
	g_byte_array_unref(wav);
	return pcm;
}

/* Once a minute: with each prompt the log would be full of it. */
static void complain(struct speaker *sp, const struct problem *p)
{
	int64_t now = clock_boot_us();
	bool quiet;

	g_mutex_lock(&sp->lock);
	quiet = sp->complained_us && now - sp->complained_us < QUIET_US;
	if (!quiet)
		sp->complained_us = now;
	g_mutex_unlock(&sp->lock);
	if (!quiet)
		log_warn("prompt.speaker_failed", "the %s does not speak, flite stands in: %s",
			 sp->command ? "voice command" : "voice service", p->text);
}

/* ---- speaking ---- */

static const struct speech_voice *flite_for(const struct speaker *sp, const struct prompt_voice *v)
{
	struct problem unused = { 0 };
	const struct speech_voice *wanted = v->name && v->name[0] ? speech_voice(v->name, &unused) : NULL;

	return wanted ? wanted : sp->flite;
}

int16_t *speaker_speak(struct speaker *sp, const struct prompt_voice *v, const char *text, size_t *n, bool *stood_in)
{
	bool outside = sp->command || sp->url;
	struct problem p = { 0 };
	int16_t *pcm = NULL;
	int64_t began_us = clock_boot_us();

	*stood_in = false;
	if (outside) {
		pcm = from_outside(sp, v, text, n, &p);
		metric_observe(metric_of(METRIC_TTS, sp->command ? "command" : "http", NULL, NULL),
			       clock_boot_us() - began_us);
		if (pcm)
			return pcm;
		complain(sp, &p);
		*stood_in = true;
		began_us = clock_boot_us();
	}
	pcm = speech_render(flite_for(sp, v), text, n);
	metric_observe(metric_of(METRIC_TTS, "flite", NULL, NULL), clock_boot_us() - began_us);
	return pcm;
}

char *speaker_name(const struct speaker *sp, const struct prompt_voice *v)
{
	const char *voice = v->name ? v->name : "", *language = v->language ? v->language : "";
	g_autofree char *command = sp->command ? g_strjoinv(" ", sp->command) : NULL;

	if (!command && !sp->url)
		return g_strdup_printf("flite %s", speech_voice_name(flite_for(sp, v)));
	return g_strdup_printf("%s %s %s", command ? command : sp->url, voice, language);
}

bool speaker_speaks(const struct speaker *sp, const char *language)
{
	return sp->command || sp->url || !language || !language[0] || g_ascii_strncasecmp(language, "en", 2) == 0;
}

/* ---- life ---- */

static int take_settings(struct speaker *sp, const struct settings *s, struct problem *p)
{
	g_autoptr(GError) err = NULL;

	sp->timeout_ms = (int)s->voice_tts_timeout * 1000;
	sp->parallel = (int)s->voice_tts_parallel;
	if (s->voice_tts_command[0] && s->voice_tts_url[0])
		return problem_set(p, PROBLEM_CONFIG, "voice.tts_command and voice.tts_url are both set: who is to speak?");
	if (s->voice_tts_command[0] && !g_shell_parse_argv(s->voice_tts_command, NULL, &sp->command, &err))
		return problem_set(p, PROBLEM_CONFIG, "voice.tts_command cannot be read: %s", err->message);
	if (s->voice_tts_url[0]) {
		if (!g_str_has_prefix(s->voice_tts_url, "http://") && !g_str_has_prefix(s->voice_tts_url, "https://"))
			return problem_set(p, PROBLEM_CONFIG, "voice.tts_url is \"%s\", but must begin with http:// or https://",
					   s->voice_tts_url);
		sp->url = g_strdup(s->voice_tts_url);
	}
	sp->flite = speech_voice(s->voice_tts_voice, p);
	return sp->flite ? 0 : -1;
}

struct speaker *speaker_new(const struct settings *s, struct problem *p)
{
	struct speaker *sp = g_new0(struct speaker, 1);

	g_mutex_init(&sp->lock);
	g_cond_init(&sp->free_place);
	if (take_settings(sp, s, p) == 0)
		return sp;
	speaker_free(sp);
	return NULL;
}

void speaker_free(struct speaker *sp)
{
	if (!sp)
		return;
	g_strfreev(sp->command);
	g_free(sp->url);
	g_mutex_clear(&sp->lock);
	g_cond_clear(&sp->free_place);
	g_free(sp);
}
