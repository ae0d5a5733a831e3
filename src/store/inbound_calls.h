/*
 * People who call one of our numbers: whose number it is, who calls, and what he has said.
 *
 * A call has a row of its own (inbound_call), written before it is answered, and no attempt: it counts for no cap, no slot
 * and no try. What the caller says moves his lead as if our own call had heard it, in the transaction that ends the row.
 *
 * Whom we have called last at the number he calls from is who he is, in the workspace of the trunk and for the campaign of
 * that call. He is asked the questions when there is something to ask: the campaign is not cancelled, he is on it
 * still, has decided nothing, asked for no person, opted out of nothing and not submitted the assessment. A paused
 * campaign dials nobody, but he has dialled us: he is asked. So is one who is being dialled at this moment, and one whose
 * slots are used up: that is what he calls back for. Everybody else we know hears who called him about what, and how to opt
 * out; a stranger hears whose number it is and how to opt out; so does who withholds his number, but he cannot be taken off a
 * list by it, and is told so.
 *
 * Inside a job, but for what says otherwise.
 */
#pragma once

#include "core/carrier.h"
#include "store/leads.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;

/* Which of the workspaces' numbers was called. On any connection. */
struct inbound_line {
	int64_t workspace_id, trunk_id;
	const char *country; /* the company's: how national numbers are read */
	char number[ORDER_NUMBER];
};

/*
 * `called` as the trunk writes it, in E.164, without its '+', or as it is dialled in the company's country. False: the trunk is
 * nobody's who calls people in earnest, or it is no verified number of his.
 */
bool inbound_line_of(struct db *db, int64_t trunk_id, const char *called, struct inbound_line *out);

/* The caller's number in E.164; "" when it cannot be one. */
void inbound_number(struct db *db, const struct inbound_line *line, const char *from, char out[ORDER_NUMBER]);

/* Who calls from `number`. On any connection. */
struct inbound_caller {
	int64_t campaign_id, talent_id; /* 0: we have never called that number */
	bool resumes;			/* is asked the campaign's questions */
	const char *company, *about;	/* who has called him, and the job or the campaign's title; in the arena */
};
void inbound_caller_of(struct db *db, int64_t workspace_id, const char *number, struct inbound_caller *out);

/* The row of a call that is to be answered: its id. The person is locked, so that nobody dials him while he talks to us. */
struct inbound_call {
	int64_t workspace_id, trunk_id;
	struct inbound_caller caller;
	const char *number, *own_number;
};
int64_t inbound_begin(struct db *db, const struct inbound_call *call, int64_t now);

/* The one end of it, with all that follows; a second one changes nothing. */
struct inbound_result {
	enum outcome outcome;
	enum answer answer;
	enum person_wish person;
	const char *digits;
	int offered, talk_ms;
	int64_t chosen;
};
void inbound_end(struct db *db, int64_t workspace_id, int64_t attempt_id, const struct inbound_result *r, int64_t now);

/* A lead's calls to us, the first one first; texts are good in `each` only. On any connection. */
struct inbound_shown {
	int64_t attempt_id, began_at, ended_at, talk_ms; /* ended_at DB_NULL while it lasts */
	enum outcome outcome;				 /* OUTCOME_NONE then */
	enum answer answer;
	enum person_wish person;
	bool resumed; /* he was asked the campaign's questions: the keys answer them */
	struct pressed pressed;
};
void inbound_calls_of(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id,
		      void (*each)(void *arg, const struct inbound_shown *c), void *arg);

/* A server that starts: what was under way is UNKNOWN. A time that was booked is booked. */
void inbound_calls_recover(struct db *db, int64_t wall_ms);
