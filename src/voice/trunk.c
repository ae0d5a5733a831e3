#include "voice/trunk.h"

#include "base/log.h"

#include <arpa/inet.h>
#include <assert.h>
#include <glib.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { RESOLVE_AGAIN_MS = 60000 };

/* An agent and what it was made for. */
struct place {
	char address[INET6_ADDRSTRLEN];
	uint16_t port;     /* the one asked for */
	char tls_name[256]; /* "": UDP and TCP */
	struct agent *agent;
};

/*
 * The way back from a resolver thread. A lookup can hang for half a minute when the name servers are gone, and
 * nothing waits for it: at the end `loop` becomes NULL and the thread finds nobody to tell.
 */
struct desk {
	pthread_mutex_t lock;
	int refs;
	struct loop *loop;
	struct trunks *trunks;
};

struct trunks {
	struct loop *loop;
	const struct settings *settings;
	GPtrArray *list;   /* struct trunk */
	GPtrArray *places; /* struct place */
	struct desk *desk;
	uint64_t again;
};

struct lookup {
	struct desk *desk;
	struct trunk *trunk; /* a reference; its fields are the SIP thread's */
	char host[256];
	char port[8];
	char ip[INET6_ADDRSTRLEN];
	char why[160];
};

static void desk_unref(struct desk *d)
{
	bool last;

	pthread_mutex_lock(&d->lock);
	last = --d->refs == 0;
	pthread_mutex_unlock(&d->lock);
	if (!last)
		return;
	pthread_mutex_destroy(&d->lock);
	g_free(d);
}

void trunk_unref(struct trunk *t)
{
	if (t && g_atomic_int_dec_and_test(&t->refs)) {
		explicit_bzero(t->spec.password, sizeof(t->spec.password));
		g_free(t);
	}
}

static void fail(struct trunk *t, const char *why)
{
	t->state = TRUNK_FAILED;
	g_strlcpy(t->why, why, sizeof(t->why));
	log_warn("trunk.failed", "trunk %s cannot be used: %s", t->spec.name, why);
}

/* The address packets to `ip` leave from: what the kernel gives a socket that is connected to it. */
static bool route_source(const char *ip, char *out, size_t size)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_DGRAM }, *to = NULL;
	struct sockaddr_storage from;
	socklen_t len = sizeof(from);
	int fd;
	bool ok = false;

	if (getaddrinfo(ip, "5060", &hints, &to))
		return false;
	fd = socket(to->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && !connect(fd, to->ai_addr, to->ai_addrlen))
		ok = !getsockname(fd, (struct sockaddr *)&from, &len) &&
		     !getnameinfo((struct sockaddr *)&from, len, out, (socklen_t)size, NULL, 0, NI_NUMERICHOST);
	freeaddrinfo(to);
	if (fd >= 0)
		close(fd);
	return ok;
}

static bool is_loopback(const char *ip)
{
	return !strncmp(ip, "127.", 4) || !strcmp(ip, "::1");
}

static struct agent *agent_for(struct trunks *ts, const struct trunk *t, struct problem *p)
{
	const char *wanted = ts->settings->voice_local_address;
	struct agent_options o = { 0 };
	char address[INET6_ADDRSTRLEN];
	struct place *place;

	if (wanted[0] && !is_loopback(t->ip))
		g_strlcpy(address, wanted, sizeof(address));
	else if (!route_source(t->ip, address, sizeof(address)))
		return problem_set(p, PROBLEM_UNREACHABLE, "no route to %s", t->ip), NULL;
	o.address = address;
	/* The farm's caller and TLS trunks take any port: the setting is for the trunks' firewall rules. */
	if (t->spec.trunk_id != 0 && t->spec.transport != TRANSPORT_TLS)
		o.port = (uint16_t)ts->settings->voice_sip_port;
	if (t->spec.transport == TRANSPORT_TLS)
		o.tls_name = t->spec.host;
	for (unsigned i = 0; i < ts->places->len; i++) {
		place = g_ptr_array_index(ts->places, i);
		if (!strcmp(place->address, address) && place->port == o.port &&
		    !strcmp(place->tls_name, o.tls_name ? o.tls_name : ""))
			return place->agent;
	}
	place = g_new0(struct place, 1);
	place->agent = agent_new(&o, p);
	if (!place->agent) {
		g_free(place);
		return NULL;
	}
	g_strlcpy(place->address, address, sizeof(place->address));
	g_strlcpy(place->tls_name, o.tls_name ? o.tls_name : "", sizeof(place->tls_name));
	place->port = o.port;
	g_ptr_array_add(ts->places, place);
	return place->agent;
}

static void resolved(struct trunks *ts, struct trunk *t, const char *ip)
{
	struct problem p = { 0 };
	struct agent *agent;

	if (t->state == TRUNK_READY && !strcmp(t->ip, ip))
		return;
	g_strlcpy(t->ip, ip, sizeof(t->ip));
	agent = agent_for(ts, t, &p);
	if (!agent) {
		fail(t, p.text);
		return;
	}
	t->agent = agent;
	t->state = TRUNK_READY;
	agent_know(t->agent, t->ip);
	log_info("trunk.ready", "trunk %s is at %s, reached from %s:%u", t->spec.name, t->ip,
		 agent_address(t->agent), agent_port(t->agent));
}

static bool is_literal(const char *host)
{
	unsigned char a[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, host, a) == 1 || inet_pton(AF_INET6, host, a) == 1;
}

/* On the SIP thread again. */
static void looked_up(void *arg)
{
	struct lookup *q = arg;

	if (!q->desk->loop)
		; /* the trunks are gone */
	else if (q->ip[0])
		resolved(q->desk->trunks, q->trunk, q->ip);
	else if (q->trunk->state != TRUNK_READY) /* an address that was good stays good while DNS is away */
		fail(q->trunk, q->why);
	trunk_unref(q->trunk);
	desk_unref(q->desk);
	g_free(q);
}

static void *lookup_thread(void *arg)
{
	struct lookup *q = arg;
	struct addrinfo hints = { .ai_socktype = SOCK_DGRAM, .ai_flags = AI_ADDRCONFIG }, *found = NULL;
	struct desk *desk = q->desk;
	bool heard = false;
	int rc;

	rc = getaddrinfo(q->host, q->port, &hints, &found);
	if (!rc)
		getnameinfo(found->ai_addr, found->ai_addrlen, q->ip, sizeof(q->ip), NULL, 0, NI_NUMERICHOST);
	else
		snprintf(q->why, sizeof(q->why), "%.100s: %s", q->host, gai_strerror(rc));
	if (found)
		freeaddrinfo(found);
	pthread_mutex_lock(&desk->lock);
	if (desk->loop) {
		loop_run(desk->loop, looked_up, q);
		heard = true;
	}
	pthread_mutex_unlock(&desk->lock);
	if (!heard) {
		trunk_unref(q->trunk);
		desk_unref(desk);
		g_free(q);
	}
	return NULL;
}

static void resolve(struct trunks *ts, struct trunk *t)
{
	struct lookup *q;
	pthread_t thread;
	int err;

	if (is_literal(t->spec.host)) {
		resolved(ts, t, t->spec.host);
		return;
	}
	q = g_new0(struct lookup, 1);
	g_strlcpy(q->host, t->spec.host, sizeof(q->host));
	snprintf(q->port, sizeof(q->port), "%u", t->spec.port);
	q->trunk = t;
	g_atomic_int_inc(&t->refs);
	q->desk = ts->desk;
	pthread_mutex_lock(&ts->desk->lock);
	ts->desk->refs++;
	pthread_mutex_unlock(&ts->desk->lock);
	err = pthread_create(&thread, NULL, lookup_thread, q);
	assert(!err);
	pthread_detach(thread);
}

static void resolve_again(void *arg)
{
	struct trunks *ts = arg;

	for (unsigned i = 0; i < ts->list->len; i++)
		resolve(ts, g_ptr_array_index(ts->list, i));
	ts->again = loop_after(ts->loop, RESOLVE_AGAIN_MS, resolve_again, ts);
}

struct trunks *trunks_new(struct loop *l, const struct settings *s)
{
	struct trunks *ts = g_new0(struct trunks, 1);

	ts->loop = l;
	ts->settings = s;
	ts->list = g_ptr_array_new();
	ts->places = g_ptr_array_new();
	ts->desk = g_new0(struct desk, 1);
	pthread_mutex_init(&ts->desk->lock, NULL);
	ts->desk->refs = 1;
	ts->desk->loop = l;
	ts->desk->trunks = ts;
	ts->again = loop_after(l, RESOLVE_AGAIN_MS, resolve_again, ts);
	return ts;
}

static void forget_list(struct trunks *ts)
{
	for (unsigned i = 0; i < ts->list->len; i++)
		trunk_unref(g_ptr_array_index(ts->list, i));
	g_ptr_array_set_size(ts->list, 0);
}

void trunks_free(struct trunks *ts)
{
	if (!ts)
		return;
	pthread_mutex_lock(&ts->desk->lock);
	ts->desk->loop = NULL;
	pthread_mutex_unlock(&ts->desk->lock);
	desk_unref(ts->desk);
	loop_cancel(ts->loop, ts->again);
	forget_list(ts);
	for (unsigned i = 0; i < ts->places->len; i++) {
		struct place *place = g_ptr_array_index(ts->places, i);

		agent_free(place->agent);
		g_free(place);
	}
	g_ptr_array_free(ts->list, TRUE);
	g_ptr_array_free(ts->places, TRUE);
	g_free(ts);
}

/* An address known from the list before: a new list must not make trunks wait for DNS that worked already. */
static const char *known_address(const GPtrArray *list, const char *host)
{
	for (unsigned i = 0; i < list->len; i++) {
		const struct trunk *t = g_ptr_array_index(list, i);

		if (t->state == TRUNK_READY && !strcmp(t->spec.host, host))
			return t->ip;
	}
	return NULL;
}

void trunks_replace(struct trunks *ts, const struct voice_trunk *specs, int n)
{
	GPtrArray *list = g_ptr_array_new();

	for (int i = 0; i < n; i++) {
		const char *known = known_address(ts->list, specs[i].host);
		struct trunk *t = g_new0(struct trunk, 1);

		t->refs = 1;
		t->spec = specs[i];
		if (!t->spec.port)
			t->spec.port = t->spec.transport == TRANSPORT_TLS ? 5061 : 5060;
		g_ptr_array_add(list, t);
			if (known)
			resolved(ts, t, known);
		resolve(ts, t);
	}
	forget_list(ts);
	g_ptr_array_free(ts->list, TRUE);
	ts->list = list;
}

struct trunk *trunks_find(struct trunks *ts, int64_t trunk_id)
{
	for (unsigned i = 0; i < ts->list->len; i++) {
		struct trunk *t = g_ptr_array_index(ts->list, i);

		if (t->spec.trunk_id == trunk_id) {
			g_atomic_int_inc(&t->refs);
			return t;
		}
	}
	return NULL;
}

void trunks_local(const struct trunks *ts, char *buf, int size)
{
	buf[0] = 0;
	for (unsigned i = 0; i < ts->list->len; i++) {
		const struct trunk *t = g_ptr_array_index(ts->list, i);

		if (t->spec.trunk_id == 0 || t->state != TRUNK_READY)
			continue;
		snprintf(buf, (size_t)size, strchr(agent_address(t->agent), ':') ? "[%s]:%u" : "%s:%u",
			 agent_address(t->agent), agent_port(t->agent));
		return;
	}
}
