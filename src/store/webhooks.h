/*
 * Endpoints that are told of a workspace's events. An endpoint is a cursor over the event table, not a row for each
 * delivery: what is settled, what may have been sent, and the few events that go out of their order (aside).
 *
 * Writes inside a job only. Text lives in the connection's arena.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct db;

enum { WEBHOOKS_MOST = 20,
       WEBHOOK_NOTE_MOST = 500, DELIVERIES_KEPT = 10000 };

struct webhook {
	int64_t endpoint_id;
	const char *url, *secret, *events; /* events: "*", or types with commas between */
	bool compatible;		   /* the vendor's headers, too */
	bool active;
	const char *stop_reason;    /* why it is not: OPERATOR, GONE (it answered 410), FAILING */
	int64_t cursor_id, sent_id; /* up to here settled; may have been sent */
	int64_t tries, due_at;	    /* of the event behind the cursor; wall clock */
	int64_t created_at;
	int64_t waiting; /* events aside */
};

/* Takes url, secret, events and compatible; it is told of what happens from now on. Returns its id; 0: there are too many. */
int64_t webhook_add(struct db *db, int64_t workspace_id, const struct webhook *h, int64_t now);
bool webhook_get(struct db *db, int64_t workspace_id, int64_t endpoint_id, struct webhook *out);
void webhooks_each(struct db *db, int64_t workspace_id, void (*each)(void *arg, const struct webhook *h), void *arg);
void webhooks_active_each(struct db *db,
			  void (*each)(void *arg, int64_t workspace_id, int64_t company_id, int64_t endpoint_id), void *arg);
void webhook_remove(struct db *db, int64_t workspace_id, int64_t endpoint_id);
void webhook_set_active(struct db *db, int64_t workspace_id, int64_t endpoint_id, bool active, const char *why);
/* Everything behind `after` is sent (again). */
void webhook_rewind(struct db *db, int64_t workspace_id, int64_t endpoint_id, int64_t after);

/* An event out of its order. mark: "retry", "replay", "test". */
struct aside {
	int64_t event_id;
	const char *mark;
	int64_t tries, due_at;
};
void aside_put(struct db *db, int64_t workspace_id, int64_t endpoint_id, const struct aside *a);
void aside_delete(struct db *db, int64_t workspace_id, int64_t endpoint_id, int64_t event_id);
bool aside_next(struct db *db, int64_t workspace_id, int64_t endpoint_id, struct aside *out); /* due first, due or not */

/* What one may know of a cursor: false, and nothing is changed, when it was moved by hand since `before`. */
bool webhook_progress(struct db *db, int64_t workspace_id, int64_t before, const struct webhook *h);

/* One try, in the log. verdict: "delivered", "failed", "given_up", "gone". */
struct delivery {
	int64_t delivery_id, event_id, at;
	const char *mark; /* "" the first time; "retry", "replay", "test"; "again": it may have been sent before a restart */
	int64_t tries;
	const char *verdict;
	long status; /* 0: no answer */
	int64_t took_ms;
	const char *note; /* the beginning of what was answered, or why nothing was */
	const char *type; /* of the event as stored; NULL when it is gone */
};
void delivery_add(struct db *db, int64_t workspace_id, int64_t endpoint_id, const struct delivery *d);
/* The newest first, older than `before` (0: from the newest), only of a verdict (NULL: all). */
void deliveries_each(struct db *db, int64_t workspace_id, int64_t endpoint_id, int64_t before, const char *verdict,
		     int64_t limit, void (*each)(void *arg, const struct delivery *d), void *arg);
bool delivered_since(struct db *db, int64_t workspace_id, int64_t endpoint_id, int64_t since);
/* The log keeps an endpoint's last DELIVERIES_KEPT. */
void deliveries_trim(struct db *db, int64_t workspace_id, int64_t endpoint_id);
