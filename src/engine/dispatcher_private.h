/* What dispatcher.c and gather.c share. */
#pragma once

#include "engine/dispatcher.h"
#include "engine/flight.h"
#include "engine/intents.h"
#include "engine/lines.h"

enum {
	HORIZON_US = 150000, /* turns are taken at most this far ahead, */
	AHEAD_US = 50000,    /* and at least so far while there is work: time for the commit, so that calls leave evenly */
	RETRY_US = 1000000,  /* after the store has failed */
};

struct dispatcher {
	struct dispatcher_options o;
	struct lines lines;
	GHashTable *flights; /* attempt id -> struct flight: intents committed and not ended */
	GQueue outbox;	     /* struct flight by send time: committed, not yet placed */
	GQueue waiting;	     /* struct claim: claimed, prompts not ready */
	GAsyncQueue *events; /* struct carrier_event, from the carrier */
	GPtrArray *unentered; /* events taken from there and not yet in the ledger */
	struct wish wishes[CLAIMS_MAX];
	int64_t store_ok_us; /* nothing is written before */
	int64_t leases_us;   /* when leases are renewed next */
	int64_t served;	     /* turns given to lanes */
	bool draining, halted;
};

/* The claim waits in hand for the next step. */
void hold(struct dispatcher *d, const struct claim *c);

/* Fills d->wishes: claims that waited for their prompts, then fresh ones, until the lane's room is used. How many. */
int gather(struct dispatcher *d, struct lane *lane, int room, int64_t now_ms, int64_t now_us);

/* When the lane's rows are due, read without troubling the writer. */
void look_ahead(struct dispatcher *d, struct lane *lane, int64_t now_us);

/* Back to the queue, and the leads that are due are told why: there is no trunk, or the server dials nothing. */
void cannot_dial(struct dispatcher *d, struct lane *lane, const char *reason, int64_t now_ms, int64_t now_us);
