/*
 * A leg: one INVITE, of ours or to us, and the dialog that comes of it (RFC 3261 §13, §12), as events.
 *
 * It hides libre's session: the offer and the answer, digest authentication, ACK, CANCEL or BYE, re-INVITEs
 * and INFO digits. One LEG_ENDED at the most, and nothing after it or after leg_end(). Exactly one INVITE
 * leaves per leg_invite(), but for its retransmissions and its repetition with credentials. SIP thread only.
 */
#pragma once

#include "voice/agent.h"
#include "voice/audio.h"

struct leg;

enum leg_event_kind {
	LEG_HEARD,    /* a provisional response; `status` */
	LEG_ANSWERED, /* 200 with an answer we can use, ACK sent; or ACK received for our 200; `agreed` */
	LEG_CHANGED,  /* a re-INVITE, answered; `agreed`. leg_end() must not be called here */
	LEG_DIGIT,    /* a key press by INFO */
	LEG_REFERRED, /* what became of leg_refer(); `moved` */
	LEG_ENDED,    /* the leg is gone: do not call leg_end() */
};

struct leg_event {
	enum leg_event_kind kind;
	const struct audio_agreed *agreed;
	char digit;
	bool moved;        /* LEG_REFERRED, LEG_ENDED: the far end has been put through to where we referred it */
	/* LEG_ENDED: */
	int status;        /* of the final response; 0: there was none (a BYE, a timeout, a lost connection) */
	int cause;         /* Q.850, from its Reason header; 0: none */
	int retry_after_s;
	int err;           /* errno value when something failed: ETIMEDOUT, ECONNRESET for a BYE, EPROTO … */
};

struct leg_options {
	struct agent *agent;
	const char *to_uri, *from_uri;
	const char *from_name;    /* NULL: none */
	const char *headers;      /* more of them, each with its CRLF; "" for none */
	const char *contact_host; /* "203.0.113.9:5060;transport=udp", as seen from there; NULL: the agent's own */
	const char *route;     /* the next hop, a literal: "sip:192.0.2.1:5060;transport=udp"; NULL: as to_uri says */
	const char *user, *password; /* digest; copied */
	long long attempt_id;
	struct audio *audio;   /* borrowed; outlives the leg */
	void (*on)(void *arg, const struct leg_event *ev);
	void *arg;
};

/* Sends the INVITE. NULL and *err (an errno value) when it cannot leave. */
struct leg *leg_invite(const struct leg_options *o, int *err);

/*
 * Takes an INVITE of theirs and rings: 180 leaves. Of the options only agent, contact_host, user, password, attempt_id (it names
 * the Contact), audio, on and arg count. NULL and *err when it cannot be taken, EPROTO for an offer without audio we speak;
 * nothing has been answered then. A CANCEL, or a caller who does not acknowledge our 200, is LEG_ENDED.
 */
struct sip_msg;
struct leg *leg_ring(const struct leg_options *o, const struct sip_msg *invite, int *err);

/* 200 with our answer; LEG_ANSWERED follows with the ACK, and only then may the caller be talked to. */
int leg_answer(struct leg *l);

/* A final response instead; the leg is gone. */
void leg_reject(struct leg *l, int status, const char *reason);

/*
 * Asks the far end of an answered leg to call somebody else instead (REFER, RFC 3515). 0, and a LEG_REFERRED follows
 * unless the leg ends before; or an errno value when it cannot be asked.
 */
int leg_refer(struct leg *l, const char *to_uri);

const char *leg_call_id(const struct leg *l);

/*
 * CANCEL or BYE, whichever is right; no more events. A CANCEL waits for a provisional response (RFC 3261
 * §9.1) and a 200 that crosses it is acknowledged and followed by a BYE; libre sees to both when we are gone.
 */
void leg_end(struct leg *l);
