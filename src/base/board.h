/*
 * A notice board: what parts of the server say of themselves, under a key, for whoever shows it. A word for machines and
 * a sentence for people. In memory only: a command that runs without the server finds it empty. Any thread.
 */
#pragma once

#include <stdbool.h>

enum { BOARD_WORD = 24,
       BOARD_TEXT = 256 };

struct notice {
	char word[BOARD_WORD];
	char text[BOARD_TEXT];
};

void board_put(const char *key, const char *word, const char *text);

/* False when nobody has said anything under the key. */
bool board_get(const char *key, struct notice *out);

void board_take_down(const char *key);
