/*
 * What Twilio's interface for messages means by its words: the signature of its webhooks, and the states of a message. Pure.
 */
#pragma once

#include "core/message.h"

#include <stdbool.h>
#include <stddef.h>

enum { TWILIO_SIGNATURE = 29 }; /* base64 of 20 bytes, and NUL */

struct twilio_field {
	const char *name, *value;
};

/*
 * X-Twilio-Signature of a form posted to `url`: HMAC-SHA1 by the account's token over the address as the sender knows it, and
 * each field's name and value, sorted by name. A name that comes twice counts with each of its different values, sorted.
 */
void twilio_signature(const char *token, const char *url, const struct twilio_field *fields, size_t n,
		      char out[TWILIO_SIGNATURE]);

/*
 * Whether `signature` is the one of the form. The address is also tried with its scheme's port added or taken away: senders
 * differ in that. In constant time.
 */
bool twilio_signed(const char *token, const char *url, const struct twilio_field *fields, size_t n, const char *signature);

/* The state a "MessageStatus" says; 0: none that we keep (queued and its like, or a word nobody knows). */
enum message_state twilio_state(const char *status);
