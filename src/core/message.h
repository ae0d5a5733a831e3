/*
 * A message: one text to a person, or one from a person, and the states it goes through. Pure.
 *
 *	planned ─▶ SENDING ─▶ SENT ─▶ DELIVERED │ UNDELIVERED
 *	   │          ├─▶ WAITING: proved that the provider does not have it; tried again ─▶ SENDING
 *	   │          ├─▶ FAILED: the provider has refused it
 *	   │          └─▶ UNKNOWN: no answer, or none that says; never sent again, perhaps settled by a report
 *	   └─▶ SKIPPED: the policy said no for good
 *
 * SENDING is the intent: its row is durable before the request leaves, so that whatever crashes, no message goes out
 * twice. What is planned and not decided yet is a row of the queue (text_due), as with calls.
 */
#pragma once

#include <stdbool.h>

/* Stored in the database: append only, never renumber. */
enum message_kind {
	MESSAGE_REMINDER = 1,  /* with the first reminder that falls due */
	MESSAGE_POST_CALL = 2, /* after a call that was answered */
	MESSAGE_INBOUND = 3,   /* from a person */
	MESSAGE_REPLY = 4,     /* ours to STOP, START and HELP */
	MESSAGE_KIND_END
};

/* Stored in the database: append only, never renumber. */
enum message_state {
	MESSAGE_SENDING = 1,
	MESSAGE_WAITING = 2,
	MESSAGE_SENT = 3,
	MESSAGE_DELIVERED = 4,
	MESSAGE_UNDELIVERED = 5,
	MESSAGE_FAILED = 6,
	MESSAGE_UNKNOWN = 7,
	MESSAGE_SKIPPED = 8,
	MESSAGE_RECEIVED = 9,
	MESSAGE_STATE_END
};

const char *message_kind_name(enum message_kind k);   /* "reminder" … */
const char *message_state_name(enum message_state s); /* "sending" … */
bool message_may(enum message_state from, enum message_state to);

/* Why a message was not sent, beside the policy's reasons. Stable. */
#define MESSAGE_NO_PROVIDER "NO_SMS_PROVIDER"
#define MESSAGE_TOO_LONG    "TEXT_TOO_LONG"
#define MESSAGE_NO_LINK	    "NO_ASSESSMENT_LINK"
