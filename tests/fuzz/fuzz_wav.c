/*
 * A WAV file of whoever uploads one or of a service that speaks: it is read or refused with a reason, within the bounds that
 * wav.h gives, and what was read becomes a prompt that can be written and read again.
 */
#include "voice/level.h"
#include "voice/prompt.h"
#include "voice/wav.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void abort_unless(int holds)
{
	if (!holds)
		abort();
}

/* The file that we make of it holds every sample, and one more lead when it is read like a stranger's. */
static void listen(const int16_t *pcm, size_t n)
{
	struct prompt *prompt = prompt_from_pcm(pcm, n);
	GByteArray *file = wav_write(prompt);
	char why[WAV_WHY_SIZE] = "";
	size_t again = 0;
	g_autofree int16_t *back = wav_read(file->data, file->len, &again, why);

	abort_unless(back ? again == n + SPEECH_LEAD : strstr(why, "is longer than") != NULL);
	g_byte_array_unref(file);
	prompt_unref(prompt);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char why[WAV_WHY_SIZE] = "";
	size_t n = 0;
	g_autofree int16_t *pcm = wav_read(data, size, &n, why);

	if (!pcm) {
		abort_unless(why[0] && memchr(why, 0, sizeof(why)));
		return 0;
	}
	abort_unless(n > SPEECH_LEAD && n <= (size_t)SPEECH_RATE * WAV_SECONDS_MAX + SPEECH_LEAD);
	for (int i = 0; i < SPEECH_LEAD; i++)
		abort_unless(pcm[i] == 0);
	listen(pcm, n);
	return 0;
}
