#include "engine/scripts.h"

#include "core/questions.h"
#include "store/campaigns.h"
#include "store/db.h"

#include <glib.h>
#include <string.h>

enum { SCRIPTS_KEPT = 256 };

struct script {
	int64_t workspace_id, campaign_id, row_version;
	struct call_order order; /* its prompts are referenced here; `to` is empty */
};

struct scripts {
	struct prompts *prompts;
	GQueue recent; /* struct script, latest first */
};

static void script_free(struct script *s)
{
	order_release(&s->order);
	g_free(s);
}

struct scripts *scripts_new(struct prompts *prompts)
{
	struct scripts *s = g_new0(struct scripts, 1);

	s->prompts = prompts;
	g_queue_init(&s->recent);
	return s;
}

void scripts_free(struct scripts *s)
{
	struct script *one;

	while ((one = g_queue_pop_head(&s->recent)))
		script_free(one);
	g_free(s);
}

/* What is said and from which number; the rest of an order is the dispatcher's. */
static void copy_order(struct call_order *to, const struct call_order *from)
{
	to->opening = from->opening;
	to->closing = from->closing;
	to->n_questions = from->n_questions;
	memcpy(to->questions, from->questions, sizeof(to->questions));
	g_strlcpy(to->from, from->from, sizeof(to->from));
	order_hold(to);
}

/* The worse of two: one failed prompt fails the script, one pending keeps it waiting. */
static enum prompt_state worse(enum prompt_state a, enum prompt_state b)
{
	return MAX(a, b);
}

static enum prompt_state speak(struct scripts *s, const char *text, struct prompt **out)
{
	return s->prompts ? prompts_get(s->prompts, text, out) : PROMPT_READY;
}

static enum prompt_state fill_questions(struct scripts *s, const struct questions *q, struct call_order *order)
{
	enum prompt_state state = PROMPT_READY;

	for (int i = 0; i < q->n; i++) {
		struct call_question *cq = &order->questions[order->n_questions++];

		cq->prompt = NULL;
		cq->n_options = q->list[i].n_options;
		memcpy(cq->options, q->list[i].options, sizeof(cq->options));
		state = worse(state, speak(s, q->list[i].text, &cq->prompt));
	}
	return state;
}

static enum prompt_state make(struct scripts *s, const struct campaign_words *c,
			      struct call_order *order)
{
	json_t *asked = json_loads(c->questions, 0, NULL);
	enum prompt_state state;
	struct questions q;
	int purpose = purpose_from(c->purpose);

	questions_make(&q, purpose < 0 ? PURPOSE_INTEREST_CHECK : (enum purpose)purpose, asked);
	state = worse(speak(s, c->opening_message, &order->opening), speak(s, c->closing_message, &order->closing));
	state = worse(state, fill_questions(s, &q, order));
	g_strlcpy(order->from, c->caller_number, sizeof(order->from));
	questions_clear(&q);
	json_decref(asked);
	return state;
}

static struct script *find(struct scripts *s, int64_t workspace_id, int64_t campaign_id)
{
	for (GList *l = s->recent.head; l; l = l->next) {
		struct script *one = l->data;

		if (one->workspace_id == workspace_id && one->campaign_id == campaign_id) {
			g_queue_unlink(&s->recent, l);
			g_queue_push_head_link(&s->recent, l);
			return one;
		}
	}
	return NULL;
}

static void keep(struct scripts *s, int64_t workspace_id, int64_t campaign_id, int64_t row_version,
		 const struct call_order *order)
{
	struct script *one = find(s, workspace_id, campaign_id);

	if (one) {
		order_release(&one->order);
	} else {
		one = g_new0(struct script, 1);
		g_queue_push_head(&s->recent, one);
	}
	one->workspace_id = workspace_id;
	one->campaign_id = campaign_id;
	one->row_version = row_version;
	copy_order(&one->order, order);
	if (s->recent.length > SCRIPTS_KEPT)
		script_free(g_queue_pop_tail(&s->recent));
}

enum prompt_state scripts_get(struct scripts *s, struct db *db, int64_t workspace_id, int64_t campaign_id,
			      struct call_order *order)
{
	struct script *one = find(s, workspace_id, campaign_id);
	struct campaign_words words;
	enum prompt_state state;

	if (!campaign_words(db, workspace_id, campaign_id, &words))
		return db_failed(db) ? PROMPT_PENDING : PROMPT_FAILED;
	if (one && one->row_version == words.row_version) {
		copy_order(order, &one->order);
		return PROMPT_READY;
	}
	state = make(s, &words, order);
	if (state == PROMPT_READY)
		keep(s, workspace_id, campaign_id, words.row_version, order);
	else
		order_release(order);
	return state;
}
