#include "voice/trunk.h"

#include "base/log.h"
#include "voice/pulse.h"

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
	struct trunks_ear ear;
	GPtrArray *list;   /* struct trunk */
	GPtrArray *places; /* struct place */
	struct desk *desk;
	uint64_t again;
};

struct lookup {
	struct desk *desk;
	struct trunk *trunk; /* a reference; its fields are the SIP thread's */
	struct names_question question;
	struct target found[NAMES_TARGETS];
	int n;
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
	if (t->pulse)
		pulse_lost(t->pulse, why);
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
	struct agent_options o = { .called = ts->ear.called, .called_arg = ts->ear.called_arg };
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
		o.tls_name = trunk_peer_name(t);
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

/* The agent for the target at `at`. */
static struct agent *aim(struct trunks *ts, struct trunk *t, struct problem *p)
{
	const struct target *to = &t->targets[t->at];

	g_strlcpy(t->ip, to->ip, sizeof(t->ip));
	t->port = to->port;
	return agent_for(ts, t, p);
}

/* Uses the target at `at`, or the first after it that can be sent to at all. */
static void use(struct trunks *ts, struct trunk *t)
{
	struct problem p = { 0 };
	struct agent *agent = aim(ts, t, &p);

	for (int i = 1; !agent && i < t->n_targets; i++) {
		t->at = (t->at + 1) % t->n_targets;
		agent = aim(ts, t, &p);
	}
	if (!agent) {
		fail(t, p.text);
		return;
	}
	t->agent = agent;
	t->state = TRUNK_READY;
	for (int i = 0; i < t->n_targets; i++)
		agent_know(t->agent, t->targets[i].ip);
	log_info("trunk.ready", "trunk %s is at %s, reached from %s:%u", t->spec.name, t->ip,
		 agent_address(t->agent), agent_port(t->agent));
	if (t->pulse)
		pulse_aim(t->pulse);
}

/* The one in use stays in use as long as it is among them: the others of its kind are only another chance. */
static void resolved(struct trunks *ts, struct trunk *t, const struct target *found, int n)
{
	bool stays = false;

	memcpy(t->targets, found, (size_t)n * sizeof(*found));
	t->n_targets = n;
	t->at = 0;
	for (int i = 0; i < n && t->state == TRUNK_READY && !stays; i++) {
		stays = found[i].port == t->port && !strcmp(found[i].ip, t->ip);
		t->at = stays ? i : 0;
	}
	if (!stays)
		use(ts, t);
}

static void on_told(struct trunk *t, enum health h, const char *why)
{
	if (t->owner && t->owner->ear.health)
		t->owner->ear.health(t->owner->ear.arg, t->spec.trunk_id, h, why);
}

static void on_missed(struct trunk *t)
{
	if (!t->owner || t->n_targets < 2)
		return;
	t->at = (t->at + 1) % t->n_targets;
	log_warn("trunk.next", "trunk %s: %s port %u does not answer; %s port %u is next", t->spec.name, t->ip, t->port,
		 t->targets[t->at].ip, t->targets[t->at].port);
	use(t->owner, t);
}

void trunk_heard(struct trunk *t, bool heard)
{
	if (t->pulse)
		pulse_call(t->pulse, heard);
}

/* On the SIP thread again. */
static void looked_up(void *arg)
{
	struct lookup *q = arg;
	struct trunk *t = q->trunk;

	if (!q->desk->loop || !t->owner)
		; /* the trunks are gone, or this one is */
	else if (q->n > 0)
		resolved(q->desk->trunks, t, q->found, q->n);
	else if (t->state != TRUNK_READY) /* an address that was good stays good while DNS is away */
		fail(t, q->why);
	trunk_unref(t);
	desk_unref(q->desk);
	g_free(q);
}

static void *lookup_thread(void *arg)
{
	struct lookup *q = arg;
	struct desk *desk = q->desk;
	bool heard = false;

	q->n = names_find(&q->question, q->found, q->why, sizeof(q->why));
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
	const char *host = trunk_peer_name(t);
	uint16_t port = t->spec.proxy[0] ? t->spec.proxy_port : t->spec.port;
	struct target at = { .port = port ? port : names_default_port(t->spec.transport) };
	struct lookup *q;
	pthread_t thread;
	int err;

	if (names_literal(host)) {
		g_strlcpy(at.ip, host, sizeof(at.ip));
		resolved(ts, t, &at, 1);
		return;
	}
	q = g_new0(struct lookup, 1);
	g_strlcpy(q->question.host, host, sizeof(q->question.host));
	g_strlcpy(q->question.server, ts->settings->voice_name_server, sizeof(q->question.server));
	q->question.port = port;
	q->question.transport = t->spec.transport;
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

struct trunks *trunks_new(struct loop *l, const struct settings *s, const struct trunks_ear *ear)
{
	struct trunks *ts = g_new0(struct trunks, 1);

	ts->loop = l;
	ts->settings = s;
	ts->ear = *ear;
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

static void hush(struct trunk *t)
{
	pulse_free(t->pulse);
	t->pulse = NULL;
}

static void drop(struct trunk *t)
{
	hush(t);
	t->owner = NULL;
	trunk_unref(t);
}

void trunks_hush(struct trunks *ts)
{
	for (unsigned i = 0; i < ts->list->len; i++)
		hush(g_ptr_array_index(ts->list, i));
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
	for (unsigned i = 0; i < ts->list->len; i++)
		drop(g_ptr_array_index(ts->list, i));
	for (unsigned i = 0; i < ts->places->len; i++) {
		struct place *place = g_ptr_array_index(ts->places, i);

		agent_free(place->agent);
		g_free(place);
	}
	g_ptr_array_free(ts->list, TRUE);
	g_ptr_array_free(ts->places, TRUE);
	g_free(ts);
}

/* Takes an unchanged trunk out of the old list; NULL when there is none like it. */
static struct trunk *take_same(GPtrArray *old, const struct voice_trunk *spec)
{
	for (unsigned i = 0; i < old->len; i++) {
		struct trunk *t = g_ptr_array_index(old, i);

		if (!memcmp(&t->spec, spec, sizeof(*spec)))
			return g_ptr_array_remove_index_fast(old, i);
	}
	return NULL;
}

/* What is known of a name already: a changed trunk must not wait for DNS that worked. */
static const struct trunk *known(const GPtrArray *old, const struct trunk *like)
{
	for (unsigned i = 0; i < old->len; i++) {
		const struct trunk *t = g_ptr_array_index(old, i);

		if (t->state == TRUNK_READY && !strcmp(trunk_peer_name(t), trunk_peer_name(like)) &&
		    t->spec.port == like->spec.port && t->spec.proxy_port == like->spec.proxy_port &&
		    t->spec.transport == like->spec.transport)
			return t;
	}
	return NULL;
}

static struct trunk *trunk_new(struct trunks *ts, const struct voice_trunk *spec)
{
	struct trunk *t = g_new0(struct trunk, 1);
	const struct pulse_options o = { .trunk = t, .loop = ts->loop, .told = on_told, .missed = on_missed };
	const struct trunk *before;

	t->refs = 1;
	t->spec = *spec;
	t->owner = ts;
	if (spec->trunk_id != 0)
		t->pulse = pulse_new(&o);
	before = known(ts->list, t);
	if (before)
		resolved(ts, t, before->targets, before->n_targets);
	else if (t->pulse && !names_literal(trunk_peer_name(t)))
		pulse_lost(t->pulse, "its name is being looked up");
	return t;
}

void trunks_replace(struct trunks *ts, const struct voice_trunk *specs, int n)
{
	GPtrArray *list = g_ptr_array_new();

	for (int i = 0; i < n; i++) {
		struct trunk *t = take_same(ts->list, &specs[i]);

		if (!t)
			t = trunk_new(ts, &specs[i]);
		g_ptr_array_add(list, t);
		resolve(ts, t);
	}
	for (unsigned i = 0; i < ts->list->len; i++)
		drop(g_ptr_array_index(ts->list, i));
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

static bool sends_from(const struct trunk *t, const char *ip)
{
	for (int i = 0; i < t->n_targets; i++)
		if (!strcmp(t->targets[i].ip, ip))
			return true;
	return false;
}

int trunks_from(struct trunks *ts, const struct agent *a, const char *ip, int most, struct trunk **out)
{
	int n = 0;

	for (unsigned i = 0; i < ts->list->len && n < most; i++) {
		struct trunk *t = g_ptr_array_index(ts->list, i);

		if (t->spec.trunk_id != 0 && t->state == TRUNK_READY && t->agent == a && sends_from(t, ip))
			out[n++] = t;
	}
	return n;
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
