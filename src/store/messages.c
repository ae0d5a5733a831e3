#include "store/messages.h"

#include "base/token.h"
#include "core/preamble.h"
#include "core/questions.h"
#include "core/template.h"
#include "queries.h"

#include <glib.h>
#include <jansson.h>
#include <stdarg.h>
#include <string.h>

/* ---- messages ---- */

struct making {
	struct db *db;
	int64_t workspace_id, campaign_id;
	const struct template_values *values;
	struct messages *out;
};

static void hash_of(const char *text, char hash[TOKEN_HASH_SIZE])
{
	token_hash(text, strlen(text), hash);
}

static void add_recording(const struct making *k, struct message *m)
{
	struct recording_get_row row;
	char hash[TOKEN_HASH_SIZE];

	m->recorded = DB_ROW(k->db, recording_get, &row, .workspace_id = k->workspace_id, .campaign_id = k->campaign_id,
			     .message = m->name);
	if (!m->recorded)
		return;
	hash_of(m->text, hash);
	m->stale = strcmp(hash, row.said) != 0;
	m->samples = row.samples;
	m->recorded_at = row.recorded_at;
}

static struct message *add(const struct making *k, const char *text)
{
	struct message *m = &k->out->list[k->out->n++];

	m->text = g_strdup(text);
	m->said = template_render(text, k->values);
	m->personal = template_personal(text);
	return m;
}

static void add_named(const struct making *k, const char *name, const char *text)
{
	struct message *m = add(k, text);

	g_strlcpy(m->name, name, sizeof(m->name));
	add_recording(k, m);
}

static void add_questions(const struct making *k, enum purpose purpose, const char *json)
{
	json_t *asked = json_loads(json, 0, NULL);
	struct questions q;

	questions_make(&q, purpose, asked);
	for (int i = 0; i < q.n; i++) {
		char name[MESSAGE_NAME_SIZE];

		g_snprintf(name, sizeof(name), "question-%d", i + 1);
		add_named(k, name, q.list[i].text);
	}
	questions_clear(&q);
	json_decref(asked);
}

static void add_preamble(const struct making *k, const struct campaign_words *w)
{
	const struct spoken *how = &k->out->sound.spoken;
	g_autofree char *text = preamble_text(how->words, w->company, how->callback[0] ? how->callback : w->caller_number);

	if (how->preamble)
		add_named(k, "preamble", text);
}

bool messages_load(struct db *db, int64_t workspace_id, int64_t campaign_id, struct messages *out)
{
	struct making k = { db, workspace_id, campaign_id, NULL, out };
	struct template_values values;
	struct campaign_words w;
	int purpose;

	memset(out, 0, sizeof(*out));
	if (!campaign_sound(db, workspace_id, campaign_id, &out->sound) ||
	    !campaign_words(db, workspace_id, campaign_id, &w))
		return false;
	purpose = purpose_from(w.purpose);
	values = campaign_values(db, &w);
	k.values = &values;
	add_preamble(&k, &w);
	add_named(&k, "opening", w.opening_message);
	add_questions(&k, purpose < 0 ? PURPOSE_INTEREST_CHECK : (enum purpose)purpose, w.questions);
	add_named(&k, "closing", w.closing_message);
	return true;
}

void messages_clear(struct messages *m)
{
	for (int i = 0; i < m->n; i++) {
		g_free(m->list[i].text);
		g_free(m->list[i].said);
	}
	m->n = 0;
}

const struct message *message_find(const struct messages *m, const char *name)
{
	for (int i = 0; i < m->n; i++)
		if (strcmp(m->list[i].name, name) == 0)
			return &m->list[i];
	return NULL;
}

const char *message_source(const struct message *m)
{
	if (!m->recorded)
		return "voice";
	return m->stale ? "voice (the recording is of another text)" : "recording";
}

/* ---- recordings ---- */

bool recording_for(struct db *db, int64_t workspace_id, int64_t campaign_id, const char *message, const char *text,
		   struct recording *out)
{
	struct recording_get_row row;
	char hash[TOKEN_HASH_SIZE];

	hash_of(text, hash);
	if (!DB_ROW(db, recording_get, &row, .workspace_id = workspace_id, .campaign_id = campaign_id, .message = message) ||
	    strcmp(row.said, hash) != 0)
		return false;
	g_strlcpy(out->sound, row.sound, sizeof(out->sound));
	out->samples = row.samples;
	return true;
}

const char *recording_base64(struct db *db, int64_t workspace_id, int64_t campaign_id, const char *message)
{
	struct recording_audio_row row;

	return DB_ROW(db, recording_audio, &row, .workspace_id = workspace_id, .campaign_id = campaign_id,
		      .message = message) ? row.audio : NULL;
}

uint8_t *recording_load(struct db *db, int64_t workspace_id, int64_t campaign_id, const char *message, size_t *n)
{
	const char *audio = recording_base64(db, workspace_id, campaign_id, message);
	struct recording_get_row row;
	char hash[TOKEN_HASH_SIZE];
	uint8_t *bytes;

	if (!audio || !DB_ROW(db, recording_get, &row, .workspace_id = workspace_id, .campaign_id = campaign_id,
			      .message = message))
		return NULL;
	bytes = g_base64_decode(audio, n);
	token_hash(bytes, *n, hash);
	if (strcmp(hash, row.sound) == 0)
		return bytes;
	g_free(bytes);
	return NULL;
}

bool recording_put(struct db *db, int64_t workspace_id, int64_t campaign_id, const struct message *m, const char *base64,
		   int64_t now)
{
	char said[TOKEN_HASH_SIZE], sound[TOKEN_HASH_SIZE];
	gsize n;
	g_autofree uint8_t *bytes = g_base64_decode(base64, &n);

	if (n == 0)
		return false;
	hash_of(m->text, said);
	token_hash(bytes, n, sound);
	DB_EXEC(db, recording_put, .workspace_id = workspace_id, .campaign_id = campaign_id, .message = m->name, .said = said,
		.sound = sound, .samples = (int64_t)n, .audio = base64, .recorded_at = now);
	DB_EXEC(db, campaign_sounds_new, .workspace_id = workspace_id, .campaign_id = campaign_id, .updated_at = now);
	return true;
}

bool recording_delete(struct db *db, int64_t workspace_id, int64_t campaign_id, const char *message, int64_t now)
{
	if (DB_EXEC(db, recording_delete, .workspace_id = workspace_id, .campaign_id = campaign_id, .message = message) != 1)
		return false;
	DB_EXEC(db, campaign_sounds_new, .workspace_id = workspace_id, .campaign_id = campaign_id, .updated_at = now);
	return true;
}
