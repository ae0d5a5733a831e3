/* A key press in the body of a SIP INFO, in the two forms that are about. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * "Signal=5\r\nDuration=160" (`relay`: application/dtmf-relay), or a bare "5" (application/dtmf). The key, one of
 * 0123456789*#ABCD; 0 when there is none.
 */
char info_key(bool relay, const char *body, size_t n);
