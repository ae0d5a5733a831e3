/*
 * The API over its store: who a key is, which connection a handler gets, how a write reaches the writer, and how the
 * engine learns of what was committed.
 */
#pragma once

#include "api/server.h"

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

struct app;
struct db;
struct message;
struct messages;
struct problem;
struct reply;
struct request;
struct store;

/* What administration may have changed that somebody keeps in memory, or acts upon. */
struct change {
	enum {
		CHANGE_NOTHING,
		CHANGE_KEYS,   /* keys, or what they depend on: users, companies */
		CHANGE_TRUNKS,
		CHANGE_HOOKS,  /* endpoints of webhooks, or what is set aside for them */
		CHANGE_CLOCK,  /* where the workspace's clock is to go */
		CHANGE_DUE,    /* something in the workspace may have become due */
		CHANGE_RECOVERED, /* the server may dial again */
		CHANGE_CAMPAIGN_PAUSED,
		CHANGE_CAMPAIGN_CANCELLED,
		CHANGE_CODE_CALL, /* a number of the company's is to be called and told a code */
	} what;
	int64_t workspace_id, campaign_id; /* of CHANGE_CLOCK, CHANGE_DUE and CHANGE_CODE_CALL (the first), of a campaign */
	int64_t attempt_id;
	char number[24], code[8];
};

struct jw;
struct problem;

/* A campaign to be rehearsed, within bounds: a partner waits for it. */
struct rehearsal_order {
	int64_t workspace_id, campaign_id, seed;
	int64_t most_leads, most_ms;
};

/* The ears of those who must know. Called after the commit; any thread. Each may be NULL. And what only a voice can do. */
struct app_ears {
	void *arg;
	void (*due)(void *arg, int64_t workspace_id);
	void (*words_changed)(void *arg, int64_t workspace_id, int64_t campaign_id);
	void (*lead_removed)(void *arg, int64_t workspace_id, int64_t campaign_id, int64_t talent_id);
	void (*changed)(void *arg, const struct change *change);
	/* A message as a WAV file, once it has been spoken; NULL with the problem set. */
	GByteArray *(*say)(void *arg, struct db *db, int64_t workspace_id, int64_t campaign_id, const struct messages *all,
			   const struct message *m, struct problem *p);
	/* A WAV file as a recording (store/messages.h) in base64, to be freed with g_free(); NULL with what is wrong with it. */
	char *(*take_wav)(const void *wav, size_t n, char *why, size_t why_size);
	/* Writes one JSON object; -1 with the problem set. Takes its time: not on an HTTP thread. */
	int (*rehearse)(void *arg, const struct rehearsal_order *order, struct jw *out, struct problem *p);
	const char *(*unready)(void *arg); /* why the server cannot do its work now, or NULL; for /readyz */
};

/* With the routes of the Partner API (routes.h) and `more`, which are copied. */
struct app *app_new(struct store *store, const struct settings *settings, const struct app_ears *ears,
		    const struct route *more, size_t n_more);
void app_free(struct app *a);

/* What server_start() needs; lives as long as the app. */
const struct server_host *app_host(struct app *a);

/* The keys have changed: forget what was looked up. Any thread. */
void app_keys_changed(struct app *a);

/* The account at the provider of texts that signs its webhooks; before the server starts. Outlives the app. */
struct app_sms {
	const char *account, *token; /* "" when there is none */
	const char *public_url;
};
void app_set_sms(struct app *a, const struct app_sms *sms);
struct app_sms app_sms(const struct request *rq);

/* For handlers: the ears' say() and take_wav(). */
GByteArray *app_say(const struct request *rq, struct db *db, int64_t campaign_id, const struct messages *all,
		    const struct message *m, struct problem *p);
char *app_take_wav(const struct request *rq, const void *wav, size_t n, char *why, size_t why_size);

/* For handlers: tells the engine once the change is durable. */
void app_tell_due(const struct request *rq, struct reply *re);
/* What the campaign says is new; and, as above, something may have become due. */
void app_tell_words(const struct request *rq, struct reply *re, int64_t campaign_id);
void app_tell_lead_removed(const struct request *rq, struct reply *re, int64_t campaign_id, int64_t talent_id);

/*
 * For streams that last: `commits` grows with every commit of the store, `keys` whenever a key may have lost what it
 * opened. Any thread; lasts as long as the app.
 */
struct app_signs {
	uint64_t commits;
	unsigned keys;
};
struct app_signs app_signs(struct app *a);

/* For handlers: the ear's answer; PROBLEM_UNREACHABLE when nobody has one. One at a time in the whole server. */
int app_rehearse(const struct request *rq, const struct rehearsal_order *order, struct jw *out, struct problem *p);
/* Why the server cannot do its work now; NULL: it can. */
const char *app_unready(const struct request *rq);

/* Whether /metrics is for everybody. */
bool app_metrics_public(const struct request *rq);
void app_tell_change(const struct request *rq, struct reply *re, const struct change *change);

/* What a handler says when a row is not there: 404, or 503 when the database could not tell. */
void app_missing(struct db *db, struct reply *re);
/* True, with the answer 503, when a read failed half-way: a list must not look shorter than it is. */
bool app_read_failed(struct db *db, struct reply *re);
