/*
 * What a carrier sends besides audio: SDP answers and offers through the whole of audio.c, also the offer of an INVITE to us,
 * which comes before anything of ours, key presses in INFO bodies, who calls whom, and SRV records. The first byte
 * chooses. Whatever comes is refused or understood, and what is understood can be spoken.
 */
#include "voice/audio.h"
#include "voice/caller_id.h"
#include "voice/info.h"
#include "voice/names.h"

#include <re.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void abort_unless(int holds)
{
	if (!holds)
		abort();
}

static struct mbuf *text(const uint8_t *data, size_t n)
{
	struct mbuf *mb = mbuf_alloc(n ? n : 1);

	mbuf_write_mem(mb, data, n);
	mb->pos = 0;
	return mb;
}

static void check(const struct audio_agreed *a)
{
	abort_unless(a->terms.law == LAW_ULAW || a->terms.law == LAW_ALAW);
	abort_unless(a->terms.event_send_pt >= -1 && a->terms.event_send_pt < 128);
}

/* The call's own offer first, if it is one of ours; then what came: the answer, and what is sent in the dialog later. */
static void sdp(const uint8_t *data, size_t n, bool secure, bool offered, bool called)
{
	struct audio *audio = audio_new("127.0.0.1", 16384, secure);
	struct audio_agreed agreed;
	struct mbuf *ours = NULL, *theirs = text(data, n);

	abort_unless(audio != NULL && (called || audio_offer(audio, &ours) == 0));
	ours = mem_deref(ours);
	if (offered || called) {
		if (audio_on_offer(audio, theirs, &ours, &agreed) == 0) {
			check(&agreed);
			abort_unless(mbuf_get_left(ours) > 0);
		}
	} else if (audio_on_answer(audio, theirs, &agreed) == 0) {
		check(&agreed);
	}
	mem_deref(ours);
	mem_deref(theirs);
	audio_free(audio);
}

static void info(const uint8_t *data, size_t n, bool relay)
{
	char *body = malloc(n ? n : 1); /* of its own size, so that a sanitizer sees a read past its end */
	char key;

	memcpy(body, data, n);
	key = info_key(relay, body, n);
	abort_unless(key == 0 || strchr("0123456789*#ABCD", key) != NULL);
	free(body);
}

static void who(const uint8_t *data, size_t n)
{
	char *value = malloc(n ? n : 1), out[CALLER_ID_SIZE];

	memcpy(value, data, n);
	if (caller_id_number(value, n, out))
		abort_unless(strspn(out + (out[0] == '+'), "0123456789") == strlen(out) - (out[0] == '+') && strlen(out) >= 5);
	else
		abort_unless(out[0] == 0);
	caller_id_private(value, n);
	free(value);
}

static void records(const uint8_t *data, size_t n)
{
	struct srv list[NAMES_TARGETS];
	int found = srv_parse(data, (int)n, list);
	GRand *chance;

	abort_unless(found <= NAMES_TARGETS);
	if (found <= 0)
		return;
	chance = g_rand_new_with_seed(1);
	srv_order(list, found, chance);
	for (int i = 1; i < found; i++)
		abort_unless(list[i - 1].priority <= list[i].priority);
	g_rand_free(chance);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	if (data[0] % 16 < 12 && data[0] % 8 < 4)
		sdp(data + 1, size - 1, data[0] & 1, data[0] & 2, data[0] & 8);
	else if (data[0] % 16 == 12)
		who(data + 1, size - 1);
	else if (data[0] % 8 < 6)
		info(data + 1, size - 1, data[0] & 1);
	else
		records(data + 1, size - 1);
	return 0;
}
