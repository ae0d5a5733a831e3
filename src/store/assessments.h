/*
 * Assessments: tests that somebody else gives. Their events say who was invited and who has submitted; campaigns that
 * remind of a test follow them.
 *
 * Writes inside a job only. Texts returned live in the connection's arena.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct db;
struct lead_row;

/* The link the person was given with an event; NULL: none was. */
const char *assessment_link(struct db *db, int64_t workspace_id, const char *test_id, const char *email);

/* Whether the person is done with the test. */
bool assessment_submitted(struct db *db, int64_t workspace_id, const char *test_id, const char *email);

/*
 * A sender has no key of ours: it signs its events with the secret, or shows it. test_id "": each event names its own.
 */
struct assessment_sender {
	int64_t workspace_id, sender_id, created_at;
	int64_t company_id; /* of the workspace, and whether it is the live one: filled by assessment_sender_get() */
	bool live;
	const char *test_id, *secret; /* the secret is not shown in lists */
};
int64_t assessment_sender_add(struct db *db, int64_t workspace_id, const char *test_id, const char *secret, int64_t now);
bool assessment_sender_get(struct db *db, int64_t sender_id, struct assessment_sender *out);
bool assessment_sender_remove(struct db *db, int64_t workspace_id, int64_t sender_id);
void assessment_senders_each(struct db *db, int64_t workspace_id,
			     void (*each)(void *arg, const struct assessment_sender *s), void *arg);

struct assessment_event {
	const char *test_id;
	const char *source_id; /* the sender's name of the event */
	const char *body_hash; /* of what it says */
	bool submitted;	       /* otherwise: invited */
	int64_t at;	       /* when it happened */
	const char *link;      /* "" for none */
	const struct lead_row *who;
};

enum assessment_verdict {
	ASSESSMENT_TAKEN,
	ASSESSMENT_REPEATED, /* it had been taken before: nothing is changed */
	ASSESSMENT_CHANGED,  /* another event has the id: nothing is changed */
};

/*
 * Invited: campaigns of the test that add invited people do. Submitted: the person's rows on all campaigns of the test are
 * completed, and nothing more is due; a call in progress goes on. `now` is the workspace's time.
 */
struct assessment_effect {
	int64_t campaigns, added, completed; /* campaigns of the test; leads added; leads completed */
};
enum assessment_verdict assessment_take(struct db *db, int64_t workspace_id, int64_t company_id,
					const struct assessment_event *e, int64_t now, struct assessment_effect *effect);
