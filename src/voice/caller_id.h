/*
 * Who calls and whom, as an INVITE says it: the number in a SIP or tel URI, and whether it is to be kept private. Pure; what
 * comes is a stranger's text.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { CALLER_ID_SIZE = 32 };

/*
 * The number in `<sip:+1312…@host>`, `sip:0312…@host;user=phone` or `tel:+1-312-…`, a display name before it or not: digits, with
 * their '+' if there is one. False when the user is no number ("anonymous", an extension with letters, one of fewer than 5 or
 * more than 20 digits); `out` is "" then.
 */
bool caller_id_number(const char *value, size_t n, char out[CALLER_ID_SIZE]);

/* Whether a Privacy header (RFC 3323, RFC 3325 §9.3) asks that the number be kept from whoever is called. */
bool caller_id_private(const char *value, size_t n);
