#include "voice/cause.h"

/*
 * Q.850 causes that speak of the person. They come from the telephone network behind the trunk and know
 * better than the status a gateway made of them (RFC 3398 §7.2.4.1 maps several onto one). Causes of
 * congestion and of routing are left out: for them the status is right.
 */
static const struct {
	int cause;
	enum outcome outcome;
} causes[] = {
	{ 1, OUTCOME_UNKNOWN_NUMBER },  /* unallocated number */
	{ 17, OUTCOME_BUSY },
	{ 18, OUTCOME_NO_ANSWER },      /* no user responding */
	{ 19, OUTCOME_NO_ANSWER },      /* alerted, no answer */
	{ 20, OUTCOME_NO_ANSWER },      /* subscriber absent: the telephone is off */
	{ 21, OUTCOME_DECLINED },
	{ 22, OUTCOME_UNKNOWN_NUMBER }, /* number changed */
	{ 28, OUTCOME_UNKNOWN_NUMBER }, /* invalid number format */
};

/*
 * Everything not in this table is the carrier's failure: 3xx (never followed), 401, 403, 407, 415, 488, 5xx …
 */
static const struct {
	int status;
	enum outcome outcome;
	enum outcome rang; /* the same after a ring; OUTCOME_NONE: no difference */
} statuses[] = {
	{ 404, OUTCOME_UNKNOWN_NUMBER },
	{ 408, OUTCOME_CARRIER_FAILURE, OUTCOME_NO_ANSWER },
	{ 410, OUTCOME_UNKNOWN_NUMBER },
	{ 480, OUTCOME_NO_ANSWER },      /* "currently unavailable": off, or did not pick up */
	{ 484, OUTCOME_UNKNOWN_NUMBER },
	{ 486, OUTCOME_BUSY },
	{ 487, OUTCOME_NO_ANSWER },      /* somebody on the way gave up, or our own CANCEL */
	{ 504, OUTCOME_CARRIER_FAILURE, OUTCOME_NO_ANSWER },
	{ 600, OUTCOME_BUSY },
	{ 603, OUTCOME_DECLINED },
	{ 604, OUTCOME_UNKNOWN_NUMBER },
	{ 607, OUTCOME_DECLINED },       /* unwanted (RFC 8197): the person pressed "spam" */
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum outcome cause_outcome(int status, int cause, bool rang)
{
	for (unsigned i = 0; i < COUNT(causes); i++)
		if (cause == causes[i].cause)
			return causes[i].outcome;
	for (unsigned i = 0; i < COUNT(statuses); i++)
		if (status == statuses[i].status)
			return rang && statuses[i].rang ? statuses[i].rang : statuses[i].outcome;
	return OUTCOME_CARRIER_FAILURE;
}
