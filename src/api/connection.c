#include "api/connection.h"

#include "api/reply.h"
#include "base/clock.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	KEEP_ALIVE_MS = 60000,  /* between two requests */
	SEND_MS = 60000,        /* an answer must have left within this, … */
	SEND_BYTES_PER_MS = 16, /* … plus its length at 16 kB/s */
	LINGER_MS = 2000,
	LINGERING = 128,
	TICK_MS = 250,
	BUSY_TICK_MS = 20, /* while draining or lingering */
};

struct lingering {
	int fd;
	int64_t until_ms;
};

struct watch {
	GMutex lock;
	GCond wake;
	GThread *thread;
	struct connection *first;
	size_t count;
	struct lingering lingering[LINGERING];
	unsigned n_lingering;
	int64_t request_timeout_ms;
	bool draining, stopping;
	char *too_late; /* the 408 envelope */
};

/* --- the watch --- */

void connection_answer_raw(struct connection *c, unsigned status, const char *reason, const char *json)
{
	char *text = g_strdup_printf("HTTP/1.1 %u %s\r\nContent-Type: application/json; charset=utf-8\r\n"
				     "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
				     status, reason, strlen(json), json);

	/* Small and to an empty send buffer: it fits, or the client is beyond help. */
	(void)!send(c->fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL);
	c->linger = true;
	g_free(text);
}

static void end_late(struct watch *w, struct connection *c, int64_t now_ms)
{
	int phase = atomic_load(&c->phase);

	if (phase == PHASE_DOOMED || phase == PHASE_WORKING)
		return;
	if (phase == PHASE_IDLE && w->draining)
		shutdown(c->fd, SHUT_RD);
	if (atomic_load(&c->until_ms) > now_ms)
		return;
	if (!atomic_compare_exchange_strong(&c->phase, &phase, PHASE_DOOMED))
		return;
	if (phase == PHASE_RECEIVING)
		connection_answer_raw(c, 408, "Request Timeout", w->too_late);
	shutdown(c->fd, SHUT_RDWR);
}

/* Reads away what clients still send after their answer; a socket with unread input would be reset. */
static void drain_lingering(struct watch *w, int64_t now_ms)
{
	char sink[16384];

	for (unsigned i = 0; i < w->n_lingering;) {
		struct lingering *l = &w->lingering[i];
		ssize_t n = 1;

		for (int rounds = 0; rounds < 64 && n > 0; rounds++)
			n = recv(l->fd, sink, sizeof(sink), MSG_DONTWAIT);
		if (n == 0 || now_ms >= l->until_ms) {
			close(l->fd);
			*l = w->lingering[--w->n_lingering];
		} else {
			i++;
		}
	}
}

static gpointer watch_run(gpointer arg)
{
	struct watch *w = arg;

	g_mutex_lock(&w->lock);
	while (!w->stopping) {
		int64_t now_ms = clock_boot_ms();
		int tick_ms;

		for (struct connection *c = w->first; c; c = c->next)
			end_late(w, c, now_ms);
		drain_lingering(w, now_ms);
		tick_ms = w->draining || w->n_lingering ? BUSY_TICK_MS : TICK_MS;
		g_cond_wait_until(&w->wake, &w->lock, g_get_monotonic_time() + tick_ms * 1000);
	}
	for (unsigned i = 0; i < w->n_lingering; i++)
		close(w->lingering[i].fd);
	g_mutex_unlock(&w->lock);
	return NULL;
}

struct watch *watch_new(int64_t request_timeout_ms)
{
	struct watch *w = g_new0(struct watch, 1);

	g_mutex_init(&w->lock);
	g_cond_init(&w->wake);
	w->request_timeout_ms = request_timeout_ms;
	w->too_late = reply_error_text(ERROR_TIMEOUT, NULL);
	w->thread = g_thread_new("http-watch", watch_run, w);
	return w;
}

void watch_free(struct watch *w)
{
	g_mutex_lock(&w->lock);
	w->stopping = true;
	g_cond_signal(&w->wake);
	g_mutex_unlock(&w->lock);
	g_thread_join(w->thread);
	g_free(w->too_late);
	g_cond_clear(&w->wake);
	g_mutex_clear(&w->lock);
	g_free(w);
}

size_t watch_count(struct watch *w)
{
	size_t n;

	g_mutex_lock(&w->lock);
	n = w->count;
	g_mutex_unlock(&w->lock);
	return n;
}

void watch_drain(struct watch *w)
{
	g_mutex_lock(&w->lock);
	w->draining = true;
	g_cond_signal(&w->wake);
	g_mutex_unlock(&w->lock);
}

/* --- one connection --- */

struct connection *connection_open(struct watch *w, int fd)
{
	struct connection *c = g_new0(struct connection, 1);

	c->watch = w;
	c->fd = fd;
	c->fresh = true;
	atomic_init(&c->phase, PHASE_IDLE);
	atomic_init(&c->until_ms, clock_boot_ms() + w->request_timeout_ms);
	g_mutex_lock(&w->lock);
	c->next = w->first;
	if (c->next)
		c->next->prev = c;
	w->first = c;
	w->count++;
	g_mutex_unlock(&w->lock);
	return c;
}

/* The library closes its descriptor right after this; ours keeps the connection until it is drained. */
static void start_lingering(struct watch *w, int fd)
{
	int copy = w->n_lingering < LINGERING ? dup(fd) : -1;

	if (copy < 0)
		return;
	shutdown(copy, SHUT_WR);
	w->lingering[w->n_lingering++] = (struct lingering){ copy, clock_boot_ms() + LINGER_MS };
	g_cond_signal(&w->wake);
}

void connection_close(struct connection *c)
{
	struct watch *w = c->watch;

	g_mutex_lock(&w->lock);
	if (c->next)
		c->next->prev = c->prev;
	if (c->prev)
		c->prev->next = c->next;
	else
		w->first = c->next;
	w->count--;
	if (c->linger)
		start_lingering(w, c->fd);
	g_mutex_unlock(&w->lock);
	g_free(c);
}

static bool move_phase(struct connection *c, int from, int to, int64_t until_ms)
{
	/* The new deadline first: the watch must never judge the new phase by the old one. */
	atomic_store(&c->until_ms, until_ms);
	return atomic_compare_exchange_strong(&c->phase, &from, to);
}

bool connection_begin(struct connection *c)
{
	int64_t until_ms =
		c->fresh ? atomic_load(&c->until_ms) : clock_boot_ms() + c->watch->request_timeout_ms;

	return move_phase(c, PHASE_IDLE, PHASE_RECEIVING, until_ms);
}

bool connection_work(struct connection *c)
{
	return move_phase(c, PHASE_RECEIVING, PHASE_WORKING, INT64_MAX);
}

static int64_t sent_by(size_t bytes)
{
	return clock_boot_ms() + SEND_MS + (int64_t)(bytes / SEND_BYTES_PER_MS);
}

void connection_extend(struct connection *c, size_t bytes)
{
	atomic_store(&c->until_ms, sent_by(bytes));
}

bool connection_send(struct connection *c, size_t bytes)
{
	int64_t until_ms = sent_by(bytes);

	return move_phase(c, PHASE_RECEIVING, PHASE_SENDING, until_ms) ||
	       move_phase(c, PHASE_WORKING, PHASE_SENDING, until_ms);
}

void connection_idle(struct connection *c)
{
	int phase = atomic_load(&c->phase);

	c->fresh = false;
	atomic_store(&c->until_ms, clock_boot_ms() + KEEP_ALIVE_MS);
	if (phase != PHASE_DOOMED)
		atomic_compare_exchange_strong(&c->phase, &phase, PHASE_IDLE);
}
