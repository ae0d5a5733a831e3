#include "api/lead_answers.h"

#include "base/clock.h"
#include "store/campaigns.h"
#include "store/db.h"

#include <jansson.h>
#include <string.h>

bool answer_sheet_open(struct db *db, int64_t workspace_id, int64_t campaign_id, struct answer_sheet *out)
{
	struct campaign_words w;
	json_t *asked;
	int purpose;

	if (!campaign_words(db, workspace_id, campaign_id, &w))
		return false;
	asked = json_loads(w.questions, 0, NULL);
	purpose = purpose_from(w.purpose);
	out->purpose = purpose < 0 ? PURPOSE_INTEREST_CHECK : (enum purpose)purpose;
	out->own = json_array_size(asked) > 0;
	out->times = appointments_any(db, workspace_id, campaign_id);
	out->values = campaign_values(db, &w);
	questions_make(&out->questions, out->purpose, asked);
	json_decref(asked);
	return true;
}

void answer_sheet_close(struct answer_sheet *s)
{
	questions_clear(&s->questions);
}

/* ---- one answer ---- */

struct told {
	char *question, *label;
	enum answer answer;
};

static void told_clear(struct told *t)
{
	g_free(t->question);
	g_free(t->label);
}

/* Times to choose from stand in for the question of the purpose, and follow the campaign's own. */
static int n_questions(const struct answer_sheet *s, const struct pressed *p)
{
	return p->offered > 0 && !s->own ? 0 : s->questions.n;
}

static void tell_time(const struct answer_sheet *s, const struct pressed *p, char digit, struct told *out)
{
	char at[CLOCK_ISO_SIZE];

	out->question = times_asked(s->purpose);
	if (digit == '9' || digit == '0' || digit == '-')
		return;
	out->answer = p->chosen_at == DB_NULL ? ANSWER_NOT_INTERESTED : ANSWER_INTERESTED;
	out->label = g_strdup(p->chosen_at == DB_NULL ? QUESTION_LABEL_NO_TIME : clock_iso(p->chosen_at, at));
}

static void tell_option(const struct answer_sheet *s, const struct template_values *v, int i, char digit,
			struct told *out)
{
	const struct question *q = &s->questions.list[i];

	out->question = template_render(q->asked, v);
	for (int o = 0; o < q->n_options; o++)
		if (q->options[o].digit == digit) {
			out->label = template_render(q->labels[o], v);
			out->answer = q->options[o].answer;
		}
}

/* What the i-th digit answers. */
static struct told told_of(const struct answer_sheet *s, const struct lead_name *name, const struct pressed *p, int i)
{
	struct template_values v = s->values;
	struct told t = { .answer = ANSWER_NONE };
	char digit = p->digits[i];

	v.of[TEMPLATE_FIRST_NAME] = name->first;
	v.of[TEMPLATE_LAST_NAME] = name->last;
	if (i < n_questions(s, p))
		tell_option(s, &v, i, digit, &t);
	else
		tell_time(s, p, digit, &t);
	if (!t.label && digit == '0')
		t.label = g_strdup(QUESTION_LABEL_PERSON);
	if (!t.label && digit == '9') {
		t.label = g_strdup(QUESTION_LABEL_OPT_OUT);
		t.answer = ANSWER_OPT_OUT;
	}
	return t;
}

/* As many as were asked and are known. */
static int n_told(const struct answer_sheet *s, const struct pressed *p)
{
	int most = n_questions(s, p) + (p->offered > 0), n = (int)strlen(p->digits);

	return MIN(n, most);
}

/* ---- writing ---- */

void answers_json(struct jw *w, const struct answer_sheet *s, const struct lead_name *name, const struct pressed *p)
{
	jw_array(w);
	for (int i = 0; i < n_told(s, p); i++) {
		struct told t = told_of(s, name, p, i);
		const char digit[] = { p->digits[i], 0 };

		jw_object(w);
		jw_kstr(w, "question", t.question);
		jw_kstr(w, "digit", digit[0] == '-' ? NULL : digit);
		jw_kstr(w, "label", t.label);
		jw_kstr(w, "outcome", answer_name(t.answer));
		jw_end(w);
		told_clear(&t);
	}
	jw_end(w);
}

char *answer_label(const struct answer_sheet *s, int i, const struct lead_name *name, const struct pressed *p)
{
	struct told t;
	char *label;

	if (i >= MIN(n_questions(s, p), n_told(s, p)))
		return NULL;
	t = told_of(s, name, p, i);
	label = g_steal_pointer(&t.label);
	told_clear(&t);
	return label;
}

void booked_json(struct jw *w, const struct booked *b)
{
	if (b->booked_at == DB_NULL) {
		jw_null(w);
		return;
	}
	jw_object(w);
	jw_ktime(w, "start", b->start_at);
	if (b->end_at == DB_NULL)
		jw_kstr(w, "end", NULL);
	else
		jw_ktime(w, "end", b->end_at);
	jw_ktime(w, "bookedAt", b->booked_at);
	jw_end(w);
}
