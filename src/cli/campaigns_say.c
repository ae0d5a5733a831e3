/*
 * callsheet campaigns say and record: what calls will say, before anybody is called, as WAV files; and recordings. Speech is
 * made here, by the same voice and into the same cache as the server's, so no server need run.
 */
#include "admin/operation.h"
#include "base/settings.h"
#include "cli/command.h"
#include "cli/reach.h"
#include "engine/hear.h"
#include "voice/level.h"
#include "voice/prompt.h"
#include "voice/wav.h"

#include <stdio.h>
#include <string.h>

enum { WAIT_MS = 300000 };

static int call(const char *folder, const char *operation, const char *campaign, const char *name, const char *audio,
		json_t **answer, struct problem *p)
{
	json_t *args = json_pack("{s:s}", "campaignId", campaign);

	if (!args)
		return problem_set(p, PROBLEM_USAGE, "the campaign's id is not UTF-8");
	if (name && json_object_set_new(args, "name", json_string(name)) != 0) {
		json_decref(args);
		return problem_set(p, PROBLEM_USAGE, "the message's name is not UTF-8");
	}
	if (audio)
		json_object_set_new(args, "audio", json_string(audio));
	return reach_call(folder, operation_find(operation), args, answer, p);
}

/* ---- say ---- */

static void nobody_waits(void *unused)
{
	(void)unused;
}

static struct prompt *speak(const char *folder, const struct settings *s, const json_t *said, struct problem *p)
{
	const char *text = json_string_value(json_object_get(said, "text"));
	const struct prompt_voice voice = { json_string_value(json_object_get(said, "voice")),
					    json_string_value(json_object_get(said, "language")) };
	g_autofree char *cache = g_build_filename(folder, "prompts", NULL);
	struct prompts *ps = prompts_new(cache, s, 1, nobody_waits, NULL, p);
	struct prompt *prompt = NULL;

	if (!ps)
		return NULL;
	if (!prompts_speak(ps, voice.language))
		fprintf(stderr, "callsheet: the language is %s, and flite speaks English only\n", voice.language);
	prompts_wait(ps, &voice, text, PROMPT_KEPT, WAIT_MS, &prompt);
	prompts_free(ps);
	if (!prompt)
		problem_set(p, PROBLEM_FAILED, "the message cannot be spoken");
	return prompt;
}

static int write_wav(const struct prompt *prompt, const char *path, struct problem *p)
{
	GByteArray *wav = wav_write(prompt);
	g_autoptr(GError) err = NULL;
	int rc = 0;

	if (strcmp(path, "-") == 0)
		rc = fwrite(wav->data, 1, wav->len, stdout) == wav->len ? 0 :
									 problem_set(p, PROBLEM_FAILED, "cannot write the file");
	else if (!g_file_set_contents(path, (char *)wav->data, wav->len, &err))
		rc = problem_set(p, PROBLEM_FAILED, "%s", err->message);
	g_byte_array_unref(wav);
	return rc;
}

static int say_one(const char *folder, const struct settings *s, const char *campaign, const char *name,
		   const char *file, struct problem *p)
{
	struct prompt *prompt;
	const char *audio;
	json_t *said = NULL;
	int rc;

	if (call(folder, "campaigns.said", campaign, name, NULL, &said, p) != 0)
		return -1;
	audio = json_string_value(json_object_get(said, "audio"));
	if (audio) {
		gsize n;
		g_autofree uint8_t *samples = g_base64_decode(audio, &n);

		prompt = prompt_from_ulaw(samples, n);
	} else {
		prompt = speak(folder, s, said, p);
	}
	rc = prompt ? write_wav(prompt, file, p) : -1;
	if (rc == 0)
		fprintf(stderr, "%s: %.1f s, %s\n", file, (double)prompt->n / SPEECH_RATE,
			json_string_value(json_object_get(said, "source")));
	prompt_unref(prompt);
	json_decref(said);
	return rc;
}

static int say_list(const char *folder, const char *campaign, bool json, struct problem *p)
{
	json_t *answer = NULL;

	if (call(folder, "campaigns.prompts", campaign, NULL, NULL, &answer, p) != 0)
		return -1;
	if (json)
		print_json(answer);
	else
		print_answer(operation_find("campaigns.prompts"), answer);
	json_decref(answer);
	return 0;
}

int campaigns_say_run(int argc, char **argv)
{
	g_autofree char *folder = NULL, *config = NULL, *out = NULL, *file = NULL;
	gboolean json = FALSE;
	const GOptionEntry entries[] = {
		{ "data", 0, 0, G_OPTION_ARG_FILENAME, &folder, "the data folder", "DIR" },
		{ "out", 0, 0, G_OPTION_ARG_FILENAME, &out, "the file to write (NAME.wav); - is stdout", "FILE" },
		{ "config", 0, 0, G_OPTION_ARG_FILENAME, &config, "the server's INI file, for its voice", "FILE" },
		{ "json", 0, 0, G_OPTION_ARG_NONE, &json, "print the list as JSON", NULL },
		{ NULL },
	};
	struct problem p = { 0 };
	struct settings s;
	int code;

	if (!command_options(&argc, &argv, entries, "campaigns say --data DIR ID [NAME]",
			     "Without NAME: what the campaign's calls say. With one (opening, question-1, closing …): writes it "
			     "as people will hear it to a WAV file.", &code))
		return code;
	if (!folder)
		return command_without_folder("campaigns say");
	if (argc < 2 || argc > 3)
		problem_set(&p, PROBLEM_USAGE, "campaigns say needs ID, and perhaps NAME");
	if (settings_load(&s, config, NULL, &p) == 0 && p.kind == PROBLEM_NONE) {
		if (argc == 2)
			say_list(folder, argv[1], json, &p);
		else {
			file = out ? g_strdup(out) : g_strdup_printf("%s.wav", argv[2]);
			say_one(folder, &s, argv[1], argv[2], file, &p);
		}
	}
	settings_clear(&s);
	return p.kind == PROBLEM_NONE ? 0 : command_fail(&p);
}

/* ---- record ---- */

static int record(const char *folder, char **argv, json_t **answer, struct problem *p)
{
	g_autoptr(GError) err = NULL;
	g_autofree char *bytes = NULL, *audio = NULL;
	char why[200];
	gsize n;

	if (!g_file_get_contents(argv[3], &bytes, &n, &err))
		return problem_set(p, PROBLEM_NOT_FOUND, "%s", err->message);
	audio = hear_wav(bytes, n, why, sizeof(why));
	if (!audio)
		return problem_set(p, PROBLEM_INVALID, "%s %s", argv[3], why);
	return call(folder, "campaigns.recorded", argv[1], argv[2], audio, answer, p);
}

int campaigns_record_run(int argc, char **argv)
{
	g_autofree char *folder = NULL;
	gboolean json = FALSE;
	const GOptionEntry entries[] = {
		{ "data", 0, 0, G_OPTION_ARG_FILENAME, &folder, "the data folder", "DIR" },
		{ "json", 0, 0, G_OPTION_ARG_NONE, &json, "print JSON", NULL },
		{ NULL },
	};
	struct problem p = { 0 };
	json_t *answer = NULL;
	int code;

	if (!command_options(&argc, &argv, entries, "campaigns record --data DIR ID NAME FILE.wav",
			     "Plays a recording instead of speaking the message NAME (opening, question-1, closing …). Any WAV "
			     "file of up to five minutes; it is converted and levelled. It is played as long as the message's "
			     "text is what it is now.", &code))
		return code;
	if (!folder)
		return command_without_folder("campaigns record");
	if (argc != 4)
		problem_set(&p, PROBLEM_USAGE, "campaigns record needs ID, NAME and FILE.wav");
	if (p.kind != PROBLEM_NONE || record(folder, argv, &answer, &p) != 0)
		return command_fail(&p);
	if (json)
		print_json(answer);
	else
		print_answer(operation_find("campaigns.recorded"), answer);
	json_decref(answer);
	return 0;
}
