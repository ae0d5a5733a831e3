#include "engine/hear.h"

#include "store/db.h"
#include "voice/prompt.h"
#include "voice/wav.h"

#include <string.h>

enum { WAIT_MS = 60000 };

static struct prompt *recorded(struct db *db, int64_t workspace_id, int64_t campaign_id, const struct message *m)
{
	size_t n;
	g_autofree uint8_t *samples = recording_load(db, workspace_id, campaign_id, m->name, &n);

	return samples ? prompt_from_ulaw(samples, n) : NULL;
}

GByteArray *hear_message(struct prompts *prompts, struct db *db, int64_t workspace_id, int64_t campaign_id,
			 const struct messages *all, const struct message *m, struct problem *p)
{
	const struct prompt_voice voice = { all->sound.spoken.voice, all->sound.spoken.language };
	struct prompt *prompt = NULL;
	GByteArray *wav;

	if (m->recorded && !m->stale)
		prompt = recorded(db, workspace_id, campaign_id, m);
	else
		prompts_wait(prompts, &voice, m->said, PROMPT_KEPT, WAIT_MS, &prompt);
	if (!prompt) {
		problem_set(p, PROBLEM_UNREACHABLE, "the message %s cannot be %s now", m->name,
			    m->recorded && !m->stale ? "read" : "spoken");
		return NULL;
	}
	wav = wav_write(prompt);
	prompt_unref(prompt);
	return wav;
}

char *hear_wav(const void *wav, size_t n, char *why, size_t why_size)
{
	char wrong[WAV_WHY_SIZE];
	size_t samples;
	g_autofree int16_t *pcm = wav_read(wav, n, &samples, wrong);
	struct prompt *prompt;
	char *text;

	if (!pcm) {
		g_strlcpy(why, wrong, why_size);
		return NULL;
	}
	prompt = prompt_from_pcm(pcm, samples);
	text = g_base64_encode(prompt->ulaw, prompt->n);
	prompt_unref(prompt);
	return text;
}
