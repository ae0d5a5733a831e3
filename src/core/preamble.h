/*
 * The server's own words at the beginning of a call: who calls, that it is a machine, a number to call back, and how to
 * opt out. Pure.
 *
 * An operator may set other words. They may hold {{companyName}} and {{callbackNumber}}, no other field, and are told to
 * everybody alike.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { PREAMBLE_MAX = 500, /* bytes */
       PREAMBLE_WHY_SIZE = 200 };

/* Whether the words can be told; "" stands for the usual ones. False with what follows the setting's name. */
bool preamble_check(const char *words, char why[PREAMBLE_WHY_SIZE]);

/* What is said, to be freed with g_free(). `words` as they were set; the number in E.164. */
char *preamble_text(const char *words, const char *company, const char *callback_number);
