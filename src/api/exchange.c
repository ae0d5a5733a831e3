#include "api/exchange.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/token.h"

#include <stdio.h>
#include <string.h>

enum {
	SPARE_MAX = 64,           /* exchanges kept per thread */
	BODY_KEPT = 64 << 10,     /* a larger buffer is given back */
	DISCARD_MAX = 256 << 10,  /* what is read of a refused body, to keep the connection */
	OVERRUN_MAX = 1 << 20,    /* what is read of a chunked body past its limit */
};

/* --- spare exchanges, per thread --- */

struct spares {
	struct exchange *first;
	unsigned n;
	uint64_t chance[2]; /* state of the request ids' generator */
};

static void exchange_free(struct exchange *ex)
{
	reply_clear(&ex->re);
	arena_free(ex->arena);
	g_free(ex->body);
	g_free(ex);
}

static void spares_free(gpointer p)
{
	struct spares *s = p;

	while (s->first) {
		struct exchange *next = s->first->next;

		exchange_free(s->first);
		s->first = next;
	}
	g_free(s);
}

static GPrivate spares_key = G_PRIVATE_INIT(spares_free);

static struct spares *spares(void)
{
	struct spares *s = g_private_get(&spares_key);

	if (!s) {
		s = g_new0(struct spares, 1);
		s->chance[0] = token_random();
		s->chance[1] = token_random() | 1;
		g_private_set(&spares_key, s);
	}
	return s;
}

static struct exchange *exchange_take(struct server *srv)
{
	struct spares *s = spares();
	struct exchange *ex = s->first;

	if (ex) {
		s->first = ex->next;
		s->n--;
	} else {
		ex = g_new0(struct exchange, 1);
		ex->arena = arena_new();
	}
	ex->srv = srv;
	ex->stage = STAGE_NEW;
	reply_init(&ex->re, ex->arena);
	return ex;
}

static void exchange_give_back(struct exchange *ex)
{
	struct spares *s = spares();
	struct arena *arena = ex->arena;
	char *body = ex->body;
	size_t cap = ex->cap_body;

	json_decref(ex->json);
	if (s->n >= SPARE_MAX) {
		exchange_free(ex);
		return;
	}
	reply_clear(&ex->re);
	arena_reset(arena);
	if (cap > BODY_KEPT) {
		g_free(body);
		body = NULL;
		cap = 0;
	}
	memset(ex, 0, sizeof(*ex));
	ex->arena = arena;
	ex->body = body;
	ex->cap_body = cap;
	ex->next = s->first;
	s->first = ex;
	s->n++;
}

/* --- request ids --- */

/* xorshift128+: ids must differ, not be secret; a UUID by system call would cost more than a route. */
static uint64_t chance_next(uint64_t s[2])
{
	uint64_t a = s[0], b = s[1];

	s[0] = b;
	a ^= a << 23;
	s[1] = a ^ b ^ (a >> 17) ^ (b >> 26);
	return s[1] + b;
}

static void mint_id(char id[SERVER_ID_SIZE])
{
	static const char hex[] = "0123456789abcdef";
	struct spares *s = spares();
	uint64_t bits[2] = { chance_next(s->chance), chance_next(s->chance) };

	for (int i = 0, n = 0; i < SERVER_ID_SIZE - 1; i++) {
		if (i == 8 || i == 13 || i == 18 || i == 23) {
			id[i] = '-';
			continue;
		}
		id[i] = hex[(bits[n / 16] >> (n % 16 * 4)) & 15];
		n++;
	}
	id[14] = '4'; /* RFC 9562: version 4, variant 10 */
	id[19] = hex[8 | (bits[0] >> 62)];
	id[SERVER_ID_SIZE - 1] = 0;
}

void exchange_take_id(struct exchange *ex)
{
	if (ex->head.request_id && guards_is_request_id(ex->head.request_id)) {
		ex->rq.id = ex->head.request_id;
		return;
	}
	mint_id(ex->id);
	ex->rq.id = ex->id;
}

/* --- the library's callbacks --- */

static struct connection *connection_of(struct MHD_Connection *mhd)
{
	return MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

void exchange_on_connection(void *srv, struct MHD_Connection *mhd, void **slot,
			    enum MHD_ConnectionNotificationCode how)
{
	struct server *s = srv;

	if (how == MHD_CONNECTION_NOTIFY_STARTED) {
		int fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;

		*slot = connection_open(s->watch, fd);
	} else if (*slot) {
		struct connection *c = *slot;

		if (c->exchange)
			exchange_give_back(c->exchange);
		connection_close(c);
		*slot = NULL;
	}
}

/*
 * We read the query string ourselves. Version 0.9 makes a list of it all the same, and when thousands of parameters have
 * used up the connection's memory the request is never answered: so it is shown none. The target lies in its buffer, where
 * it is about to write NULs of its own.
 */
static void hide_query(const char *target)
{
#if MHD_VERSION < 0x01000000
	char *query = strchr(target, '?');

	if (query && query[1])
		query[1] = 0;
#else
	(void)target;
#endif
}

/* The request line is there. The target is copied: the library decodes it in place afterwards. */
void *exchange_on_line(void *srv, const char *target, struct MHD_Connection *mhd)
{
	struct connection *con = connection_of(mhd);
	struct exchange *ex = exchange_take(srv);

	ex->con = con;
	ex->mhd = mhd;
	ex->began_us = clock_boot_us();
	ex->rq.arrived_ms = ex->rq.now_ms = clock_wall_ms();
	ex->rq.app = ex->srv->host->arg;
	ex->rq.target = arena_strdup(ex->arena, target);
	hide_query(target);
	ex->rq.arena = ex->arena;
	ex->rq.connection = mhd;
	if (con->exchange) /* the library never told the end of the last one */
		exchange_give_back(con->exchange);
	con->exchange = ex;
	connection_begin(con);
	return ex;
}

void exchange_on_end(void *srv, struct MHD_Connection *mhd, void **slot, enum MHD_RequestTerminationCode how)
{
	struct server *s = srv;
	struct exchange *ex = *slot;

	(void)mhd;
	(void)how;
	if (!ex)
		return;
	*slot = NULL;
	ex->con->exchange = NULL;
	if (s->host->finished && ex->stage == STAGE_SENT)
		s->host->finished(s->host->arg, &ex->rq, ex->re.status, clock_boot_us() - ex->began_us);
	connection_idle(ex->con);
	exchange_give_back(ex);
}

static enum MHD_Result look_at_head(struct exchange *ex, const char *method, const char *version)
{
	ex->rq.method = method;
	if (!admit(ex, version)) {
		bool long_body = ex->head.chunked || ex->head.length > DISCARD_MAX || ex->head.expect;

		ex->refused = true;
		if (ex->re.close || long_body) {
			ex->re.close = true;
			ex->con->linger = ex->head.chunked || ex->head.length > 0 || ex->head.bad_coding;
			return answer_send(ex);
		}
	}
	ex->stage = STAGE_BODY;
	return MHD_YES;
}

/* The library takes no answer amid a body: what overruns its limit by far is answered past it, and cut. */
static enum MHD_Result take_chunk(struct exchange *ex, const char *chunk, size_t *n)
{
	if (!ex->refused && !intake_chunk(ex, chunk, *n)) {
		ex->refused = true;
		reply_error(&ex->re, ERROR_TOO_LARGE, NULL);
		ex->re.close = true;
	}
	if (ex->refused)
		ex->n_body += *n;
	if (ex->refused && ex->n_body > ex->max_body + OVERRUN_MAX) {
		if (connection_work(ex->con))
			connection_answer_raw(ex->con, 413, "Payload Too Large", ex->srv->too_large);
		return MHD_NO;
	}
	*n = 0;
	return MHD_YES;
}

enum MHD_Result exchange_on_request(void *srv, struct MHD_Connection *mhd, const char *path,
				    const char *method, const char *version, const char *chunk,
				    size_t *n_chunk, void **slot)
{
	struct exchange *ex = *slot;

	(void)srv;
	(void)mhd;
	(void)path;
	switch (ex->stage) {
	case STAGE_NEW: return look_at_head(ex, method, version);
	case STAGE_BODY:
		if (*n_chunk)
			return take_chunk(ex, chunk, n_chunk);
		if (!connection_work(ex->con))
			return MHD_NO;
		if (ex->refused)
			return answer_send(ex);
		/* Once away, the exchange is another thread's: it must not be looked at here. */
		return work_start(ex) ? answer_send(ex) : MHD_YES;
	case STAGE_READY: return answer_send(ex);
	case STAGE_AWAY:
	case STAGE_SENT: break;
	}
	return MHD_YES;
}
