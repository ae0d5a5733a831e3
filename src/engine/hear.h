/*
 * Campaigns for people to listen to before anybody is called: a message as calls would play it, as a WAV file.
 *
 * Blocks while it is spoken; any thread.
 */
#pragma once

#include "base/problem.h"
#include "store/messages.h"

#include <glib.h>

struct db;
struct prompts;

/* NULL with the problem set when it cannot be spoken, or not in time; what needs the person is left out. */
GByteArray *hear_message(struct prompts *prompts, struct db *db, int64_t workspace_id, int64_t campaign_id,
			 const struct messages *all, const struct message *m, struct problem *p);

/* A WAV file as a recording: base64 of its samples, to be freed with g_free(). NULL with what is wrong with it. */
char *hear_wav(const void *wav, size_t n, char *why, size_t why_size);
