/*
 * What the deliverer has to write about an endpoint: tries for the log, how far it is, what is set aside. Made on its
 * thread, written by the writer.
 */
#pragma once

#include "store/webhooks.h"

#include <glib.h>

struct store;

struct record {
	int64_t workspace_id;
	int64_t before; /* the cursor as the database has it */
	struct webhook at; /* the numbers of it that are to be written; its texts are not looked at */
	GPtrArray *tries;  /* struct record_try, owned */
	const char *stop; /* the endpoint is stopped for this reason; NULL: it is not */
	bool trim_log;
	bool moved; /* result: somebody else has put the cursor elsewhere, which stands */
	bool stopped; /* result */
	void (*written)(void *arg, struct record *r, bool ok); /* on the writer's thread; frees it */
	void *arg;
};

struct record_try {
	struct delivery told;
	char *note; /* told.note's */
	char mark[8];
	enum { ASIDE_NOT,
	       ASIDE_PUT,
	       ASIDE_DROP } aside;
	int64_t due_at; /* ASIDE_PUT */
};

struct record *record_new(void);
void record_free(struct record *r);
void record_submit(struct store *store, struct record *r);
