/*
 * A provider of text messages with Twilio's HTTP interface: the request for a message, and what its answer means.
 *
 * Never more than once: each request has a connection of its own, since libcurl repeats one whose used connection was found
 * closed; and whatever does not prove the contrary is taken as perhaps sent.
 */
#pragma once

#include "base/problem.h"
#include "base/settings.h"
#include "core/message.h"
#include "text/http_client.h"

#include <stdbool.h>

enum { SMS_REF_SIZE = 64,
       SMS_REASON_SIZE = 64 };

struct sms_provider {
	const char *url, *account, *token; /* base address; the account and its secret */
	const char *own_number;            /* NULL: the campaign's */
	const char *public_url;            /* where the provider reaches us, for delivery reports; "": nowhere */
	int timeout_ms;
};

/* 0, or -1 with the problem set: the settings contradict each other. url "": there is no provider. */
int sms_provider_read(const struct settings *s, const char *token, struct sms_provider *out, struct problem *p);

struct sms_outcome {
	enum message_state state; /* SENT, WAITING, FAILED, UNKNOWN */
	char ref[SMS_REF_SIZE];   /* the provider's name of the message; "" */
	char reason[SMS_REASON_SIZE];
	int retry_after_s;
	bool opted_out; /* the provider knows that the person wants no texts */
};

typedef void sms_done(void *arg, const struct sms_outcome *o);

/* `done` on the client's thread, exactly once. */
void sms_send(const struct sms_provider *p, struct http_client *c, long long message_id, const char *from, const char *to,
	      const char *body, sms_done *done, void *arg);

/* What an answer to such a request says. Pure. */
void sms_judge(const struct http_answer *a, struct sms_outcome *out);
