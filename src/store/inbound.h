/*
 * Texts from people. Whoever texts STOP is neither called nor texted any more, from that moment on; START takes that back, and
 * nothing else: what was said on the telephone or entered by an operator stays.
 *
 * Inside a job only.
 */
#pragma once

#include "core/sms_word.h"

#include <stdbool.h>
#include <stdint.h>

struct db;

struct inbound_text {
	const char *provider, *ref; /* the provider's name of the message: taken once */
	const char *from, *to, *body;
	bool answered; /* the provider has answered it itself */
};

/*
 * Takes a text for the workspaces that use the number it came to, or for all live ones when none does. Returns our answer in the
 * arena, or NULL: none is due, or it has been taken before.
 */
const char *inbound_take(struct db *db, const struct inbound_text *t, int64_t wall_ms);
