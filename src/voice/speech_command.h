/*
 * Text to speech by a program: the text on its stdin, a WAV file from its stdout, nothing else of ours.
 *
 * It runs without a shell, in a process group of its own, with CALLSHEET_… taken out of its environment; the whole group is
 * killed when it is not done in time, writes more than SPEECH_BYTES_MAX, or has ended. Blocks; any thread.
 */
#pragma once

#include "base/problem.h"

#include <glib.h>

enum { SPEECH_BYTES_MAX = 32 << 20 };

/* What it wrote; NULL with the problem set when it could not run, failed, was too slow or wrote nothing. */
GByteArray *speech_command(char **argv, const char *text, int timeout_ms, struct problem *p);
