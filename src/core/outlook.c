#include "core/outlook.h"

#include <glib.h>
#include <string.h>

enum { STEPS = 64, DAY_MS = 86400000 };

/* Reasons that time alone removes. The others need somebody to do something, and nobody knows when. */
static bool passes(const char *reason)
{
	static const char *const passing[] = { POLICY_OUTSIDE_HOURS, POLICY_PERSON_DAY, POLICY_PERSON_MONTH,
					       POLICY_CALLS_DAY, POLICY_MINUTES_DAY };

	for (size_t i = 0; i < G_N_ELEMENTS(passing); i++)
		if (strcmp(passing[i], reason) == 0)
			return true;
	return false;
}

/* The question at another moment: what belongs to this one does not hold then. */
static struct verdict check_at(const struct policy_question *q, int64_t at)
{
	struct policy_question ask = *q;

	ask.now = at;
	if (at > q->now)
		ask.person_busy = false;
	if (at / DAY_MS != q->now / DAY_MS)
		ask.calls_today = ask.talk_ms_today = 0;
	return policy_check(&ask);
}

/* Asks again at each moment the policy names. `first` gets the verdict at `from`, `last` the one that ended it. */
static int64_t find_open(const struct policy_question *q, int64_t from, struct verdict *first, struct verdict *last)
{
	int64_t at = from;

	*first = *last = check_at(q, at);
	for (int i = 0; i < STEPS && last->kind == VERDICT_LATER && passes(last->reason); i++) {
		at = MAX(last->not_before, at + 1);
		*last = check_at(q, at);
	}
	return last->kind == VERDICT_DIAL ? at : OUTLOOK_NEVER;
}

int64_t outlook_open(const struct policy_question *q, int64_t from)
{
	struct verdict first, last;

	return find_open(q, from, &first, &last);
}

static struct outlook no(const char *reason, int64_t not_before)
{
	return (struct outlook){ .reason = reason, .not_before = not_before };
}

/* Why a lead that is due later waits: what was stored when it was put off, or its turn. */
static const char *why_it_waits(const struct standing *s)
{
	return s->reason[0] ? s->reason : LEAD_REASON_NEXT_SLOT;
}

/* Whether it waits for what the schedule says; the others were put off. */
static bool is_its_turn(const char *reason)
{
	return strcmp(reason, LEAD_REASON_NEXT_SLOT) == 0 || strcmp(reason, LEAD_REASON_BACK_OFF) == 0;
}

static struct outlook of_waiting(const struct standing *s, const struct policy_question *q)
{
	int64_t planned = MAX(s->due_at, q->now), at;
	struct verdict first, last;
	struct outlook o;

	at = find_open(q, planned, &first, &last);
	if (at == OUTLOOK_NEVER)
		return no(first.kind == VERDICT_NEVER ? first.reason : last.reason, OUTLOOK_NEVER);
	if (!s->trunk)
		return no(LEAD_REASON_NO_TRUNK, OUTLOOK_NEVER);
	if (first.kind == VERDICT_LATER) {
		o = no(first.reason, at);
		o.zone = first.zone;
		return o;
	}
	if (s->due_at > q->now) {
		o = no(why_it_waits(s), at);
		o.in_its_turn = is_its_turn(o.reason);
		return o;
	}
	if (strcmp(s->reason, LEAD_REASON_NO_TRUNK) == 0) /* the dispatcher has found them all at rest */
		return no(LEAD_REASON_NO_TRUNK, at);
	return (struct outlook){ .callable = true, .not_before = at, .in_its_turn = true };
}

struct outlook outlook_of(const struct standing *s, const struct policy_question *q)
{
	switch (s->state) {
	case LEAD_DONE:
	case LEAD_HELD:
		return no(s->reason, OUTLOOK_NEVER);
	case LEAD_CALLING:
		return no(POLICY_PERSON_BUSY, OUTLOOK_NEVER);
	case LEAD_WAITING:
	case LEAD_STATE_END:
		break;
	}
	return s->queued ? of_waiting(s, q) : no(why_it_waits(s), OUTLOOK_NEVER);
}
