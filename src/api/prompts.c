/* What a campaign's calls say, as files to listen to; and recordings to be played instead of being spoken. */
#include "api/app.h"
#include "api/reply.h"
#include "api/request.h"
#include "api/routes.h"
#include "store/db.h"
#include "store/messages.h"

#include <glib.h>
#include <string.h>

/* "opening" of "…/prompts/opening.wav"; "" when it does not end so. In the arena. */
static const char *name_of(const struct request *rq)
{
	const char *rest = rq->path.rest;
	size_t n = rest ? strlen(rest) : 0;

	return n > 4 && strcmp(rest + n - 4, ".wav") == 0 ? arena_strndup(rq->arena, rest, n - 4) : "";
}

/* The campaign's messages and the one that is named; false with the answer made. */
static bool find(const struct request *rq, struct db *db, struct reply *re, struct messages *all,
		 const struct message **m)
{
	if (!messages_load(db, rq->caller.workspace_id, rq->path.ids[0], all)) {
		app_missing(db, re);
		return false;
	}
	*m = message_find(all, name_of(rq));
	if (*m)
		return true;
	messages_clear(all);
	app_missing(db, re);
	return false;
}

bool prompt_exists(struct request *rq, struct db *db)
{
	struct messages all;
	bool there = messages_load(db, rq->caller.workspace_id, rq->path.ids[0], &all);

	if (!there)
		return db_failed(db);
	there = message_find(&all, name_of(rq)) != NULL;
	messages_clear(&all);
	return there;
}

void prompts_get_wav(struct request *rq, struct db *db, struct reply *re)
{
	struct messages all;
	const struct message *m;
	struct problem p = { 0 };
	GByteArray *wav;

	if (!find(rq, db, re, &all, &m))
		return;
	wav = app_say(rq, db, rq->path.ids[0], &all, m, &p);
	messages_clear(&all);
	if (!wav) {
		p.text[0] = g_ascii_toupper(p.text[0]);
		reply_error(re, ERROR_UNAVAILABLE, p.text);
		return;
	}
	reply_static(re, 200, "audio/wav", memcpy(arena_alloc(rq->arena, wav->len), wav->data, wav->len), wav->len);
	reply_header(re, "Cache-Control", "no-store");
	g_byte_array_unref(wav);
}

/* ---- recordings ---- */

/* The upload as base64 of its samples, in the arena. Not on the writer's thread: it takes a moment. */
static void *read_wav(struct request *rq, struct reply *re)
{
	char why[200];
	g_autofree char *audio = app_take_wav(rq, rq->bytes ? rq->bytes : "", rq->n_bytes, why, sizeof(why));

	if (audio)
		return arena_strdup(rq->arena, audio);
	reply_error_at(re, ERROR_INVALID, NULL, "body", arena_printf(rq->arena, "\"body\" %s", why));
	return NULL;
}

const struct body_form prompt_forms[] = { { "audio/wav", read_wav }, { "audio/x-wav", read_wav },
					  { "audio/wave", read_wav }, { "audio/vnd.wave", read_wav }, { 0 } };

static void write_recording(struct jw *w, const struct message *m)
{
	jw_object(w);
	jw_kstr(w, "name", m->name);
	jw_kstr(w, "source", message_source(m));
	jw_key(w, "seconds");
	jw_double(w, (double)m->samples / 8000);
	jw_end(w);
}

void prompts_put(struct request *rq, struct db *db, struct reply *re)
{
	int64_t workspace = rq->caller.workspace_id, campaign = rq->path.ids[0];
	struct messages all;
	const struct message *m;
	char name[MESSAGE_NAME_SIZE];

	if (!find(rq, db, re, &all, &m))
		return;
	if (!rq->in) {
		reply_error_at(re, ERROR_INVALID, NULL, "body", "\"body\" must be sent as audio/wav");
		messages_clear(&all);
		return;
	}
	g_strlcpy(name, m->name, sizeof(name));
	recording_put(db, workspace, campaign, m, rq->in, rq->arrived_ms);
	messages_clear(&all);
	if (app_read_failed(db, re) || !messages_load(db, workspace, campaign, &all))
		return;
	write_recording(reply_json(re, 200), message_find(&all, name));
	messages_clear(&all);
	app_tell_due(rq, re);
}
