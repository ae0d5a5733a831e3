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

void order_hold(struct call_order *order)
{
	prompt_ref(order->opening);
	prompt_ref(order->closing);
	for (int i = 0; i < order->n_questions; i++)
		prompt_ref(order->questions[i].prompt);
}

void order_release(struct call_order *order)
{
	g_clear_pointer(&order->opening, prompt_unref);
	g_clear_pointer(&order->closing, prompt_unref);
	for (int i = 0; i < order->n_questions; i++)
		g_clear_pointer(&order->questions[i].prompt, prompt_unref);
	order->n_questions = 0;
}
