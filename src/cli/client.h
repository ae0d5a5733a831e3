/*
 * A small HTTP client for commands: one JSON request, one JSON answer. libcurl underneath; no redirects, 10 s.
 */
#pragma once

#include "base/problem.h"

#include <jansson.h>

/*
 * `body` may be NULL; its reference is taken over. A status from 200 to 299 gives 0 and *answer (new reference);
 * everything else is a problem with the server's own words.
 */
int client_json(const char *method, const char *url, const char *key, json_t *body, json_t **answer,
		     struct problem *p);
