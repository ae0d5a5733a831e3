/* Prompts: spoken, cached on disk and in memory, whole again after damage. Each case has a folder of its own. */
#include "voice/law.h"
#include "base/settings.h"
#include "voice/prompt.h"
#include "voice/prompt_file.h"
#include "voice/speech.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

enum { PATIENCE_US = 60 * 1000 * 1000 };

static char *folder;
static GAsyncQueue *rung; /* one item per `ready` */

static void ready(void *arg)
{
	(void)arg;
	g_async_queue_push(rung, GINT_TO_POINTER(1));
}

/* The settings of a server whose flite voice it is; good until the next. */
static const struct settings *speaking(const char *voice)
{
	static struct settings s;
	static char name[16];

	g_strlcpy(name, voice, sizeof(name));
	s = (struct settings){ .voice_tts_voice = name, .voice_tts_command = (char *)"", .voice_tts_url = (char *)"",
			       .voice_tts_timeout = 5, .voice_tts_parallel = 2, .voice_prompt_cache = 512 };
	return &s;
}

static struct prompts *open_prompts(const char *voice)
{
	struct problem p = { 0 };
	struct prompts *ps = prompts_new(folder, speaking(voice), 2, ready, NULL, &p);

	if (!ps)
		fail_msg("%s", p.text);
	return ps;
}

static struct prompt *get(struct prompts *ps, const char *text)
{
	struct prompt *got = NULL;
	enum prompt_state state;

	while ((state = prompts_get(ps, NULL, text, PROMPT_KEPT, &got)) == PROMPT_PENDING)
		assert_non_null(g_async_queue_timeout_pop(rung, PATIENCE_US));
	assert_int_equal(state, PROMPT_READY);
	return got;
}

/* The one prompt file of the folder. */
static char *only_file(void)
{
	GDir *dir = g_dir_open(folder, 0, NULL);
	const char *name = g_dir_read_name(dir);
	char *path;

	assert_non_null(name);
	path = g_build_filename(folder, name, NULL);
	assert_true(g_str_has_suffix(path, ".prompt"));
	assert_null(g_dir_read_name(dir));
	g_dir_close(dir);
	return path;
}

static ino_t inode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_ino;
}

static double rms(const struct prompt *p, size_t from, size_t to)
{
	double sum = 0;

	for (size_t i = from; i < to; i++)
		sum += pow(law_ulaw_decode(p->ulaw[i]), 2);
	return sqrt(sum / (double)(to - from));
}

static int make_folder(void **state)
{
	(void)state;
	folder = g_dir_make_tmp("callsheet-prompt-XXXXXX", NULL);
	rung = g_async_queue_new();
	return 0;
}

static int drop_folder(void **state)
{
	GDir *dir = g_dir_open(folder, 0, NULL);
	const char *name;

	(void)state;
	while (dir && (name = g_dir_read_name(dir))) {
		char *path = g_build_filename(folder, name, NULL);

		g_remove(path);
		g_free(path);
	}
	if (dir)
		g_dir_close(dir);
	g_rmdir(folder);
	g_free(folder);
	g_async_queue_unref(rung);
	return 0;
}

/* ---- speech ---- */

static void speech_is_not_silence(void **state)
{
	struct prompts *ps = open_prompts("slt");
	struct prompt *p = get(ps, "Good morning. Press 1 if you are interested.");

	(void)state;
	assert_in_range(p->n, SPEECH_RATE * 2, SPEECH_RATE * 8);
	assert_true(rms(p, 0, SPEECH_LEAD) < 1);
	assert_in_range((int)rms(p, SPEECH_LEAD, p->n), 1000, 12000);
	prompt_unref(p);
	prompts_free(ps);
}

static void peaks_are_at_minus_three_decibels(void **state)
{
	struct prompts *ps = open_prompts("rms");
	struct prompt *p = get(ps, "Loud and clear");
	int peak = 0;

	(void)state;
	for (size_t i = 0; i < p->n; i++)
		peak = MAX(peak, abs(law_ulaw_decode(p->ulaw[i])));
	assert_in_range(peak, 22000, 24500); /* 23,197 give or take a step of the law */
	prompt_unref(p);
	prompts_free(ps);
}

static void both_laws_say_the_same(void **state)
{
	struct prompts *ps = open_prompts("kal16");
	struct prompt *p = get(ps, "The same");

	(void)state;
	for (size_t i = 0; i < p->n; i++) {
		int u = law_ulaw_decode(p->ulaw[i]), a = law_alaw_decode(p->alaw[i]);

		assert_in_range(abs(u - a), 0, abs(u) / 14 + 24);
	}
	prompt_unref(p);
	prompts_free(ps);
}

static void every_voice_speaks(void **state)
{
	static const char *const voices[] = { "slt", "rms", "awb", "kal16", "kal" };

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(voices); i++) {
		struct prompts *ps = open_prompts(voices[i]);
		struct prompt *p = get(ps, "Hello");

		assert_true(rms(p, SPEECH_LEAD, p->n) > 500);
		prompt_unref(p);
		prompts_free(ps);
	}
}

static void an_unknown_voice_is_a_problem(void **state)
{
	struct problem p = { 0 };

	(void)state;
	assert_null(prompts_new(folder, speaking("hal9000"), 1, ready, NULL, &p));
	assert_int_equal(p.kind, PROBLEM_CONFIG);
	assert_non_null(strstr(p.text, "hal9000"));
}

static void an_empty_text_is_a_short_silence(void **state)
{
	struct prompts *ps = open_prompts("slt");
	struct prompt *p = NULL;

	(void)state;
	assert_int_equal(prompts_get(ps, NULL, " <b></b> ", PROMPT_KEPT, &p), PROMPT_READY);
	assert_in_range(p->n, 1, SPEECH_RATE);
	assert_true(rms(p, 0, p->n) < 1);
	prompt_unref(p);
	assert_int_equal(prompts_get(ps, NULL, NULL, PROMPT_KEPT, &p), PROMPT_READY);
	prompt_unref(p);
	prompts_free(ps);
}

enum { TEXTS = 12 };

/* All texts by two workers at once, or one after the other. The file cache starts empty. */
static void speak_all(const char *voice, bool at_once, struct prompt *out[TEXTS])
{
	struct prompts *ps;
	char text[TEXTS][64];

	drop_folder(NULL);
	make_folder(NULL);
	ps = open_prompts(voice);
	for (int i = 0; i < TEXTS; i++) {
		snprintf(text[i], sizeof(text[i]), "Text %d is not like the %d others", i, TEXTS - 1);
		if (at_once)
			assert_int_equal(prompts_get(ps, NULL, text[i], PROMPT_KEPT, &out[i]), PROMPT_PENDING);
	}
	for (int i = 0; i < TEXTS; i++)
		out[i] = get(ps, text[i]);
	prompts_free(ps);
}

static void two_threads_speak_as_one_does(void **state)
{
	struct prompt *alone[TEXTS], *together[TEXTS];

	(void)state;
	speak_all("kal16", false, alone);
	speak_all("kal16", true, together);
	for (int i = 0; i < TEXTS; i++) {
		assert_int_equal(together[i]->n, alone[i]->n);
		assert_memory_equal(together[i]->ulaw, alone[i]->ulaw, alone[i]->n);
		prompt_unref(alone[i]);
		prompt_unref(together[i]);
	}
}

/* The same for a voice that mixes in noise of rand(): equally long, equally loud, never equal. */
static void two_threads_speak_as_one_does_with_noise(void **state)
{
	struct prompt *alone[TEXTS], *together[TEXTS];

	(void)state;
	speak_all("slt", false, alone);
	speak_all("slt", true, together);
	for (int i = 0; i < TEXTS; i++) {
		double a = rms(alone[i], SPEECH_LEAD, alone[i]->n);

		assert_int_equal(together[i]->n, alone[i]->n);
		assert_true(fabs(rms(together[i], SPEECH_LEAD, alone[i]->n) - a) < a / 4);
		prompt_unref(alone[i]);
		prompt_unref(together[i]);
	}
}

/* The second piece follows after a short pause, in both laws; what it is joined from stays. */
static void pieces_are_joined(void **state)
{
	struct prompts *ps = open_prompts("kal");
	struct prompt *pieces[2] = { get(ps, "Hello Ada,"), get(ps, "this is Acme.") }, *whole;
	size_t first = pieces[0]->n, cut = SPEECH_LEAD - SPEECH_RATE / 10, rest = pieces[1]->n - cut;

	(void)state;
	whole = prompt_join(pieces, 2);
	assert_int_equal(whole->n, first + rest);
	assert_memory_equal(whole->ulaw, pieces[0]->ulaw, first);
	assert_memory_equal(whole->alaw, pieces[0]->alaw, first);
	assert_memory_equal(whole->ulaw + first, pieces[1]->ulaw + cut, rest);
	assert_memory_equal(whole->alaw + first, pieces[1]->alaw + cut, rest);
	prompt_unref(whole);
	whole = prompt_join(pieces, 1);
	assert_int_equal(whole->n, first);
	prompt_unref(whole);
	prompt_unref(pieces[0]);
	prompt_unref(pieces[1]);
	prompts_free(ps);
}

/* ---- the cache ---- */

static void the_second_time_is_from_memory(void **state)
{
	struct prompts *ps = open_prompts("kal");
	struct prompt *first = get(ps, "Hello there"), *second = NULL;

	(void)state;
	assert_int_equal(prompts_get(ps, NULL, "Hello   there ", PROMPT_KEPT, &second), PROMPT_READY);
	assert_ptr_equal(first, second);
	assert_int_equal(first->refs, 3); /* ours twice, the table's */
	prompts_free(ps);
	assert_int_equal(first->refs, 2); /* it outlives the table */
	prompt_unref(first);
	prompt_unref(second);
}

static bool folder_is_empty(void)
{
	GDir *dir = g_dir_open(folder, 0, NULL);
	bool empty = g_dir_read_name(dir) == NULL;

	g_dir_close(dir);
	return empty;
}

/* What is said to one person is in memory for who asks again, and leaves no file. */
static void what_passes_is_not_written(void **state)
{
	struct prompts *ps = open_prompts("kal");
	struct prompt *first = NULL, *second = NULL;

	(void)state;
	assert_int_equal(prompts_get(ps, NULL, "Hello Ada", PROMPT_PASSING, &first), PROMPT_PENDING);
	assert_non_null(g_async_queue_timeout_pop(rung, PATIENCE_US));
	assert_int_equal(prompts_get(ps, NULL, "Hello Ada", PROMPT_PASSING, &first), PROMPT_READY);
	assert_int_equal(prompts_get(ps, NULL, "Hello Ada", PROMPT_KEPT, &second), PROMPT_READY);
	assert_ptr_equal(first, second);
	prompts_free(ps);
	assert_true(folder_is_empty());
	prompt_unref(first);
	prompt_unref(second);
}

static void the_next_server_reads_the_file(void **state)
{
	struct prompts *ps = open_prompts("kal");
	struct prompt *first = get(ps, "Hello"), *second;
	char *path = only_file();
	ino_t inode = inode_of(path);

	(void)state;
	prompts_free(ps);
	ps = open_prompts("kal");
	second = get(ps, "Hello");
	assert_int_equal(inode_of(path), inode); /* not written again */
	assert_int_equal(second->n, first->n);
	assert_memory_equal(second->ulaw, first->ulaw, first->n);
	assert_memory_equal(second->alaw, first->alaw, first->n);
	prompts_free(ps);
	prompt_unref(first);
	prompt_unref(second);
	g_free(path);
}

/* What is in the file is what is played: the speech engine is not asked. */
static void a_valid_file_is_believed(void **state)
{
	const int16_t pcm[4] = { 100, -100, 200, -200 };
	struct prompt *planted = prompt_from_pcm(pcm, 4), *got;
	struct prompts *ps = open_prompts("kal");
	char *path;

	(void)state;
	prompt_unref(get(ps, "Hello"));
	prompts_free(ps);
	path = only_file();
	assert_int_equal(prompt_file_save(path, planted, NULL), 0);
	ps = open_prompts("kal");
	got = get(ps, "Hello");
	assert_int_equal(got->n, 4);
	prompts_free(ps);
	prompt_unref(got);
	prompt_unref(planted);
	g_free(path);
}

static void damage(const char *path, int way)
{
	char *data;
	gsize n;

	assert_true(g_file_get_contents(path, &data, &n, NULL));
	if (way == 0)
		data[n / 2] ^= 1;
	else if (way == 1)
		data[20] ^= 1;
	else
		n = way == 2 ? 0 : way == 3 ? 50 : n - 2;
	assert_true(g_file_set_contents(path, data, (gssize)n, NULL));
	g_free(data);
}

static void a_damaged_file_is_spoken_again(void **state)
{
	struct prompts *ps = open_prompts("kal");
	struct prompt *whole = get(ps, "Hello"), *again;
	char *path = only_file();

	(void)state;
	prompts_free(ps);
	for (int way = 0; way < 5; way++) {
		damage(path, way);
		assert_null(prompt_file_load(path));
		ps = open_prompts("kal");
		again = get(ps, "Hello");
		assert_int_equal(again->n, whole->n);
		assert_memory_equal(again->ulaw, whole->ulaw, whole->n);
		prompts_free(ps);
		prompt_unref(again);
		again = prompt_file_load(path); /* and the file is whole again */
		assert_non_null(again);
		prompt_unref(again);
	}
	prompt_unref(whole);
	g_free(path);
}

static void a_text_and_a_voice_make_a_prompt(void **state)
{
	struct prompts *ps = open_prompts("kal"), *other = open_prompts("kal16");
	struct prompt *a = get(ps, "Hello"), *b = get(ps, "Hello you"), *c = get(other, "Hello");

	(void)state;
	assert_int_not_equal(a->n, b->n);
	assert_ptr_not_equal(a, c);
	prompt_unref(a);
	prompt_unref(b);
	prompt_unref(c);
	prompts_free(ps);
	prompts_free(other);
}

static void without_a_disk_it_still_speaks(void **state)
{
	struct prompts *ps = open_prompts("kal");
	struct prompt *p;

	(void)state;
	assert_int_equal(g_rmdir(folder), 0); /* every write fails now, for root too */
	p = get(ps, "Nothing can be written");
	assert_true(rms(p, SPEECH_LEAD, p->n) > 500);
	prompt_unref(p);
	p = get(ps, "And this neither");
	prompt_unref(p);
	prompts_free(ps);
}

static void unfinished_files_are_swept(void **state)
{
	char *path = g_build_filename(folder, "x.prompt.abc123.tmp", NULL);

	(void)state;
	assert_true(g_file_set_contents(path, "half", 4, NULL));
	prompts_free(open_prompts("kal"));
	assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
	g_free(path);
}

static void a_folder_that_cannot_be_is_a_problem(void **state)
{
	struct problem p = { 0 };

	(void)state;
	assert_null(prompts_new("/dev/null/prompts", speaking("kal"), 1, ready, NULL, &p));
	assert_int_equal(p.kind, PROBLEM_FAILED);
}

static void many_ask_for_one_text_and_it_is_spoken_once(void **state)
{
	struct prompts *ps = open_prompts("slt");
	struct prompt *p = NULL;
	int waits = 0;

	(void)state;
	for (int i = 0; i < 50; i++) {
		if (prompts_get(ps, NULL, "All of us want this", PROMPT_KEPT, &p) == PROMPT_PENDING)
			waits++;
		else
			prompt_unref(p);
	}
	assert_true(waits > 0);
	assert_non_null(g_async_queue_timeout_pop(rung, PATIENCE_US));
	assert_int_equal(prompts_get(ps, NULL, "All of us want this", PROMPT_KEPT, &p), PROMPT_READY);
	prompt_unref(p);
	prompts_free(ps);
	assert_int_equal(g_async_queue_length(rung), 0);
}

enum { BIG = 100 }; /* prompts of 1 MB each, planted behind short texts */

static const char *big_text(int i)
{
	static char text[32];

	snprintf(text, sizeof(text), "Big %d", i);
	return text;
}

static void plant_big_files(void)
{
	struct prompts *ps = open_prompts("kal");
	struct prompt *big = prompt_new(512 * 1024);
	GDir *dir = g_dir_open(folder, 0, NULL);
	const char *name;

	for (int i = 0; i < BIG; i++)
		prompt_unref(get(ps, big_text(i)));
	prompts_free(ps);
	memset(big->ulaw, 1, 2 * big->n);
	while ((name = g_dir_read_name(dir))) {
		char *path = g_build_filename(folder, name, NULL);

		assert_int_equal(prompt_file_save(path, big, NULL), 0);
		g_free(path);
	}
	g_dir_close(dir);
	prompt_unref(big);
}

static void memory_is_bounded_and_the_unused_goes_first(void **state)
{
	struct prompts *ps;
	struct prompt *held, *p;

	(void)state;
	plant_big_files();
	ps = open_prompts("kal");
	held = get(ps, big_text(0));
	for (int i = 1; i < BIG; i++)
		prompt_unref(get(ps, big_text(i)));
	assert_int_equal(prompts_get(ps, NULL, big_text(BIG - 1), PROMPT_KEPT, &p), PROMPT_READY);
	prompt_unref(p);
	assert_int_equal(prompts_get(ps, NULL, big_text(1), PROMPT_KEPT, &p), PROMPT_PENDING); /* was dropped */
	assert_int_equal(prompts_get(ps, NULL, big_text(0), PROMPT_KEPT, &p), PROMPT_READY);   /* a call holds it */
	assert_ptr_equal(p, held);
	prompt_unref(p);
	prompt_unref(held);
	prompts_free(ps);
}

static void leaving_while_speaking(void **state)
{
	struct prompts *ps = open_prompts("slt");
	struct prompt *p;

	(void)state;
	for (int i = 0; i < 20; i++) {
		char text[64];

		snprintf(text, sizeof(text), "This is number %d of many", i);
		prompts_get(ps, NULL, text, PROMPT_KEPT, &p);
	}
	prompts_free(ps);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, make_folder, drop_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(speech_is_not_silence),
		CASE(peaks_are_at_minus_three_decibels),
		CASE(both_laws_say_the_same),
		CASE(every_voice_speaks),
		CASE(an_unknown_voice_is_a_problem),
		CASE(an_empty_text_is_a_short_silence),
		CASE(two_threads_speak_as_one_does),
		CASE(two_threads_speak_as_one_does_with_noise),
		CASE(the_second_time_is_from_memory),
		CASE(what_passes_is_not_written),
		CASE(pieces_are_joined),
		CASE(the_next_server_reads_the_file),
		CASE(a_valid_file_is_believed),
		CASE(a_damaged_file_is_spoken_again),
		CASE(a_text_and_a_voice_make_a_prompt),
		CASE(without_a_disk_it_still_speaks),
		CASE(unfinished_files_are_swept),
		CASE(a_folder_that_cannot_be_is_a_problem),
		CASE(many_ask_for_one_text_and_it_is_spoken_once),
		CASE(memory_is_bounded_and_the_unused_goes_first),
		CASE(leaving_while_speaking),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
