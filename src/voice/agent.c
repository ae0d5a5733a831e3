#include "voice/agent.h"

#include "base/clock.h"
#include "base/log.h"

#include <re.h>

#include <arpa/inet.h>
#include <glib.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <strings.h>

#define ALLOW "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO\r\n"

enum {
	BUCKETS = 1024,  /* of libre's hash tables; a power of 2 */
	EVENT_BUCKETS = 32,
	PORT_TRIES = 16, /* to find one that is free for UDP and TCP */
	DNS_SERVERS = 8,
	REFUSALS = 10, /* of strangers, a second; the others hear nothing */
};

struct agent {
	struct sip *sip;
	struct sipsess_sock *sessions;
	struct sipevent_sock *events; /* of transfers we have asked for */
	struct sip_lsnr *gate, *requests, *responses;
	struct tls *tls;
	char address[INET6_ADDRSTRLEN];
	uint16_t port;
	GHashTable *peers; /* set of literals */
	int64_t second;    /* boot clock, s: when `refused` strangers were told so */
	int refused;
	void (*invite)(void *arg, const struct sip_msg *msg);
	void *arg;
	void (*called)(void *arg, struct agent *a, const struct sip_msg *msg);
	void *called_arg;
};

/*
 * A redirection must not be followed: whoever can answer for a trunk could send our calls to any number. libre
 * follows the first Contact of a 3xx by itself and asks nobody. This hook sees every message before libre acts
 * on it; a Contact that does not parse makes libre end the session with the 3xx, which is what we want. The
 * headers have been found already, so nothing but this value changes.
 */
static void blind_value(char *value, char *eol)
{
	for (; value < eol; value++)
		if (*value != '\r')
			*value = '-';
}

/* "m" is its compact form (RFC 3261 §7.3.3); white space may stand before the colon. */
static bool is_contact(const char *p)
{
	return !strncasecmp(p, "contact", 7) || ((*p == 'm' || *p == 'M') && strchr(": \t", p[1]));
}

static void blind_contacts(char *p, char *end)
{
	bool contact = false;

	while (p < end) {
		char *eol = memchr(p, '\n', (size_t)(end - p));
		char *colon;

		if (!eol || eol - p < 2)
			return; /* the empty line: a body follows */
		colon = memchr(p, ':', (size_t)(eol - p));
		if (*p == ' ' || *p == '\t') { /* the line before goes on (§7.3.1) */
			if (contact)
				blind_value(p + 1, eol);
		} else {
			contact = colon && is_contact(p);
			if (contact)
				blind_value(colon + 1, eol);
		}
		p = eol + 1;
	}
}

static void on_trace(bool tx, enum sip_transp tp, const struct sa *src, const struct sa *dst,
		     const uint8_t *packet, size_t len, void *arg)
{
	char *p = (char *)(uintptr_t)packet, *end = p + len; /* libre's receive buffer, read-only by type alone */

	(void)tp, (void)src, (void)dst, (void)arg;
	while (p < end && (*p == '\r' || *p == '\n')) /* keep-alives before a message on TCP (§7.5) */
		p++;
	if (!tx && end - p > 12 && !strncasecmp(p, "SIP/2.0 3", 9))
		blind_contacts(p, end);
}

static bool is_known(const struct agent *a, const struct sip_msg *msg)
{
	char ip[INET6_ADDRSTRLEN];

	return !sa_ntop(&msg->src, ip, sizeof(ip)) && g_hash_table_contains(a->peers, ip);
}

static bool may_refuse(struct agent *a)
{
	int64_t now = clock_boot_ms() / 1000;

	if (now != a->second) {
		a->second = now;
		a->refused = 0;
	}
	return a->refused++ < REFUSALS;
}

/* A stranger's INVITE costs us one packet and no memory, and in a flood not even that. */
static void on_invite(const struct sip_msg *msg, void *arg)
{
	struct agent *a = arg;

	if (a->invite)
		a->invite(a->arg, msg);
	else if (a->called && is_known(a, msg))
		a->called(a->called_arg, a, msg);
	else if (may_refuse(a))
		sip_reply(a->sip, msg, 403, "Forbidden");
}

/* What libre's sessions did not take: everything but INVITE, ACK, BYE, INFO and CANCEL. */
static bool on_request(const struct sip_msg *msg, void *arg)
{
	struct agent *a = arg;
	bool in_dialog = pl_isset(&msg->to.tag);
	bool options = !pl_strcmp(&msg->met, "OPTIONS");

	if (!in_dialog && !is_known(a, msg))
		return true; /* a scanner; silence costs it more than an answer */
	if (!in_dialog && !pl_strcmp(&msg->met, "CANCEL"))
		return sip_reply(a->sip, msg, 481, "Transaction Does Not Exist"), true;
	/* An UPDATE without a body is a session refresh (RFC 4028); libre would answer 501. */
	if (options || (in_dialog && !pl_strcmp(&msg->met, "UPDATE") && !mbuf_get_left(msg->mb)))
		sip_replyf(a->sip, msg, 200, "OK",
			   ALLOW "Accept: application/sdp\r\nContent-Length: 0\r\n\r\n");
	else if (in_dialog && !pl_strcmp(&msg->met, "UPDATE"))
		sip_reply(a->sip, msg, 488, "Not Acceptable Here");
	else
		sip_replyf(a->sip, msg, 405, "Method Not Allowed", ALLOW "Content-Length: 0\r\n\r\n");
	return true;
}

/* Strangers' events get as little answer as the rest of what they send. */
static bool on_stranger(const struct sip_msg *msg, void *arg)
{
	return (!pl_strcmp(&msg->met, "NOTIFY") || !pl_strcmp(&msg->met, "SUBSCRIBE")) && !is_known(arg, msg);
}

/* Late responses to transactions that are gone; libre would print each. */
static bool on_response(const struct sip_msg *msg, void *arg)
{
	(void)msg, (void)arg;
	return true;
}

/* For in-dialog requests to a Contact that is a name. INVITEs only ever go to literals. */
static struct dnsc *dns_client(void)
{
	struct sa servers[DNS_SERVERS];
	struct dnsc *client = NULL;
	uint32_t n = DNS_SERVERS;

	if (dns_srv_get(NULL, 0, servers, &n) || dnsc_alloc(&client, NULL, servers, n))
		return NULL;
	return client;
}

/*
 * libre 1.1 verifies no certificate. So its context is told to, and because the expected name is a property of
 * the context, each TLS trunk has its own.
 */
static int tls_context(struct agent *a, const char *name)
{
	unsigned char literal[sizeof(struct in6_addr)];
	X509_VERIFY_PARAM *verify;
	SSL_CTX *ctx;
	int ok, err;

	err = tls_alloc(&a->tls, TLS_METHOD_SSLV23, NULL, NULL);
	if (err)
		return err;
	ctx = tls_openssl_context(a->tls);
	ok = SSL_CTX_set_default_verify_paths(ctx) && SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_verify_depth(ctx, 8); /* libre sets 1, which refuses any chain */
	verify = SSL_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_hostflags(verify, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	if (inet_pton(AF_INET, name, literal) == 1 || inet_pton(AF_INET6, name, literal) == 1)
		ok = ok && X509_VERIFY_PARAM_set1_ip_asc(verify, name);
	else
		ok = ok && X509_VERIFY_PARAM_set1_host(verify, name, 0);
	return ok ? 0 : EPROTO;
}

static int listen_on(struct agent *a, const struct agent_options *o)
{
	struct sa laddr, bound;
	int err = sa_set_str(&laddr, o->address, o->port);

	if (err)
		return err;
	if (o->tls_name) {
		err = tls_context(a, o->tls_name);
		if (!err)
			err = sip_transp_add(a->sip, SIP_TRANSP_TLS, &laddr, a->tls);
		if (!err)
			err = sip_transp_laddr(a->sip, &bound, SIP_TRANSP_TLS, &laddr);
		a->port = err ? 0 : sa_port(&bound);
		return err;
	}
	for (int i = 0; i < PORT_TRIES; i++) {
		sa_set_port(&laddr, o->port);
		err = sip_transp_add(a->sip, SIP_TRANSP_UDP, &laddr);
		if (!err)
			err = sip_transp_laddr(a->sip, &bound, SIP_TRANSP_UDP, &laddr);
		if (err)
			return err;
		a->port = sa_port(&bound);
		sa_set_port(&laddr, a->port);
		err = sip_transp_add(a->sip, SIP_TRANSP_TCP, &laddr);
		if (!err || o->port)
			return err;
		sip_transp_flush(a->sip); /* somebody has this port for TCP: another one */
	}
	return err;
}

struct agent *agent_new(const struct agent_options *o, struct problem *p)
{
	struct agent *a = g_new0(struct agent, 1);
	struct dnsc *dns = dns_client();
	int err;

	g_strlcpy(a->address, o->address, sizeof(a->address));
	a->peers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	a->invite = o->invite;
	a->arg = o->arg;
	a->called = o->called;
	a->called_arg = o->called_arg;
	err = sip_alloc(&a->sip, dns, BUCKETS, BUCKETS, BUCKETS, "callsheet/" CALLSHEET_VERSION, NULL, a);
	mem_deref(dns);
	if (!err)
		err = listen_on(a, o);
	if (!err)
		err = sipsess_listen(&a->sessions, a->sip, BUCKETS, on_invite, a);
	if (!err)
		err = sip_listen(&a->gate, a->sip, true, on_stranger, a);
	if (!err)
		err = sipevent_listen(&a->events, a->sip, EVENT_BUCKETS, EVENT_BUCKETS, NULL, NULL);
	if (!err)
		err = sip_listen(&a->requests, a->sip, true, on_request, a);
	if (!err)
		err = sip_listen(&a->responses, a->sip, false, on_response, a);
	if (err) {
		problem_set(p, PROBLEM_FAILED, "cannot listen for SIP on %s port %u: %s", o->address, o->port,
			    g_strerror(err));
		agent_free(a);
		return NULL;
	}
	sip_set_trace_handler(a->sip, on_trace);
	log_debug("sip.listening", "SIP on %s port %u%s", a->address, a->port, o->tls_name ? " (TLS)" : "");
	return a;
}

void agent_free(struct agent *a)
{
	if (!a)
		return;
	if (a->sessions)
		sipsess_close_all(a->sessions);
	sip_close(a->sip, true);
	mem_deref(a->events);
	mem_deref(a->gate);
	mem_deref(a->requests);
	mem_deref(a->responses);
	mem_deref(a->sessions);
	mem_deref(a->sip);
	mem_deref(a->tls);
	g_hash_table_destroy(a->peers);
	g_free(a);
}

void agent_know(struct agent *a, const char *ip)
{
	g_hash_table_add(a->peers, g_strdup(ip));
}

const char *agent_address(const struct agent *a)
{
	return a->address;
}

uint16_t agent_port(const struct agent *a)
{
	return a->port;
}

struct sip *agent_sip(const struct agent *a)
{
	return a->sip;
}

struct sipevent_sock *agent_events(const struct agent *a)
{
	return a->events;
}

struct sipsess_sock *agent_sessions(const struct agent *a)
{
	return a->sessions;
}
