/*
 * The dispatcher: asks for what is due, decides, commits intents, hands calls to the carrier, and books what the
 * carrier reports. One structure, one thread; time is an argument, so that the same code runs a fortnight in a
 * rehearsal.
 *
 * One step does, in this order: place the calls whose moment has come · book the carrier's events · claim what is due
 * as far as channels and turns are free · check the policy and commit the intents, each with channel, turn and
 * prompts in hand. An intent is durable before its call is placed, and placed within the send deadline or never.
 */
#pragma once

#include "base/settings.h"
#include "core/carrier.h"
#include "core/policy.h"
#include "core/trunk.h"
#include "store/ledger.h"
#include "store/writer.h"

#include <stdbool.h>
#include <stdint.h>

struct dispatcher;
struct scripts;

struct dispatcher_options {
	struct store *store;
	struct carrier *carrier;   /* outlives the dispatcher */
	struct scripts *scripts;   /* likewise */
	struct ledger_node node;
	struct retry_rule retry;
	int ring_timeout_s;
	int64_t rest_us;           /* first rest of a failing trunk */
	int farm_channels, farm_cps; /* the trunk of the test workspaces, whose id is 0 */
	void (*clock_moved)(void *arg); /* a test workspace's clock has jumped; may be NULL. On the dispatcher's thread */
	void *clock_arg;
	bool rehearsal;            /* its calls are none: the metrics do not count them */
	bool alone;                /* nobody else can know the database: no leases are kept */
	int64_t quiet_until_us;    /* boot clock: no call before, so that a restart cannot break a second's limit */
	bool shows_trunks; /* on the board and in the metrics: the server's own dispatcher */
};

struct dispatcher *dispatcher_new(const struct dispatcher_options *o);
void dispatcher_free(struct dispatcher *d);

/* Reads workspaces and trunks anew; lines in use keep their pace. Dispatcher's thread. */
void dispatcher_reload(struct dispatcher *d);

/* One event of the carrier's, whose transcript is the dispatcher's from now on. Any thread. */
void dispatcher_event(struct dispatcher *d, const struct carrier_event *ev);

/* How the voice finds a trunk; `why` is for people. Dispatcher's thread. */
void dispatcher_trunk_health(struct dispatcher *d, int64_t trunk_id, enum health health, const char *why);

/* Something in the workspace may have become due. Dispatcher's thread. */
void dispatcher_nudge(struct dispatcher *d, int64_t workspace_id);

/* A test workspace's clock has been told where to go. Dispatcher's thread. */
void dispatcher_clock_set(struct dispatcher *d, int64_t workspace_id);

/* A lead was removed: a call of his that has not been answered is cancelled. Dispatcher's thread. */
void dispatcher_lead_removed(struct dispatcher *d, int64_t workspace_id, int64_t campaign_id, int64_t talent_id);

/*
 * A campaign does not run any more: what is committed and not placed yet never is. With `hang_up` calls that have not
 * been answered are cancelled, too; otherwise they go on. Dispatcher's thread.
 */
void dispatcher_campaign_stopped(struct dispatcher *d, int64_t workspace_id, int64_t campaign_id, bool hang_up);

/*
 * A call that is no attempt at a lead: `order` has its words, its numbers and the id and fence of its row, which is
 * committed already. It takes a channel and a turn of the workspace like any other; false when there is none now.
 * The order's prompts stay the caller's. Dispatcher's thread.
 */
bool dispatcher_call(struct dispatcher *d, int64_t workspace_id, const struct call_order *order, int64_t now_us);

/* Halted, it decides nothing: a server that runs on a restored copy, until the operator has confirmed it. */
void dispatcher_halt(struct dispatcher *d, bool halted);

/* Places nothing new from now on; what was committed and not yet placed ends as never sent. */
void dispatcher_drain(struct dispatcher *d);

/* Does what can be done now; returns the boot time (µs) of the next thing to do, INT64_MAX for none. */
int64_t dispatcher_step(struct dispatcher *d, int64_t now_wall_ms, int64_t now_boot_us);

int dispatcher_in_flight(const struct dispatcher *d);
