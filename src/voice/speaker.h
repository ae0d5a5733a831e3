/*
 * Who turns text into sound: an external command, an HTTP service, or flite, which is always there and stands in for the
 * others when they fail.
 *
 * A command gets the text on its stdin and writes a WAV file to its stdout; it is run without a shell, in a process group
 * of its own that is killed when it takes too long or writes too much. A service gets the text as the body of a POST and
 * answers with a WAV file. {voice} and {language} in the command's words or the URL are replaced.
 *
 * Blocks; any thread. Commands and requests beyond `parallel` wait for each other.
 */
#pragma once

#include "base/problem.h"
#include "voice/prompt.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct settings;
struct speaker;

/* Settings voice.tts_*. NULL with the problem set: no such voice, a command that cannot be read, both of command and URL. */
struct speaker *speaker_new(const struct settings *s, struct problem *p);
void speaker_free(struct speaker *sp);

/*
 * The text at 8 kHz; NULL when nobody can speak it. `stood_in`: flite had to speak for one that failed. Free with g_free().
 */
int16_t *speaker_speak(struct speaker *sp, const struct prompt_voice *v, const char *text, size_t *n, bool *stood_in);

/* Whatever of it changes the sound of a text, for keys of caches; to be freed with g_free(). */
char *speaker_name(const struct speaker *sp, const struct prompt_voice *v);

/* Whether what speaks knows the language, as far as we can tell: flite knows English. */
bool speaker_speaks(const struct speaker *sp, const char *language);
