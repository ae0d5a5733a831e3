/*
 * A reply made piece by piece. The library asks for bytes on the HTTP thread; when there are none left the connection
 * is suspended, the next piece is made in the pool, and resuming it makes the library ask again.
 */
#include "api/exchange.h"

#include <string.h>

enum { BLOCK = 32 << 10 };

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

void stream_in_pool(struct exchange *ex)
{
	const struct server_host *host = ex->srv->host;
	struct stream *s = ex->stream;
	struct db *db = host->reader ? host->reader(host->arg) : NULL;

	g_string_truncate(s->out, 0);
	s->sent = 0;
	s->state = db || !host->reader ? ex->re.piece(ex->re.piece_arg, db, s->out) : STREAM_FAILED;
	connection_extend(ex->con, s->out->len);
	work_return(ex);
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
