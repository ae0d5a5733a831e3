/*
 * Text to speech by an HTTP service: the text as the body of a POST (text/plain, UTF-8), a WAV file as the answer.
 *
 * Blocks; any thread. Redirections are not followed.
 */
#pragma once

#include "base/problem.h"

#include <glib.h>

/* What it answered; NULL with the problem set when it could not be asked, refused, or was too slow or too long. */
GByteArray *speech_http(const char *url, const char *text, int timeout_ms, struct problem *p);
