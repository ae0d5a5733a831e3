#include "voice/prompt.h"

#include "voice/law.h"

#include <glib.h>

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

static void each_prompt(struct call_order *order, void (*fn)(struct prompt **p))
{
	struct call_offer *offer = &order->offer;

	fn(&order->opening);
	fn(&order->closing);
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
}

void order_release(struct call_order *order)
{
	each_prompt(order, let_go);
	order->n_questions = 0;
	order->offer.n = 0;
}
