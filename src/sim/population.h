/*
 * The people of a simulated carrier: what becomes of a call to a number at an hour. Pure; the same seed, number, try and
 * hour give the same call.
 *
 * In the sandbox numbers behave by their last two digits, as the phone farm's do (farm_table.h). Elsewhere a list is made
 * of the farm's mixture: a wrong number stays one and who is interested stays so, but whether somebody picks up is
 * drawn anew for every call and depends on the hour of the callee's day.
 */
#pragma once

#include "core/carrier.h"

struct population {
	uint64_t seed;
	bool sandbox;
	const char *zone;			 /* the callees' */
	int opening_ms, question_ms, closing_ms; /* how long the words take */
};

/* What will happen, in ms from the INVITE; -1: it does not. */
struct call_plan {
	int answered_ms, ended_ms;
	enum outcome outcome;
	enum answer answer;
	char digits[ORDER_DIGITS];
	int64_t slot_no;  /* the time chosen, at chose_ms; 0: none */
	int chose_ms;
	int sip_status;
};

/* `nth` counts the calls to the number from 0. */
void population_call(const struct population *p, const struct call_order *order, int nth, int64_t wall_ms,
		     struct call_plan *out);
