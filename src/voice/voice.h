/*
 * The carrier over SIP: trunks, calls, the IVR runner. libre does the signalling on one thread; the audio is
 * media.h's.
 *
 * Threads: every function here from any thread; they queue work for the SIP thread. Events reach the sink on
 * the SIP thread.
 */
#pragma once

#include "base/problem.h"
#include "base/settings.h"
#include "core/carrier.h"
#include "core/trunk.h"
#include "voice/caller_id.h"

#include <stdbool.h>
#include <stdint.h>

struct voice;

/*
 * An INVITE that a trunk has sent us: it rings, and waits for voice_answer() or voice_turn_away(). Numbers are as the carrier
 * writes them (voice/caller_id.h). `trunk` are the ids of those at the address it came from.
 */
enum { RING_TRUNKS = 8 };
struct voice_ring {
	uint64_t ring_id;
	int64_t trunk[RING_TRUNKS];
	int n_trunks;
	char called[2][CALLER_ID_SIZE]; /* by the request and by its To; "": no number */
	char from[CALLER_ID_SIZE];	/* "": withheld */
};

enum transport { TRANSPORT_UDP = 1, TRANSPORT_TCP = 2, TRANSPORT_TLS = 3 };

enum identity { IDENTITY_PAI, IDENTITY_PPI, IDENTITY_NONE }; /* RFC 3325: asserted, preferred */

struct voice_trunk {
	int64_t trunk_id;
	char name[64];
	char host[256];   /* a name or an address; names are resolved before a call is placed */
	uint16_t port;    /* 0: as DNS says, or the transport's own */
	enum transport transport;
	bool srtp;        /* audio encrypted or not at all; over TLS only */
	char user[128];   /* digest authentication; empty: none */
	char password[128];
	char proxy[256];  /* requests go there instead; empty: to the host */
	uint16_t proxy_port;
	bool registers;   /* it wants a REGISTER of `user` */
	char from_user[128], from_domain[256]; /* of From; empty: the caller's number, the host */
	enum identity identity; /* where the caller's number stands besides */
	bool privacy;     /* the callee is not to see it (RFC 3323) */
	char external[46]; /* our address as seen from there; empty: the local one */
	int probe_s;      /* seconds between two OPTIONS; 0: none */
};

struct voice_options {
	const struct settings *settings; /* outlives the voice */
	carrier_sink *sink;
	/*
	 * Called on the SIP thread just before an INVITE is handed to the network; not 0 means it must not
	 * leave (the call then ends as OUTCOME_NEVER_SENT). The send journal lives behind this.
	 */
	int (*before_send)(void *arg, int64_t attempt_id, int64_t fence);
	/* How a trunk is now, at the beginning and at every change; on the SIP thread. NULL: nobody asks. */
	void (*trunk_health)(void *arg, int64_t trunk_id, enum health h, const char *why);
	/* Somebody calls; on the SIP thread. NULL: calls from outside are refused. */
	void (*rings)(void *arg, const struct voice_ring *ring);
	void *arg;
};

struct voice *voice_start(const struct voice_options *o, struct problem *p);

/*
 * Refuses new calls (they end as OUTCOME_NEVER_SENT), waits up to drain_ms for live ones, ends the rest, each
 * with its ENDED event. With a phone farm the order is voice_drain(), farm_stop(), voice_stop().
 */
void voice_drain(struct voice *v, int drain_ms);

/* Drains, stops and frees. NULL is fine. The carrier is gone afterwards. */
void voice_stop(struct voice *v, int drain_ms);

struct carrier *voice_carrier(struct voice *v);

/*
 * Answers a call and holds it by the order, which is copied: as place() in core/carrier.h, one CARRIER_ENDED follows, at once
 * when the caller has gone meanwhile. Or ends its ringing with a final response.
 */
void voice_answer(struct voice *v, uint64_t ring_id, const struct call_order *order);
void voice_turn_away(struct voice *v, uint64_t ring_id, int status);

/* Replaces the list of trunks. Calls in progress are not touched. */
void voice_set_trunks(struct voice *v, const struct voice_trunk *trunks, int n);

/* How a trunk has been found up to now; false when there is none of that id. */
struct trunk_facts {
	bool answers;    /* an OPTIONS has been answered */
	bool registered; /* as it wants it */
	char why[200];   /* what is wrong; "": nothing, or not known yet */
};
bool voice_trunk_facts(struct voice *v, int64_t trunk_id, struct trunk_facts *out);

/* What a person must be told to let trunks through: the bound SIP address and port, "" while no trunk is set. */
void voice_local(struct voice *v, char *buf, int size);

int voice_calls(struct voice *v); /* calls in progress */

/*
 * For sim/farm.c, which shares the SIP thread and the media engine: runs `fn(arg)` on the SIP thread, soon. The
 * second waits until it has run; not from the SIP thread itself.
 */
void voice_run(struct voice *v, void (*fn)(void *arg), void *arg);
void voice_run_wait(struct voice *v, void (*fn)(void *arg), void *arg);
struct media;
struct media *voice_media(struct voice *v);
/* Lets somebody else on the SIP thread own streams: tags from here come back to `sink` there. SIP thread only. */
struct stream_event;
uint64_t voice_stream_tag(struct voice *v, void (*sink)(void *arg, const struct stream_event *ev), void *arg);
void voice_stream_forget(struct voice *v, uint64_t tag);
/* An event to the owner of its tag, as the media engine's come. Any thread. */
void voice_stream_tell(struct voice *v, const struct stream_event *ev);
/* A deadline on the SIP thread, in our own heap (libre's timer list is searched linearly). SIP thread only. */
uint64_t voice_after(struct voice *v, int ms, void (*fn)(void *arg), void *arg);
void voice_cancel(struct voice *v, uint64_t timer);
