/*
 * Trunks: the carriers calls leave through, each with its resolved address and the agent that reaches it.
 *
 * Names are resolved on a thread of their own before any call needs them, again every minute, and calls are
 * sent to the address found: libre never looks a trunk up, so it cannot fail over to another one by itself and
 * ring a person twice. When one address of several does not answer OPTIONS, the next is used. Replacing the list leaves
 * calls in progress alone: they hold a reference; and trunks that have not changed stay as they are.
 * SIP thread only.
 */
#pragma once

#include "voice/agent.h"
#include "voice/loop.h"
#include "voice/names.h"
#include "voice/voice.h"

#include <stddef.h>

struct trunks;

enum trunk_state { TRUNK_RESOLVING, TRUNK_READY, TRUNK_FAILED };

enum { TRUNK_URI = 560 };

struct trunk {
	int refs; /* atomic */
	struct voice_trunk spec;
	enum trunk_state state;
	char ip[46];         /* READY: a literal */
	uint16_t port;       /* READY */
	char why[256];       /* FAILED: in words */
	struct agent *agent; /* READY; belongs to the trunks */
	struct target targets[NAMES_TARGETS];
	int n_targets, at;   /* `ip` is of the one at `at` */
	struct trunks *owner; /* NULL: no longer in the list */
	struct pulse *pulse;  /* while it is in the list; not of the phone farm */
};

/* Who hears how trunks are; see voice.h. */
struct trunks_ear {
	void (*health)(void *arg, int64_t trunk_id, enum health h, const char *why);
	void *arg;
	void (*called)(void *arg, struct agent *a, const struct sip_msg *msg); /* as agent.h has it; NULL: refused */
	void *called_arg;
};

struct trunks *trunks_new(struct loop *l, const struct settings *s, const struct trunks_ear *ear);
void trunks_free(struct trunks *ts); /* closes the agents: all calls must be over */

/* No more OPTIONS; registrations are taken back. Some time before trunks_free(), so that they can be. */
void trunks_hush(struct trunks *ts);

void trunks_replace(struct trunks *ts, const struct voice_trunk *specs, int n);

/* A reference, or NULL when there is none of that id. */
struct trunk *trunks_find(struct trunks *ts, int64_t trunk_id);
void trunk_unref(struct trunk *t);

/* The trunks whose carrier sends from `ip` to this agent, the farm left out: up to `most`, no references. How many. */
int trunks_from(struct trunks *ts, const struct agent *a, const char *ip, int most, struct trunk **out);

/* What calls tell of it: whether an INVITE was responded to. */
void trunk_heard(struct trunk *t, bool heard);

/* ---- how it is written: trunk_text.c ---- */

/* "sip:user@host:port;transport=tls"; without a user the trunk itself. */
void trunk_uri(const struct trunk *t, const char *user, char *out, size_t size);

/* "sip:user@domain" as From has it. */
const char *trunk_from_uri(const struct trunk *t, const char *user, char *out, size_t size);

/* The user we are there: of From if that is set, else of the account. */
const char *trunk_account(const struct trunk *t, char *out, size_t size);

/* The Route to the address in use (RFC 3261 §8.1.2); NULL when the URI itself leads there. */
const char *trunk_next_hop(const struct trunk *t, char *out, size_t size);

/* Who calls, as the far side is told: From, and the headers besides (RFC 3325, RFC 3323). */
struct trunk_caller {
	char from[TRUNK_URI];
	const char *name; /* NULL: none */
	char headers[TRUNK_URI + 80];
};
void trunk_caller(const struct trunk *t, const char *number, struct trunk_caller *out);

/* Our address as the trunk sees it, "203.0.113.9:5060", for Contact; NULL when it sees us as we are. READY only. */
const char *trunk_contact_host(const struct trunk *t, char *out, size_t size);

/* The name it is looked up by, and that a certificate must have. */
const char *trunk_peer_name(const struct trunk *t);

/* "192.0.2.7:5060" of the first real trunk that is ready, or "". */
void trunks_local(const struct trunks *ts, char *buf, int size);
