#include "core/lead.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TO(s) (1u << LEAD_##s)

static const struct {
	const char *name;
	uint32_t next;
} states[LEAD_STATE_END] = {
	[LEAD_WAITING] = { "waiting", TO(CALLING) | TO(HELD) | TO(DONE) | TO(WAITING) },
	[LEAD_CALLING] = { "calling", TO(WAITING) | TO(HELD) | TO(DONE) },
	[LEAD_HELD] = { "held", TO(WAITING) | TO(DONE) },
	[LEAD_DONE] = { "done", TO(WAITING) }, /* by a review alone */
};

static const char *const buckets[BUCKET_END] = {
	[BUCKET_PENDING] = "Pending",
	[BUCKET_INTERESTED] = "Interested",
	[BUCKET_NOT_INTERESTED] = "NotInterested",
	[BUCKET_NO_ANSWER] = "NoAnswer",
};

enum { BACKOFF_DOUBLINGS = 8, BACKOFF_MAX_MS = 15 * 60 * 1000 };

const char *bucket_name(enum bucket b)
{
	assert(b >= 0 && b < BUCKET_END);
	return buckets[b];
}

int bucket_named(const char *name)
{
	for (int b = 0; name && b < BUCKET_END; b++)
		if (strcmp(name, bucket_name((enum bucket)b)) == 0)
			return b;
	return -1;
}

const char *lead_state_name(enum lead_state s)
{
	assert(s > 0 && s < LEAD_STATE_END);
	return states[s].name;
}

void lead_move(enum lead_state *state, enum lead_state to)
{
	if (!(states[*state].next & (1u << to))) {
		fprintf(stderr, "a lead may not move from %s to %s\n", lead_state_name(*state),
			lead_state_name(to));
		abort();
	}
	*state = to;
}

/* The bucket an attempt leaves behind: a decision stays; else the last dial speaks. */
static enum bucket bucket_after(enum bucket before, const struct attempt_end *end)
{
	switch (end->answer) {
	case ANSWER_INTERESTED:
		return BUCKET_INTERESTED;
	case ANSWER_NOT_INTERESTED:
	case ANSWER_OPT_OUT:
		return BUCKET_NOT_INTERESTED;
	case ANSWER_NONE:
	case ANSWER_NEUTRAL:
		break;
	}
	if (before == BUCKET_INTERESTED || before == BUCKET_NOT_INTERESTED)
		return before;
	return outcome_rule(end->outcome)->reach == REACH_NOBODY ? BUCKET_NO_ANSWER : BUCKET_PENDING;
}

static int64_t back_off(const struct attempt_end *end, const struct retry_rule *rule)
{
	int doublings = end->retries < BACKOFF_DOUBLINGS ? end->retries : BACKOFF_DOUBLINGS;
	int64_t wait = rule->backoff_ms << doublings;

	if (wait > BACKOFF_MAX_MS)
		wait = BACKOFF_MAX_MS;
	if (wait < end->retry_after_s * INT64_C(1000))
		wait = end->retry_after_s * INT64_C(1000);
	if (end->outcome == OUTCOME_NO_RESPONSE && wait < rule->unsure_gap_ms)
		wait = rule->unsure_gap_ms;
	return wait;
}

/* After an end nobody saw, an INVITE may still be alive, whatever gap the schedule keeps (I10). */
static int64_t not_too_soon(int64_t at, const struct attempt_end *end, const struct retry_rule *rule)
{
	bool unseen = end->outcome == OUTCOME_UNKNOWN || end->outcome == OUTCOME_NO_RESPONSE;
	int64_t earliest = end->intent_at + rule->unsure_gap_ms;

	return unseen && at < earliest ? earliest : at;
}

static struct lead_next done(enum bucket bucket, const char *reason, bool opt_out)
{
	return (struct lead_next){ .state = LEAD_DONE, .bucket = bucket, .reason = reason, .completed = true,
				   .opt_out = opt_out };
}

struct lead_next lead_decided(enum bucket before, enum answer answer, enum person_wish person)
{
	if (answer == ANSWER_OPT_OUT)
		return done(BUCKET_NOT_INTERESTED, LEAD_REASON_OPTED_OUT, true);
	if (answer == ANSWER_INTERESTED || answer == ANSWER_NOT_INTERESTED)
		return done(answer == ANSWER_INTERESTED ? BUCKET_INTERESTED : BUCKET_NOT_INTERESTED, LEAD_REASON_DECIDED, false);
	if (person != PERSON_NOT_ASKED) /* no machine calls again who has asked for a person */
		return done(before, LEAD_REASON_WANTS_PERSON, false);
	return (struct lead_next){ .bucket = before };
}

struct lead_next lead_after(enum bucket before, const struct attempt_end *end, const struct schedule *s,
			    const struct retry_rule *rule, int64_t now)
{
	enum bucket bucket = bucket_after(before, end);
	bool not_done = outcome_rule(end->outcome)->reach == REACH_NOT_DONE;
	struct lead_next said = lead_decided(bucket, end->answer, end->person);
	struct next_slot next;

	if (said.state)
		return said;
	if (not_done && (rule->most_retries == 0 || end->retries < rule->most_retries))
		return (struct lead_next){ .state = LEAD_WAITING, .bucket = bucket, .reason = LEAD_REASON_BACK_OFF,
					   .slot = end->slot, .retries = end->retries + 1,
					   .due_at = now + back_off(end, rule) };
	/* An attempt more, in the same slot: what the schedule has left comes after it. */
	if (end->callback_at > now)
		return (struct lead_next){ .state = LEAD_WAITING, .bucket = bucket, .reason = LEAD_REASON_CALLBACK,
					   .slot = end->slot, .retries = 0, .due_at = end->callback_at };
	next = schedule_after(s, end->slot, end->intent_at, now, rule->min_gap_ms);
	if (next.slot < 0)
		return done(bucket, not_done ? LEAD_REASON_FAILED : LEAD_REASON_NO_SLOT, false);
	return (struct lead_next){ .state = LEAD_WAITING, .bucket = bucket, .reason = LEAD_REASON_NEXT_SLOT,
				   .slot = next.slot, .due_at = not_too_soon(next.at, end, rule) };
}
