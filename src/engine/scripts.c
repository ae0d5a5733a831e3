#include "engine/scripts.h"

#include "base/log.h"
#include "core/ai_instructions.h"
#include "core/asides.h"
#include "core/questions.h"
#include "core/template.h"
#include "engine/ai_briefs.h"
#include "store/appointments.h"
#include "store/campaigns.h"
#include "store/db.h"
#include "store/leads.h"
#include "store/messages.h"

#include <glib.h>
#include <string.h>

enum { SCRIPTS_KEPT = 256, RECORDINGS_KEPT = 64, PIECES = 8, AI_LONGEST_MS = 600000, AI_SILENCE_MS = 20000 };

struct script {
	int64_t workspace_id, campaign_id;
	struct campaign_sound sound;
	struct call_order order; /* what everybody hears, referenced; `to` is empty */
	/* What is said to the person, to be filled in; NULL where the order has it. */
	char *opening, *closing, *asked[ORDER_QUESTIONS];
	char *values[TEMPLATE_FIELDS]; /* the campaign's own */
	enum purpose purpose;
	char *zone;
	bool own_questions; /* otherwise the purpose's, which times to choose from replace */
	bool times;
	bool ai;
	struct ai_outline outline; /* of an AI call */
};

struct scripts {
	struct prompts *prompts;
	GQueue recent; /* struct script, latest first */
	GHashTable *recordings; /* what they are named by -> struct prompt: a script may be tried many times */
	struct ai_limits ai;
};

static void script_free(struct script *one)
{
	order_release(&one->order);
	g_free(one->opening);
	g_free(one->closing);
	for (int i = 0; i < ORDER_QUESTIONS; i++)
		g_free(one->asked[i]);
	for (int i = 0; i < TEMPLATE_FIELDS; i++)
		g_free(one->values[i]);
	g_free(one->zone);
	ai_outline_clear(&one->outline);
	g_free(one);
}

struct scripts *scripts_new(struct prompts *prompts)
{
	struct scripts *s = g_new0(struct scripts, 1);

	s->prompts = prompts;
	s->ai = (struct ai_limits){ AI_LONGEST_MS, AI_SILENCE_MS };
	g_queue_init(&s->recent);
	s->recordings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)prompt_unref);
	return s;
}

void scripts_limit_ai(struct scripts *s, int64_t longest_ms, int64_t silence_ms)
{
	s->ai = (struct ai_limits){ longest_ms, silence_ms };
}

void scripts_free(struct scripts *s)
{
	struct script *one;

	while ((one = g_queue_pop_head(&s->recent)))
		script_free(one);
	g_hash_table_unref(s->recordings);
	g_free(s);
}

/* The worse of two: one failed prompt fails the script, one pending keeps it waiting. */
static enum prompt_state worse(enum prompt_state a, enum prompt_state b)
{
	return MAX(a, b);
}

/* ---- what everybody hears ---- */

static void take_values(struct db *db, struct script *one, const struct campaign_words *w)
{
	const struct template_values values = campaign_values(db, w);

	for (int i = 0; i < TEMPLATE_FIELDS; i++)
		one->values[i] = g_strdup(values.of[i]);
}

static struct template_values values_of(const struct script *one)
{
	struct template_values v;

	for (int i = 0; i < TEMPLATE_FIELDS; i++)
		v.of[i] = one->values[i];
	return v;
}

static struct prompt_voice voice_of(const struct script *one)
{
	return (struct prompt_voice){ one->sound.spoken.voice, one->sound.spoken.language };
}

/* Takes the text over. `life`: whether it is worth keeping. */
static enum prompt_state speak(struct scripts *s, const struct script *one, char *text, enum prompt_life life,
			       struct prompt **out)
{
	const struct prompt_voice voice = voice_of(one);
	enum prompt_state state = s->prompts ? prompts_get(s->prompts, &voice, text, life, out) : PROMPT_READY;

	g_free(text);
	return state;
}

/* The samples of a recording as a prompt; a reference of the table's. NULL when they cannot be had. */
static struct prompt *recording(struct scripts *s, struct db *db, const struct script *one, const char *message,
				const struct recording *r)
{
	struct prompt *known = g_hash_table_lookup(s->recordings, r->sound);
	g_autofree uint8_t *samples = NULL;
	size_t n;

	if (known)
		return known;
	samples = recording_load(db, one->workspace_id, one->campaign_id, message, &n);
	if (!samples)
		return NULL;
	if (g_hash_table_size(s->recordings) >= RECORDINGS_KEPT)
		g_hash_table_remove_all(s->recordings);
	known = prompt_from_ulaw(samples, n);
	g_hash_table_insert(s->recordings, g_strdup(r->sound), known);
	return known;
}

/* What somebody has recorded for the message; else its text as a prompt, or kept as it is when it needs the person. */
static enum prompt_state say(struct scripts *s, struct db *db, const struct script *one, const struct message *m,
			     char **personal, struct prompt **out)
{
	struct recording r;

	if (!s->prompts)
		return PROMPT_READY;
	if (recording_for(db, one->workspace_id, one->campaign_id, m->name, m->text, &r)) {
		*out = prompt_ref(recording(s, db, one, m->name, &r));
		return *out ? PROMPT_READY : db_failed(db) ? PROMPT_PENDING : PROMPT_FAILED;
	}
	if (m->personal && personal) {
		*personal = g_strdup(m->text);
		return PROMPT_READY;
	}
	return speak(s, one, g_strdup(m->said), PROMPT_KEPT, out);
}

static enum prompt_state say_messages(struct scripts *s, struct db *db, struct script *one, const struct messages *all)
{
	struct call_order *order = &one->order;
	enum prompt_state state = PROMPT_READY;
	int q = 0;

	for (int i = 0; i < all->n; i++) {
		const struct message *m = &all->list[i];

		if (strcmp(m->name, "preamble") == 0)
			state = worse(state, say(s, db, one, m, NULL, &order->preamble));
		else if (strcmp(m->name, "opening") == 0)
			state = worse(state, say(s, db, one, m, &one->opening, &order->opening));
		else if (strcmp(m->name, "closing") == 0)
			state = worse(state, say(s, db, one, m, &one->closing, &order->closing));
		else {
			state = worse(state, say(s, db, one, m, &one->asked[q], &order->questions[q].prompt));
			q++;
		}
	}
	return state;
}

/* What only an AI call has: how the model is told, and how the person is. */
static enum prompt_state outline(struct scripts *s, struct script *one, const struct campaign_words *w,
				 const struct questions *q)
{
	const struct template_values values = values_of(one);

	ai_outline_make(&one->outline, w, &values, q);
	return speak(s, one, ai_disclosure(values.of[TEMPLATE_COMPANY_NAME]), PROMPT_KEPT, &one->outline.disclosure);
}

/* What each key means; of an AI call, what the model is told of it. */
static enum prompt_state take_questions(struct scripts *s, struct script *one, const struct campaign_words *w)
{
	json_t *asked = json_loads(w->questions, 0, NULL);
	enum prompt_state state = PROMPT_READY;
	struct questions q;

	questions_make(&q, one->purpose, asked);
	one->own_questions = json_array_size(asked) > 0;
	one->order.n_questions = q.n;
	for (int i = 0; i < q.n; i++) {
		one->order.questions[i].n_options = q.list[i].n_options;
		memcpy(one->order.questions[i].options, q.list[i].options, sizeof(q.list[i].options));
	}
	if (one->ai)
		state = outline(s, one, w, &q);
	questions_clear(&q);
	json_decref(asked);
	return state;
}

/* What the server says when somebody wants a person who is not to be had. */
static enum prompt_state say_noted(struct scripts *s, struct script *one)
{
	g_strlcpy(one->order.person, one->sound.spoken.person, sizeof(one->order.person));
	return speak(s, one, g_strdup(QUESTION_PERSON_NOTED), PROMPT_KEPT, &one->order.person_noted);
}

static enum prompt_state say_introduction(struct scripts *s, struct script *one)
{
	const struct template_values values = values_of(one);

	return speak(s, one, aside_introduction(one->purpose, &values), PROMPT_KEPT, &one->order.introduction);
}

static enum prompt_state make(struct scripts *s, struct db *db, const struct claim *c, struct script **out)
{
	struct campaign_words w;
	struct messages said;
	struct script *one;
	enum prompt_state state;
	int purpose;

	if (!campaign_words(db, c->workspace_id, c->campaign_id, &w) ||
	    !messages_load(db, c->workspace_id, c->campaign_id, &said))
		return db_failed(db) ? PROMPT_PENDING : PROMPT_FAILED;
	one = g_new0(struct script, 1);
	purpose = purpose_from(w.purpose);
	one->workspace_id = c->workspace_id;
	one->campaign_id = c->campaign_id;
	one->sound = said.sound;
	one->purpose = purpose < 0 ? PURPOSE_INTEREST_CHECK : (enum purpose)purpose;
	one->ai = strcmp(w.call_type, "AICall") == 0;
	one->zone = g_strdup(w.timezone);
	one->times = purpose_offers_times(w.purpose) && appointments_any(db, c->workspace_id, c->campaign_id);
	take_values(db, one, &w);
	g_strlcpy(one->order.from, w.caller_number, sizeof(one->order.from));
	state = take_questions(s, one, &w);
	state = worse(state, worse(say_noted(s, one), say_messages(s, db, one, &said)));
	messages_clear(&said);
	if (state == PROMPT_READY && s->prompts && one->sound.live &&
	    !prompts_speak(s->prompts, one->sound.spoken.language))
		log_warn("prompt.english_voice", "campaign %lld is spoken in \"%s\" by flite, which knows English only: set "
			 "voice.tts_command or voice.tts_url, or record its messages", (long long)c->campaign_id,
			 one->sound.spoken.language);
	*out = one;
	return worse(state, say_introduction(s, one));
}

static struct script *find(struct scripts *s, const struct claim *c)
{
	for (GList *l = s->recent.head; l; l = l->next) {
		struct script *one = l->data;

		if (one->workspace_id == c->workspace_id && one->campaign_id == c->campaign_id) {
			g_queue_unlink(&s->recent, l);
			g_queue_push_head_link(&s->recent, l);
			return one;
		}
	}
	return NULL;
}

/* The campaign's script, made anew when its row has changed; *out only when READY. */
static enum prompt_state script_of(struct scripts *s, struct db *db, const struct claim *c, struct script **out)
{
	struct script *old = find(s, c), *one = NULL;
	struct campaign_sound sound;
	enum prompt_state state;

	if (!campaign_sound(db, c->workspace_id, c->campaign_id, &sound))
		return db_failed(db) ? PROMPT_PENDING : PROMPT_FAILED;
	if (old && memcmp(&sound, &old->sound, sizeof(sound)) == 0) {
		*out = old;
		return PROMPT_READY;
	}
	state = make(s, db, c, &one);
	if (state != PROMPT_READY) {
		g_clear_pointer(&one, script_free);
		return state;
	}
	if (old) {
		g_queue_remove(&s->recent, old);
		script_free(old);
	}
	g_queue_push_head(&s->recent, one);
	if (s->recent.length > SCRIPTS_KEPT)
		script_free(g_queue_pop_tail(&s->recent));
	*out = one;
	return PROMPT_READY;
}

/* ---- what this person hears ---- */

/*
 * The clauses with the name are spoken for the person, the others once for all, and put together: speech costs some 30 ms
 * of a core per second.
 */
static enum prompt_state say_to(struct scripts *s, const struct script *one, const struct template_values *values,
				const char *text, struct prompt **out)
{
	struct prompt *pieces[PIECES] = { 0 };
	enum prompt_state state = PROMPT_READY;
	size_t n = 0;

	if (!text || !s->prompts)
		return PROMPT_READY;
	while (*text) {
		bool personal = true;
		size_t length = n == PIECES - 1 ? strlen(text) : template_part(text, &personal);
		g_autofree char *piece = g_strndup(text, length);
		char *said = template_render(piece, values);

		text += length;
		if (!said[strspn(said, " \t\r\n")]) { /* a greeting without the name is none */
			g_free(said);
			continue;
		}
		state = worse(state, speak(s, one, said, personal ? PROMPT_PASSING : PROMPT_KEPT, &pieces[n++]));
	}
	if (n == 0)
		state = speak(s, one, g_strdup(""), PROMPT_PASSING, &pieces[n++]);
	if (state == PROMPT_READY)
		*out = prompt_join(pieces, n);
	for (size_t i = 0; i < n; i++)
		prompt_unref(pieces[i]);
	return state;
}

static bool is_personal(const struct script *one, int n_questions)
{
	bool personal = one->opening || one->closing;

	for (int i = 0; i < n_questions; i++)
		personal |= one->asked[i] != NULL;
	return personal;
}

static enum prompt_state name_person(struct scripts *s, struct db *db, const struct script *one, const struct claim *c,
				     struct call_order *order)
{
	struct template_values values = values_of(one);
	enum prompt_state state;
	struct lead_name name;

	if (!is_personal(one, order->n_questions))
		return PROMPT_READY;
	if (!lead_name_of(db, c->workspace_id, c->campaign_id, c->talent_id, &name))
		return db_failed(db) ? PROMPT_PENDING : PROMPT_FAILED;
	values.of[TEMPLATE_FIRST_NAME] = name.first;
	values.of[TEMPLATE_LAST_NAME] = name.last;
	state = worse(say_to(s, one, &values, one->opening, &order->opening),
		      say_to(s, one, &values, one->closing, &order->closing));
	for (int i = 0; i < order->n_questions; i++)
		state = worse(state, say_to(s, one, &values, one->asked[i], &order->questions[i].prompt));
	return state;
}

/* Days pass, so nothing of it is kept for ever. Takes the text over. */
static enum prompt_state say_once(struct scripts *s, const struct script *one, char *text, struct prompt **out)
{
	return speak(s, one, text, PROMPT_PASSING, out);
}

static enum prompt_state offer_times(struct scripts *s, const struct script *one, const struct appointment *open, int n,
				     struct call_offer *offer)
{
	const char *place = one->purpose == PURPOSE_SCHEDULE ? one->values[TEMPLATE_LOCATION] : NULL;
	enum prompt_state state = PROMPT_READY;

	offer->n = n;
	state = worse(state, say_once(s, one, times_intro(one->purpose, one->zone), &offer->intro));
	state = worse(state, say_once(s, one, times_none(n), &offer->none));
	state = worse(state, say_once(s, one, times_taken(), &offer->taken));
	state = worse(state, say_once(s, one, times_gone(), &offer->gone));
	state = worse(state, say_once(s, one, times_noted(), &offer->noted));
	for (int i = 0; i < n; i++) {
		struct call_time *t = &offer->times[i];
		int64_t at = open[i].start_at;

		t->slot_no = open[i].slot_no;
		state = worse(state, say_once(s, one, times_offer(one->zone, at, i + 1), &t->offer));
		state = worse(state, say_once(s, one, times_booked(one->zone, at, place), &t->booked));
	}
	return state;
}

/* The script's part of an order; the rest is the dispatcher's. */
static void copy_order(const struct script *one, bool with_questions, struct call_order *order)
{
	const struct call_order *from = &one->order;

	order->preamble = from->preamble;
	order->person_noted = from->person_noted;
	g_strlcpy(order->person, from->person, sizeof(order->person));
	order->opening = from->opening;
	order->closing = from->closing;
	order->introduction = from->introduction;
	order->call_back = NULL;
	order->n_questions = with_questions ? from->n_questions : 0;
	memcpy(order->questions, from->questions, sizeof(order->questions));
	order->offer.n = 0;
	g_strlcpy(order->from, from->from, sizeof(order->from));
	order_hold(order);
}

/* Without a provider the claim waits; the policy will say so. */
static enum prompt_state brief(struct scripts *s, struct db *db, const struct script *one, const struct claim *c,
			       int64_t now, struct call_order *order)
{
	struct template_values values = values_of(one);
	struct lead_name name;

	if (!lead_name_of(db, c->workspace_id, c->campaign_id, c->talent_id, &name))
		return db_failed(db) ? PROMPT_PENDING : PROMPT_FAILED;
	values.of[TEMPLATE_FIRST_NAME] = name.first;
	values.of[TEMPLATE_LAST_NAME] = name.last;
	order->ai = ai_brief_make(&one->outline, db, c, order, &values, &s->ai, now);
	return PROMPT_READY;
}

enum prompt_state scripts_get(struct scripts *s, struct db *db, const struct claim *c, int64_t now,
			      struct call_order *order)
{
	struct appointment open[ORDER_TIMES];
	struct script *one;
	enum prompt_state state = script_of(s, db, c, &one);
	int n = 0;

	if (state != PROMPT_READY)
		return state;
	if (one->times)
		n = appointments_open(db, c->workspace_id, c->campaign_id, now, ORDER_TIMES, open);
	copy_order(one, n == 0 || one->own_questions, order);
	state = name_person(s, db, one, c, order);
	if (n > 0)
		state = worse(state, offer_times(s, one, open, n, &order->offer));
	if (campaign_leaves_message(db, c->workspace_id, c->campaign_id))
		state = worse(state, speak(s, one, aside_call_back(order->from), PROMPT_KEPT, &order->call_back));
	if (one->ai && state == PROMPT_READY)
		state = brief(s, db, one, c, now, order);
	if (db_failed(db))
		state = PROMPT_PENDING;
	if (state != PROMPT_READY)
		order_release(order);
	return state;
}

/* The clauses of a text that do not name the person. */
static void prepare_clauses(struct scripts *s, const struct script *one, const char *text)
{
	const struct template_values values = values_of(one);
	const struct prompt_voice voice = voice_of(one);

	while (text && *text) {
		bool personal = true;
		size_t length = template_part(text, &personal);
		g_autofree char *piece = g_strndup(text, length), *said = template_render(piece, &values);
		struct prompt *prompt = NULL;

		text += length;
		if (!personal && said[strspn(said, " \t\r\n")])
			prompts_get(s->prompts, &voice, said, PROMPT_KEPT, &prompt);
		prompt_unref(prompt);
	}
}

void scripts_prepare(struct scripts *s, struct db *db, int64_t workspace_id, int64_t campaign_id)
{
	const struct claim nobody = { .workspace_id = workspace_id, .campaign_id = campaign_id };
	struct script *one = NULL;

	make(s, db, &nobody, &one); /* asks for every prompt that is the same for all */
	if (!one)
		return;
	prepare_clauses(s, one, one->opening);
	prepare_clauses(s, one, one->closing);
	for (int i = 0; i < one->order.n_questions; i++)
		prepare_clauses(s, one, one->asked[i]);
	script_free(one);
}
