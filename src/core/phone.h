/*
 * Telephone numbers: from what people write to E.164, with the site's country as the default. Pure.
 *
 * A number is taken when it is possible, not only when it is assigned: lists of assigned ranges age.
 */
#pragma once

#include <stdbool.h>

struct numbering;

enum { PHONE_SIZE = 24 };

/*
 * "+1 (555) 987-6543", "0044 20 7946 0018", "555-987-6543" with country "US" … to "+15559876543". False when the
 * text cannot be a telephone number (then `out` is "").
 */
bool phone_e164(const struct numbering *plan, const char *text, const char *country, char out[PHONE_SIZE]);
