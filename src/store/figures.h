/*
 * The server in figures, for GET /metrics: all workspaces together. Costs a walk over what is due and what is in
 * flight, so it is no read for the HTTP threads.
 */
#pragma once

#include <stdint.h>

struct db;

struct figures {
	int64_t due;       /* attempts that are due */
	int64_t oldest_at; /* since when the first of them is; 0 without one */
	int64_t bytes;     /* of the database */
};

void figures_read(struct db *db, int64_t now, struct figures *out);

/* Leads by bucket (core/lead.h), and calls under way by trunk, the phone farm among them. */
void figures_leads(struct db *db, void (*each)(void *arg, int bucket, int64_t n), void *arg);
void figures_calls(struct db *db, void (*each)(void *arg, const char *trunk, int64_t n), void *arg);
