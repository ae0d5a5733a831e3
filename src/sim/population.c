#include "sim/population.h"

#include "core/zone.h"
#include "sim/farm_table.h"
#include "voice/cause.h"
#include "voice/aside.h"
#include "voice/ivr.h"

#include <glib.h>
#include <string.h>

enum {
	RESPONSE_MS = 300, /* what the network says without ringing */
	DECLINE_MS = 4000,
	PRESS_MS = 2000,       /* from the question's end to the key */
	ANSWER_WAIT_MS = 6000, /* how long the menu waits for a key */
	NO_RESPONSE_MS = 32000,
};

/*
 * How likely somebody picks up by the hour of the callee's day, in per cent of the mixture's average. People answer
 * after work and around noon; the shape is an assumption of ours, and the only one of the rehearsal's about hours.
 */
static const int by_hour[24] = { 30, 25, 20, 20, 25, 35, 50, 65, 80, 90, 95, 100, 105, 100, 95, 100, 110, 120, 125, 120,
				 105, 80, 55, 40 };

/* An even number from 0 to 99, another one for each question asked about the number. */
static int chance(const struct population *p, const char *number, unsigned question)
{
	return (int)(farm_hash(number, p->seed + 0x9e3779b97f4a7c15u * (question + 1)) % 100);
}

enum { ASK_WRONG,
       ASK_OPINION,
       ASK_RING,
       ASK_CALL };

/* Who picks up: people, machines. The rest of the mixture does not. */
static bool picks_up(const struct phone_row *row)
{
	return row->status == 200 && !row->rings_out;
}

static const struct phone_row *row_at(const struct phone_row *rows, int n, int at, bool (*of)(const struct phone_row *))
{
	for (int i = 0; i < n; i++) {
		if (!of(&rows[i]))
			continue;
		at -= rows[i].weight;
		if (at < 0)
			return &rows[i];
	}
	return &rows[0]; /* not reached: `at` is below the sum of the weights */
}

static int weight_of(const struct phone_row *rows, int n, bool (*of)(const struct phone_row *))
{
	int sum = 0;

	for (int i = 0; i < n; i++)
		sum += of(&rows[i]) ? rows[i].weight : 0;
	return sum;
}

static bool wrong_number(const struct phone_row *row)
{
	return row->status == 404;
}

static bool stays_silent(const struct phone_row *row)
{
	return !picks_up(row) && !wrong_number(row);
}

static bool decides(const struct phone_row *row)
{
	return picks_up(row) && row->keys;
}

/* The row of the mixture for one call. */
static const struct phone_row *draw(const struct population *p, const char *number, int nth, int64_t wall_ms)
{
	const struct phone_row *rows, *row;
	struct wall w;
	int n, up, silent, at;

	rows = farm_rows(&n);
	if (chance(p, number, ASK_WRONG) < weight_of(rows, n, wrong_number))
		return row_at(rows, n, 0, wrong_number);
	zone_to_wall(p->zone, wall_ms, &w);
	up = weight_of(rows, n, picks_up);
	silent = weight_of(rows, n, stays_silent);
	at = chance(p, number, ASK_CALL + (unsigned)nth * 3);
	if (at * (up + silent) >= up * by_hour[w.hour])
		return row_at(rows, n, chance(p, number, ASK_CALL + 1 + (unsigned)nth * 3) * silent / 100, stays_silent);
	row = row_at(rows, n, chance(p, number, ASK_CALL + 2 + (unsigned)nth * 3) * up / 100, picks_up);
	if (decides(row)) /* what a person thinks of the offer does not change with the hour */
		row = row_at(rows, n, chance(p, number, ASK_OPINION) * weight_of(rows, n, decides) / 100, decides);
	return row;
}

/* Talks to the menu as the row's phone does; fills answer, digits and outcome, returns how long it takes. */
static int talk(const struct population *p, const struct call_order *order, const struct phone_row *row,
		struct call_plan *out)
{
	static const enum who ear[] = { [PHONE_LISTENS] = WHO_UNSURE, [PHONE_VOICEMAIL] = WHO_VOICEMAIL,
					[PHONE_SCREENS] = WHO_SCREENING };
	const char *key = row->keys;
	int ms = p->opening_ms;
	const struct aside aside = { .who = ear[row->voice] };
	struct ivr_action act;
	struct ivr ivr;

	ivr_init(&ivr, order);
	act = ivr_on(&ivr, IVR_ANSWERED, 0);
	while (act.kind != IVR_DO_HANG_UP && ivr.state != IVR_OVER) {
		if (row->hang_up_ms && ms >= row->hang_up_ms) {
			ms = row->hang_up_ms;
			act = ivr_on(&ivr, IVR_HUNG_UP, 0);
		} else if (act.kind == IVR_DO_BOOK) {
			out->slot_no = act.slot_no;
			out->chose_ms = ms;
			act = ivr_confirmed(&ivr, true, ivr.left); /* the engine's word, which nobody here waits for */
		} else if (act.kind == IVR_DO_PLAY || ivr.state != IVR_WAITING) {
			act = ivr_on(&ivr, IVR_PLAYED, 0);
		} else if (key) {
			ms += p->question_ms + PRESS_MS;
			act = ivr_on(&ivr, IVR_DIGIT, *key);
			key += key[1] != 0;
		} else {
			ms += p->question_ms + ANSWER_WAIT_MS;
			act = ivr_on(&ivr, IVR_TIMEOUT, 0);
		}
	}
	out->outcome = aside_outcome(&aside, ivr_outcome(&ivr));
	out->answer = ivr.answer;
	memcpy(out->digits, ivr.digits, sizeof(out->digits));
	return ivr.hung_up ? ms : ms + p->closing_ms;
}

void population_call(const struct population *p, const struct call_order *order, int nth, int64_t wall_ms,
		     struct call_plan *out)
{
	const struct phone_row *row = p->sandbox ? farm_row(order->to, p->seed) : draw(p, order->to, nth, wall_ms);
	int ring = row->ring_ms ? row->ring_ms : 1000 + (int)(farm_hash(order->to, p->seed + ASK_RING) % 1000);

	*out = (struct call_plan){ .answered_ms = -1, .sip_status = row->status };
	if (row->fails_first && nth % 2 == 0) {
		*out = (struct call_plan){ .answered_ms = -1, .ended_ms = RESPONSE_MS,
			.sip_status = 503, .outcome = cause_outcome(503, 0, false) };
	} else if (row->rings_out) {
		out->ended_ms = RESPONSE_MS + order->ring_timeout_s * 1000;
		out->outcome = OUTCOME_NO_ANSWER;
		out->sip_status = 0;
	} else if (row->status != 200) {
		out->ended_ms = row->rings ? DECLINE_MS : RESPONSE_MS;
		out->outcome = cause_outcome(row->status, 0, row->rings);
	} else {
		out->answered_ms = RESPONSE_MS + ring;
		out->ended_ms = out->answered_ms + talk(p, order, row, out);
		out->chose_ms += out->answered_ms;
	}
}
