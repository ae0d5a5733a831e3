/* What the deliverer's files share: an endpoint at work, and what is loaded, sent and written for it (webhooks.h). */
#pragma once

#include "engine/webhook_record.h"
#include "store/webhooks.h"
#include "text/http_client.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct db;

enum { HOOK_TRIM_EVERY = 2000 }; /* tries, then the log of them is trimmed */

#define HOOK_NEVER UINT64_MAX /* commits: there may be something to send */

/* One event, ready to be sent. */
struct parcel {
	int64_t event_id, tries; /* tries before this one */
	const char *mark;	 /* "" or one of webhooks.h's */
	bool aside;
	char *type;
	char *body;
	size_t n;
};

/*
 * An endpoint at work. It does one thing at a time: nothing, waiting for an answer (`out`), or for the writer (`writing`).
 * All of it belongs to the thread, but for what stands below the lock.
 */
struct hook {
	struct webhooks *w;
	int64_t workspace_id, company_id;
	struct webhook at; /* texts are owned; the cursor runs ahead of the database's, which is `durable` */
	int64_t durable;
	int64_t left_id;   /* the last event that left, or that a former process may have sent; -1 until it is read */
	GQueue batch;	   /* parcels that may leave */
	int64_t batch_end; /* where the cursor is when they are gone */
	int64_t aside_due; /* wall clock; INT64_MAX: nothing is aside */
	struct parcel *out;
	struct record *record; /* NULL: nothing to write */
	bool write_now, reload, gone;
	int64_t written_ms, trim_in;
	uint64_t seen; /* the store's commits when there was nothing to send */
	bool writing;
	/* under the lock */
	bool answered, written;
	struct http_answer answer; /* body and why are owned, in `said` */
	char *said;
	bool was_written, was_moved, was_stopped;
};

struct webhooks {
	struct store *store;
	struct http_client *client;
	bool allow_loopback;
	GPtrArray *hooks; /* the thread's */
	GThread *thread;
	GMutex lock;
	GCond wake;
	bool rung, changed, draining, drained, ending; /* under lock */
};

/* Wakes the thread. Under the lock. */
void hook_ring(struct webhooks *w);

/* ---- what is loaded ---- */

void parcel_free(void *parcel);

/* The next events; they may leave once it is durable that they may have left. */
void hook_load_batch(struct hook *k, struct db *db);
void hook_drop_batch(struct hook *k);

/* The first that is aside and due; NULL: none. An event that has been forgotten meanwhile is dropped. */
struct parcel *hook_load_aside(struct hook *k, struct db *db, int64_t now);

/* The endpoint as the database has it; what was loaded is dropped. */
void hook_reload(struct hook *k, struct db *db);

void hook_free(void *hook);

/* ---- what is sent, and what came of it ---- */

/* Sends it; it is on its way then (`out`), and `answered` says when it is not any more. */
void hook_send(struct hook *k, struct parcel *p);
void hook_after_answer(struct hook *k);

/* What is to be written of the endpoint, from the first call on until it is written. */
struct record *hook_record(struct hook *k);
void hook_write(struct hook *k);
void hook_after_write(struct hook *k);
