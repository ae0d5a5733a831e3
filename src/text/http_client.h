/*
 * The HTTP client of the server: requests to others' machines (webhooks, text message providers), many at once, on a
 * thread of its own. libcurl underneath. Nobody who sends one waits for it.
 *
 * Redirects are not followed, proxies of the environment are not used, certificates are checked, an answer is read up to
 * its limit and the rest thrown away with the connection. Where a request may lead is checked against the address that
 * is really connected to, after resolving and once more before anything is sent on a connection that is used again.
 */
#pragma once

#include "base/problem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_client;

enum { HTTP_IN_FLIGHT = 256,
       HTTP_ANSWER_MAX = 64 << 10,
       HTTP_TIMEOUT_MS = 20000 };

/* Which machines a request may reach. */
enum http_reach {
	HTTP_PUBLIC,	  /* the open network, https only: for addresses that others have entered */
	HTTP_OR_LOOPBACK, /* and this machine; http, too */
	HTTP_ANYWHERE,	  /* for addresses of the operator's configuration */
};

/* All is copied. */
struct http_request {
	const char *method, *url;
	const char *const *headers; /* "Name: value"; ended by NULL; NULL: none */
	const char *body;	    /* NULL: none */
	size_t n_body;
	const char *user, *password; /* Basic; NULL: none */
	enum http_reach reach;
	int timeout_ms;	   /* the whole of it; 0 is HTTP_TIMEOUT_MS */
	size_t answer_max; /* bytes; 0 is HTTP_ANSWER_MAX */
	bool fresh;	   /* on a connection of its own: libcurl repeats what it sent on a used one that was closed */
};

enum http_result {
	HTTP_ANSWERED, /* there is a status */
	HTTP_REFUSED,  /* the address is not one it may reach, or no URL: nothing was sent */
	HTTP_NOT_SENT, /* no connection: nothing was sent */
	HTTP_LOST,     /* sent, or partly; what came of it is not known */
	HTTP_STOPPED,  /* the client was stopped; as HTTP_LOST */
};

struct http_answer {
	enum http_result result;
	long status;
	const char *body; /* NUL-terminated; valid during the call */
	size_t n_body;
	bool cut;	       /* it was longer than the limit */
	int64_t retry_after_s; /* of the header of that name, whichever form it had; -1 without one */
	int64_t took_ms;
	const char *why; /* of all but HTTP_ANSWERED: for people */
};

/* On the client's thread: must be quick, and may send. Called exactly once for each request. */
typedef void http_done(void *arg, const struct http_answer *a);

/* NULL with the problem set. */
struct http_client *http_client_start(struct problem *p);

/* Requests under way get up to `grace_ms`; all others, and those that come later, are told HTTP_STOPPED. Then it is gone,
 * so nobody may send any more. */
void http_client_stop(struct http_client *c, int grace_ms);

/* Any thread. More than HTTP_IN_FLIGHT at once wait in line, in memory: the caller bounds how many it has on the way. */
void http_client_send(struct http_client *c, const struct http_request *rq, http_done *done, void *arg);
