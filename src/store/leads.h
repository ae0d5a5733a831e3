/*
 * Leads: people on a campaign, with a snapshot of name and number as they were sent.
 *
 * Writes inside a job. A campaign's totals move with its rows.
 */
#pragma once

#include "core/lead.h"
#include "core/schedule.h"
#include "store/appointments.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct consent;
struct db;
struct roster_entry;

/* One row as it was sent; texts are never NULL, empty where nothing was said. */
struct lead_row {
	const char *email, *first_name, *last_name, *phone, *linkedin;
	const struct consent *consent; /* that was sent with it; NULL: none */
};

/* What happened to a row, and if it was not added, why. */
enum lead_verdict { LEAD_ADDED, LEAD_ON_CAMPAIGN, LEAD_SAME_NUMBER, LEAD_SUPPRESSED };

struct lead_adder {
	int64_t workspace_id, campaign_id;
	const char *country;       /* of the campaign's site: the default for local numbers */
	bool running;              /* the campaign dials; otherwise the rows are parked */
	bool over;                 /* and never will: nobody should be added */
	const char *purpose;       /* the campaign's */
	bool suppressions;         /* whether anybody at all must not be called in this workspace */
	struct next_slot first;    /* when a new lead is called first */
	const char *test_id;       /* the assessment the campaign reminds of; "": of none */
	bool reminds_by_text;
	int64_t now;
	int64_t new_from, new_to; /* people made by this adder, whose leads lead_adder_close() has still to queue and tell */
	struct roster_entry *listed; /* in the connection's arena: who it has still to put on the roster */
	size_t n_listed, room;
};

/* Fills the adder from the campaign; false when there is no such campaign. */
bool lead_adder_open(struct db *db, int64_t workspace_id, int64_t company_id, int64_t campaign_id, int64_t now,
		     struct lead_adder *out);

/* Why a lead of that number is held, by what was given as one; NULL: it can be dialled. */
const char *lead_held(const char *number, const char *phone);

/* "ON_CAMPAIGN" …; NULL for LEAD_ADDED. Stable. */
const char *lead_verdict_name(enum lead_verdict v);

/*
 * Adds one. Consent is recorded also of somebody who is on the campaign already. The caller calls lead_adder_close() in the
 * same job, which moves the total, puts all on the roster, and those with a new person into the
 * queue and among the events, all at once.
 */
enum lead_verdict lead_add(struct db *db, struct lead_adder *a, const struct lead_row *row);
void lead_adder_close(struct db *db, const struct lead_adder *a);

/* An adder that jobs of one commit share (db_share()), for a job of its own, too: it is closed for them. NULL as above. */
struct lead_adder *lead_adder_share(struct db *db, int64_t workspace_id, int64_t company_id, int64_t campaign_id, int64_t now);

/*
 * What would happen to rows, one after the other, with nothing changed: any connection will do. `held` says of a row that
 * would be added why it would be held (NO_NUMBER, NOT_A_NUMBER); NULL: it would not.
 */
struct lead_trial;
struct lead_trial *lead_trial_new(const struct lead_adder *a);
enum lead_verdict lead_try(struct db *db, struct lead_trial *t, const struct lead_row *row, const char **held);
void lead_trial_free(struct lead_trial *t);

/* Soft: attempt numbers go on if the person comes back. False when there is no such lead. */
bool lead_remove(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id, int64_t now);

/* ---- listing ---- */

/* A number that grows with every change a list of the campaign's leads would show; 0 before the first. */
int64_t leads_version(struct db *db, int64_t workspace_id, int64_t campaign_id);

/* Whoever writes what a list shows (added, removed, bucket, completed, submitted) says so in the same job. */
void leads_changed(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t now);

struct lead_filter {
	int bucket;          /* enum bucket, or -1 */
	const char *needle;  /* folded, NULL for none */
};

struct lead_shown {
	int64_t lead_id, added_at;
	const char *first_name, *last_name, *email, *phone;
	enum bucket bucket;
	bool completed, submitted;
};

/* The keys pressed in a call, by question, and what the call had to offer. */
struct pressed {
	const char *digits;    /* "" for none */
	int64_t offered;       /* times to choose from; 0: none were offered */
	int64_t chosen_at;     /* when the time chosen last begins; DB_NULL: none was */
};

/* A lead with what it has come to, for exports. */
struct lead_told {
	struct lead_shown shown;
	struct booked booked;     /* booked_at is DB_NULL: nothing is */
	struct pressed pressed;   /* in the last call in which a key was */
};

/*
 * By key: of the next `limit` leads behind `after` (0: from the first) those that are wanted. Returns the last one's id; 0:
 * there is none. What is booked
 * and pressed is looked up `with_answers` only.
 */
int64_t lead_walk(struct db *db, int64_t workspace_id, int64_t campaign_id, const struct lead_filter *f, int64_t after,
		  int64_t limit, bool with_answers, void (*each)(void *arg, const struct lead_told *l), void *arg);

/* One lead; texts live in the connection's arena. False when there is none (or db_failed()). */
struct lead_detail {
	struct lead_shown shown;
	const char *reason;   /* why it waits, is held or done; "" for none */
	int64_t next_call_at; /* DB_NULL: none is planned */
};
bool lead_get(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id, struct lead_detail *out);

/* How the person is called; texts live in the connection's arena. False when there is none (or db_failed()). */
struct lead_name {
	const char *first, *last;
};
bool lead_name_of(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id, struct lead_name *out);

/* The tries at a lead, in order. Times are DB_NULL where a thing has not happened. */
struct attempt_shown {
	int64_t attempt_no, slot, started_at, ringing_at, answered_at, ended_at;
	enum outcome outcome; /* OUTCOME_NONE while it lasts */
	enum answer answer;
	enum person_wish person;
	struct pressed pressed;
	int64_t talk_ms;
	enum who who; /* who answered, by ear */
};
void lead_attempts(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id,
		   void (*each)(void *arg, const struct attempt_shown *a), void *arg);

/* A page of the list; returns how many there are in all. */
int64_t lead_page(struct db *db, int64_t workspace_id, int64_t campaign_id, const struct lead_filter *f,
		  int64_t offset, int64_t limit, void (*each)(void *arg, const struct lead_shown *l), void *arg);
