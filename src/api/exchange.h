/*
 * One request and its answer, inside the server. Private to the server's files:
 *
 *	exchange.c  the library's callbacks, and the order of the steps
 *	admit.c     may it come in: route, key, limit, size
 *	intake.c    the body and the query string: collected, parsed, checked
 *	work.c      the handler's run: here, in the pool, by the writer
 *	answer.c    the reply's way to the library
 *	stream.c    replies made piece by piece
 *
 * An exchange belongs to one thread at a time: the HTTP thread, or, while the connection is suspended, the
 * thread its job is on. Exchanges are kept for reuse per HTTP thread, so a GET allocates next to nothing.
 */
#pragma once

#include "api/connection.h"
#include "api/guards.h"
#include "api/limiter.h"
#include "api/reply.h"
#include "api/request.h"
#include "api/server.h"

#include <glib.h>
#include <jansson.h>
#include <microhttpd.h>
#include <stdatomic.h>

enum { SERVER_ID_SIZE = 37 };

struct server {
	const struct server_host *host;
	struct route_table *routes;
	struct limiter *limiter;
	struct watch *watch;
	struct MHD_Daemon *daemon;
	GThreadPool *pool; /* long reads, and the parsing of large bodies */
	unsigned port;
	char rate_policy[48], rate_limit[24]; /* header values that never change */
	char *too_large;                      /* the 413 envelope */
	_Atomic bool draining;
	GMutex lock;
	GCond jobs_done;
	unsigned jobs;  /* connections suspended; under lock */
	bool stopping;  /* no more jobs; under lock */
	GThread *bell;      /* asks the streams that wait */
	GPtrArray *resting; /* exchanges whose streams wait; under lock */
	GCond bell_wake;
	bool bell_ends;     /* under lock */
};

enum stage {
	STAGE_NEW,     /* the head has not been looked at */
	STAGE_BODY,    /* the body is coming in, kept or (refused) thrown away */
	STAGE_AWAY,    /* suspended: a job elsewhere has it */
	STAGE_READY,   /* the reply is to be sent */
	STAGE_SENT,
};

struct stream;

struct exchange {
	struct exchange *next; /* among the spare ones */
	struct server *srv;
	struct connection *con;
	struct MHD_Connection *mhd;
	struct arena *arena;
	enum stage stage;
	bool checked; /* the body and the query have been: only the handler's run is left */
	bool refused; /* the reply is made already; the body does not matter */
	struct head head;
	const struct route_group *group;
	struct request rq;
	struct reply re;
	struct limiter_verdict quota;
	bool has_quota;
	char *body;
	size_t n_body, cap_body, max_body;
	json_t *json;
	struct stream *stream; /* the reply's, while it is being sent */
	char id[SERVER_ID_SIZE];
	int64_t began_us;
};

/* exchange.c: the library's callbacks. */
void *exchange_on_line(void *srv, const char *target, struct MHD_Connection *mhd);
enum MHD_Result exchange_on_request(void *srv, struct MHD_Connection *mhd, const char *path,
				    const char *method, const char *version, const char *chunk,
				    size_t *n_chunk, void **slot);
void exchange_on_end(void *srv, struct MHD_Connection *mhd, void **slot, enum MHD_RequestTerminationCode how);
void exchange_on_connection(void *srv, struct MHD_Connection *mhd, void **slot,
			    enum MHD_ConnectionNotificationCode how);

/* Takes the client's X-Request-Id, or makes one. */
void exchange_take_id(struct exchange *ex);

/* admit.c: false when the reply has been made: refused. */
bool admit(struct exchange *ex, const char *version);

/* intake.c */
bool intake_chunk(struct exchange *ex, const char *chunk, size_t n); /* false: over the limit */
bool intake_check(struct exchange *ex); /* false when the reply has been made */

/*
 * work.c: between the two the connection is suspended and the server does not stop. False, and nothing done, when the
 * server is stopping. After the end the exchange may be gone.
 */
bool work_leave(struct exchange *ex);
void work_return(struct exchange *ex);

/* work.c: true when the reply is ready; false when the connection is suspended and a job has the exchange. */
bool work_start(struct exchange *ex);
void work_in_pool(gpointer exchange, gpointer srv);

/* stream.c */
struct MHD_Response *stream_response(struct exchange *ex);
void stream_in_pool(struct exchange *ex);
/* Streams that wait are asked again a few times a second, and ended when the server drains. */
void stream_bell_start(struct server *srv);
void stream_bell_stop(struct server *srv);

/* answer.c */
enum MHD_Result answer_send(struct exchange *ex);
