/*
 * The world of one seed: the server's own dispatcher, recovery, send journal and ledger, over a database in memory, and
 * around them everything that can go wrong. One thread; the same seed is the same history.
 *
 *	simulate.c  the command: seeds, families of faults, the line that replays
 *	world.c     clocks, the server's lives, one history from beginning to end
 *	faults.c    stands between the server and its store: kills, pauses, lost answers, full disks
 *	far_end.c   the carrier: telephones, and events that come late, twice or in the wrong order
 *	operator.c  people who pause, cancel, remove, suppress while all that goes on
 *	checks.c    I1 to I10, after every step
 */
#pragma once

#include "core/carrier.h"
#include "engine/dispatcher.h"
#include "engine/journal.h"
#include "store/accounts.h"
#include "store/ledger.h"

#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

enum fault {
	FAULT_KILL = 1 << 0,	 /* the process is gone, at any place where it touches the outside */
	FAULT_PAUSE = 1 << 1,	 /* stopped there for longer than a lease */
	FAULT_LOST = 1 << 2,	 /* committed, and told that it was not */
	FAULT_DISORDER = 1 << 3, /* events of the carrier twice, or in another order */
	FAULT_CLOCK = 1 << 4,	 /* the wall clock steps */
	FAULT_DISK = 1 << 5,	 /* writes are refused, undone and run again */
	FAULT_POWER = 1 << 6,	 /* the kill is a power cut: the send journal proves nothing */
	FAULT_OLD = 1 << 7,	 /* writes of long ago come again, with their old fence */
	FAULT_PEOPLE = 1 << 8,	 /* operators meddle */
	FAULT_ALL = (1 << 9) - 1,
};

enum {
	CAMPAIGNS = 2,
	PEOPLE = 5,
	LEADS = CAMPAIGNS * PEOPLE,
	LEASE_S = 30,
	TIMER_B_S = 32,
	UNSURE_S = 64,
	MIN_GAP_S = 4 * 3600,
};

#define SECOND_US INT64_C(1000000)
#define MINUTE_US (60 * SECOND_US)
#define HOUR_US	  (60 * MINUTE_US)

/* A call that has left: what the far end knows of it. */
struct far_call {
	int64_t attempt_id, fence;
	int64_t sent_us, over_us; /* by the far end's own clock; after that nothing rings and nobody speaks */
	char number[ORDER_NUMBER];
	int life; /* of the server that sent it */
	bool answered;
};

struct world {
	struct carrier carrier; /* first: the carrier is the world */
	uint64_t seed, chance;
	unsigned faults; /* on in this history */
	bool calm;	 /* no faults from now on */
	bool verbose;

	struct store *store;
	struct db *db;
	sqlite3 *sql;
	char *folder; /* the send journal's */
	struct account account;
	int64_t trunk;
	int channels, cps;

	int64_t now_us, wall_ms;   /* true time since the beginning; the wall clock's lead on it, epoch ms */
	int life;		   /* how often the server has started */
	bool dead, broken;	   /* killed in this step; told that the disk is broken, so about to stop */
	struct dispatcher *server; /* NULL: down */
	struct scripts *scripts;
	struct journal *journal;
	struct dispatcher_options options;
	int64_t pauses; /* how often the process was paused */

	GPtrArray *calls; /* struct far_call: all that ever left */
	GPtrArray *mail;  /* struct mail: on its way to the server, or to the network */
	uint64_t posted;

	int64_t campaign[CAMPAIGNS];
	int64_t talent[PEOPLE];
	GArray *claims;			   /* struct claim, every one ever given and committed */
	GArray *refs;			   /* struct attempt_ref, likewise */
	GArray *fresh_claims, *fresh_refs; /* not yet committed */

	/* checks.c */
	GHashTable *intents;   /* attempt id -> struct seen_intent */
	struct checks *checks; /* its statements */
	bool written;	       /* since the last look */
	char failure[256];     /* what was found wrong, "" for nothing */
	int64_t steps, invites;
};

/* world.c */
int64_t wall_now(const struct world *w);
uint64_t draw(struct world *w, uint64_t n); /* 0 to n - 1 */
bool happens(struct world *w, unsigned permille);
bool fault_happens(struct world *w, enum fault f, unsigned permille);
void say(const struct world *w, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
void wrong(struct world *w, const char *fmt, ...) G_GNUC_PRINTF(2, 3); /* the first one stays */
struct world *world_new(void);
void world_free(struct world *w);
bool world_run(struct world *w, uint64_t seed, unsigned faults); /* false: w->failure says what */

/* faults.c */
extern struct world *the_world;
bool yield_point(struct world *w, const char *where); /* false: dead from here on */
void old_writes(struct world *w);

/* far_end.c */
void far_end_open(struct world *w);
int64_t far_end_next(const struct world *w);
void far_end_run(struct world *w);
void far_end_server_gone(struct world *w);

/* operator.c */
void operator_acts(struct world *w);

/* checks.c */
void checks_open(struct world *w);
void checks_close(struct world *w);
void checks_intent(struct world *w, const struct attempt_ref *ref); /* at its commit */
void checks_after(struct world *w);
void checks_invite(struct world *w, const struct far_call *call);
void checks_end(struct world *w);
