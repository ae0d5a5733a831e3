#include "voice/prompt.h"

#include "voice/ai_brief.h"
#include "voice/law.h"
#include "voice/speech.h"

#include <glib.h>
#include <string.h>

struct prompt *prompt_ref(struct prompt *p)
{
	if (p)
		g_atomic_int_inc(&p->refs);
	return p;
}

void prompt_unref(struct prompt *p)
{
	if (!p || !g_atomic_int_dec_and_test(&p->refs))
		return;
	g_free(p->ulaw); /* one block for both laws */
	g_free(p);
}

struct prompt *prompt_new(size_t n)
{
	struct prompt *p = g_new(struct prompt, 1);

	p->refs = 1;
	p->n = n;
	p->ulaw = g_malloc(2 * n + 1); /* never NULL, whatever n */
	p->alaw = p->ulaw + n;
	return p;
}

struct prompt *prompt_from_pcm(const int16_t *pcm, size_t n)
{
	struct prompt *p = prompt_new(n);

	law_encode_both(pcm, n, p->ulaw, p->alaw);
	return p;
}

struct prompt *prompt_from_ulaw(const uint8_t *ulaw, size_t n)
{
	struct prompt *p = prompt_new(n);

	memcpy(p->ulaw, ulaw, n);
	for (size_t i = 0; i < n; i++)
		p->alaw[i] = law_alaw_encode(law_ulaw_decode(ulaw[i]));
	return p;
}

enum { PAUSE = SPEECH_RATE / 10 }; /* samples of a piece's own lead that are left of it in the middle */

/* Where a piece that follows another begins. */
static size_t skipped(const struct prompt *piece)
{
	return piece->n > SPEECH_LEAD ? SPEECH_LEAD - PAUSE : 0;
}

struct prompt *prompt_join(struct prompt *const *pieces, size_t n)
{
	size_t total = pieces[0]->n, at = pieces[0]->n;
	struct prompt *whole;

	for (size_t i = 1; i < n; i++)
		total += pieces[i]->n - skipped(pieces[i]);
	whole = prompt_new(total);
	memcpy(whole->ulaw, pieces[0]->ulaw, at);
	memcpy(whole->alaw, pieces[0]->alaw, at);
	for (size_t i = 1; i < n; i++) {
		size_t from = skipped(pieces[i]), length = pieces[i]->n - from;

		memcpy(whole->ulaw + at, pieces[i]->ulaw + from, length);
		memcpy(whole->alaw + at, pieces[i]->alaw + from, length);
		at += length;
	}
	return whole;
}

static void each_prompt(struct call_order *order, void (*fn)(struct prompt **p))
{
	struct call_offer *offer = &order->offer;

	fn(&order->preamble);
	fn(&order->person_noted);
	fn(&order->opening);
	fn(&order->closing);
	fn(&order->introduction);
	fn(&order->call_back);
	for (int i = 0; i < order->n_questions; i++)
		fn(&order->questions[i].prompt);
	if (offer->n == 0)
		return;
	fn(&offer->intro);
	fn(&offer->none);
	fn(&offer->taken);
	fn(&offer->gone);
	fn(&offer->noted);
	for (int i = 0; i < offer->n; i++) {
		fn(&offer->times[i].offer);
		fn(&offer->times[i].booked);
	}
}

static void hold(struct prompt **p)
{
	prompt_ref(*p);
}

static void let_go(struct prompt **p)
{
	g_clear_pointer(p, prompt_unref);
}

void order_hold(struct call_order *order)
{
	each_prompt(order, hold);
	ai_brief_ref(order->ai);
}

void order_release(struct call_order *order)
{
	each_prompt(order, let_go);
	ai_brief_unref(order->ai);
	order->ai = NULL;
	order->n_questions = 0;
	order->offer.n = 0;
}
