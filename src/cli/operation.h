/*
 * Operations: what commands do to the data, by name, with JSON in and out. A command need not know whether a server
 * runs: operation_call() asks the running server over its socket, or opens the database itself.
 *
 * The table is the single list; each noun's file has its rows' functions.
 */
#pragma once

#include "base/problem.h"

#include <jansson.h>
#include <stdbool.h>

struct db;

enum operation_after { AFTER_NOTHING, AFTER_KEYS, AFTER_TRUNKS, AFTER_LEADS };

struct operation {
	const char *name; /* "keys.create" */
	/* A job of the writer's: 0 with *answer set (may stay NULL), or -1 with the problem set. May run twice. */
	int (*run)(struct db *db, const json_t *args, json_t **answer, struct problem *p);
	enum operation_after after; /* what a running server must do once it is durable */
};

const struct operation *operation_find(const char *name);

/* Runs it in `store`. 0 with a new reference in *answer, or -1. */
struct store;
int operation_run(struct store *store, const struct operation *op, const json_t *args, json_t **answer,
		  struct problem *p);

/* The same in whatever holds `folder`. Takes over the reference on `args`. */
int operation_call(const char *folder, const char *name, json_t *args, json_t **answer, struct problem *p);
