/*
 * A text as people write it, made into one that a speech engine says sensibly: no markup, no control
 * characters, plain ASCII, a few signs spelled out, single spaces, bounded length.
 *
 * Pure. The result is also what the cache key is made of, so two texts that sound alike are one prompt.
 */
#pragma once

enum { SPOKEN_TEXT_MAX = 2000 }; /* characters; about two minutes of speech */

/* Never NULL, may be empty; free with g_free(). NULL is read as "". */
char *spoken_text(const char *text);
