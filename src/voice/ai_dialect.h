/*
 * The OpenAI Realtime protocol as text, in both generations of its names: G.711 mu-law in and out, the provider's own
 * detection of speech. Pure; any thread.
 *
 * Sending follows the brief's dialect, since a provider refuses what it does not know. Reading takes both, whatever the
 * dialect: what comes is not to be trusted anyway.
 */
#pragma once

#include "voice/ai_brief.h"
#include "voice/ai_event.h"

#include <jansson.h>

enum { AI_FRAME_MAX = 4 << 20 }; /* a longer event is nonsense: the longest audio delta is far below */

/* The message as the dialect's JSON, to be freed with g_free(). */
char *ai_encode(const struct ai_brief *b, const struct ai_message *m);

/* An event that was read; its texts live until ai_frame_clear(). */
struct ai_frame {
	struct ai_event event;
	json_t *json;
	uint8_t *audio;
};
void ai_decode(const char *text, size_t n, struct ai_frame *out);
void ai_frame_clear(struct ai_frame *f);
