/*
 * A reply made piece by piece. The library asks for bytes on the HTTP thread; when there are none left the connection
 * is suspended, the next piece is made in the pool, and resuming it makes the library ask again. A stream that waits for
 * something to happen stays suspended; one thread asks all of those a few times a second.
 */
#include "api/exchange.h"

#include <string.h>

enum { BLOCK = 32 << 10,
       BELL_MS = 100 };

struct stream {
	struct exchange *ex;
	GString *out;
	size_t sent;
	enum stream_state state;
};

static ssize_t take_bytes(void *arg, uint64_t position, char *to, size_t max)
{
	struct stream *s = arg;
	size_t n = MIN(s->out->len - s->sent, max);

	(void)position;
	if (n > 0) {
		memcpy(to, s->out->str + s->sent, n);
		s->sent += n;
		return (ssize_t)n;
	}
	if (s->state != STREAM_MORE)
		return s->state == STREAM_END ? MHD_CONTENT_READER_END_OF_STREAM : MHD_CONTENT_READER_END_WITH_ERROR;
	if (!work_leave(s->ex))
		return MHD_CONTENT_READER_END_WITH_ERROR;
	g_thread_pool_push(s->ex->srv->pool, s->ex, NULL);
	return 0;
}

/* The connection stays suspended until the bell rings. False, and the stream is over, when the server drains. */
static bool rest(struct exchange *ex)
{
	struct server *srv = ex->srv;

	if (atomic_load(&srv->draining)) {
		ex->stream->state = STREAM_END;
		return false;
	}
	connection_extend(ex->con, 0);
	g_mutex_lock(&srv->lock);
	g_ptr_array_add(srv->resting, ex);
	if (srv->resting->len == 1)
		g_cond_signal(&srv->bell_wake);
	g_mutex_unlock(&srv->lock);
	return true;
}

void stream_in_pool(struct exchange *ex)
{
	const struct server_host *host = ex->srv->host;
	struct stream *s = ex->stream;
	struct db *db = host->reader ? host->reader(host->arg) : NULL;

	g_string_truncate(s->out, 0);
	s->sent = 0;
	s->state = db || !host->reader ? ex->re.piece(ex->re.piece_arg, db, s->out) : STREAM_FAILED;
	if (s->state == STREAM_WAIT && rest(ex))
		return;
	connection_extend(ex->con, s->out->len);
	work_return(ex);
}

/* ---- those that wait ---- */

static void *bell_run(void *arg)
{
	struct server *srv = arg;

	g_mutex_lock(&srv->lock);
	while (!srv->bell_ends) {
		int64_t until = g_get_monotonic_time() + BELL_MS * 1000;

		if (srv->resting->len == 0)
			g_cond_wait(&srv->bell_wake, &srv->lock);
		else
			g_cond_wait_until(&srv->bell_wake, &srv->lock, until);
		for (guint i = 0; i < srv->resting->len; i++)
			g_thread_pool_push(srv->pool, srv->resting->pdata[i], NULL);
		g_ptr_array_set_size(srv->resting, 0);
	}
	g_mutex_unlock(&srv->lock);
	return NULL;
}

void stream_bell_start(struct server *srv)
{
	srv->resting = g_ptr_array_new();
	g_cond_init(&srv->bell_wake);
	srv->bell = g_thread_new("http-streams", bell_run, srv);
}

void stream_bell_stop(struct server *srv)
{
	g_mutex_lock(&srv->lock);
	srv->bell_ends = true;
	g_cond_signal(&srv->bell_wake);
	g_mutex_unlock(&srv->lock);
	g_thread_join(srv->bell);
	g_cond_clear(&srv->bell_wake);
	g_ptr_array_unref(srv->resting);
}

static void stream_free(void *arg)
{
	struct stream *s = arg;

	g_string_free(s->out, TRUE);
	g_free(s);
}

struct MHD_Response *stream_response(struct exchange *ex)
{
	struct stream *s = g_new0(struct stream, 1);

	s->ex = ex;
	s->out = g_string_new(NULL);
	ex->stream = s;
	return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, take_bytes, s, stream_free);
}
