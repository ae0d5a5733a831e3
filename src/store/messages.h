/*
 * What the calls of a campaign say, message by message, and what people have recorded for it. A message is named "preamble",
 * "opening", "question-1" … or "closing".
 *
 * A recording is played as long as the message's text is the one it was made for: a question whose keys have changed must
 * not be asked in the old words. Reads from any connection, writes inside a job.
 */
#pragma once

#include "core/carrier.h"
#include "store/campaigns.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;

enum { MESSAGE_NAME_SIZE = 16, MESSAGES_MAX = ORDER_QUESTIONS + 3 };

struct message {
	char name[MESSAGE_NAME_SIZE];
	char *text;	   /* as it was written, {{fields}} and all, choices included */
	char *said;	   /* with the campaign's fields; what needs the person is left out */
	bool personal;	   /* every person hears another one */
	bool recorded;	   /* somebody has recorded it, */
	bool stale;	   /* but for another text: it is spoken */
	int64_t samples;   /* of the recording */
	int64_t recorded_at;
};

struct messages {
	struct message list[MESSAGES_MAX];
	int n;
	struct campaign_sound sound;
};

/* False when there is no such campaign (or db_failed()); then there is nothing to clear. */
bool messages_load(struct db *db, int64_t workspace_id, int64_t campaign_id, struct messages *out);
void messages_clear(struct messages *m);
/* What is heard: "recording", "voice", or "voice (the recording is of another text)". */
const char *message_source(const struct message *m);
const struct message *message_find(const struct messages *m, const char *name); /* NULL: there is none */

/* ---- recordings: mu-law samples at 8 kHz ---- */

/* What is to be played for the text. False: nothing was recorded for it. `sound` names the samples. */
struct recording {
	char sound[65];
	int64_t samples;
};
bool recording_for(struct db *db, int64_t workspace_id, int64_t campaign_id, const char *message, const char *text,
		   struct recording *out);

/* As it is stored: base64; NULL when there is none. */
const char *recording_base64(struct db *db, int64_t workspace_id, int64_t campaign_id, const char *message);

/* The samples, to be freed with g_free(); NULL when they are not there, or not what was stored. */
uint8_t *recording_load(struct db *db, int64_t workspace_id, int64_t campaign_id, const char *message, size_t *n);

/* `base64` of the samples. False when it is not that, or there are none. */
bool recording_put(struct db *db, int64_t workspace_id, int64_t campaign_id, const struct message *m, const char *base64,
		   int64_t now);
bool recording_delete(struct db *db, int64_t workspace_id, int64_t campaign_id, const char *message, int64_t now);
