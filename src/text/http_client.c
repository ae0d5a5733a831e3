#include "text/http_client.h"

#include "base/clock.h"
#include "core/address.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fcntl.h>
#include <glib.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { POLL_MS = 1000,
       CONNECT_MS = 10000,
       IDLE_CONNECTIONS = 64,
       SPARE = 64 };

/* One request, from http_client_send() to its done. */
struct transfer {
	CURL *easy;
	struct curl_slist *headers;
	char *method, *url, *body, *user, *password;
	size_t n_body;
	enum http_reach reach;
	long timeout_ms;
	size_t answer_max;
	http_done *done;
	void *arg;
	GString *answer;
	int64_t began_ms;
	bool cut, refused, fresh;
	bool begun; /* a connection was there, and the request may have left */
	char error[CURL_ERROR_SIZE];
};

struct http_client {
	CURLM *multi;
	GThread *thread;
	GMutex lock;
	GQueue waiting; /* under lock */
	bool stopping;	/* under lock */
	int64_t until_ms;
	GHashTable *under_way; /* transfers; the thread's */
	GPtrArray *spare;      /* easy handles to use again; the thread's */
};

/* ---- what libcurl asks ---- */

static bool may_reach(enum http_reach reach, enum address_kind kind)
{
	return reach == HTTP_ANYWHERE || kind == ADDRESS_PUBLIC || (reach == HTTP_OR_LOOPBACK && kind == ADDRESS_LOOPBACK);
}

static bool may_connect(const struct transfer *t, const struct sockaddr *a)
{
	if (a->sa_family == AF_INET)
		return may_reach(t->reach,
				 address_kind4((const uint8_t *)&((const struct sockaddr_in *)(const void *)a)->sin_addr));
	if (a->sa_family == AF_INET6)
		return may_reach(t->reach,
				 address_kind6(((const struct sockaddr_in6 *)(const void *)a)->sin6_addr.s6_addr));
	return false;
}

/* The address that has been resolved and is connected to now: no second look-up can change it. */
static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct transfer *t = arg;

	if (purpose != CURLSOCKTYPE_IPCXN || !may_connect(t, &a->addr)) {
		t->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

/* A connection is there, perhaps one that another request with a wider reach has opened. */
static int before_request(void *arg, char *peer, char *local, int peer_port, int local_port)
{
	struct transfer *t = arg;
	uint8_t a[16];
	bool may = t->reach == HTTP_ANYWHERE ||
		   (inet_pton(AF_INET, peer, a) == 1 && may_reach(t->reach, address_kind4(a))) ||
		   (inet_pton(AF_INET6, peer, a) == 1 && may_reach(t->reach, address_kind6(a)));

	(void)local, (void)peer_port, (void)local_port;
	t->refused |= !may;
	t->begun |= may;
	return may ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

static size_t take_answer(char *data, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;
	size_t room = t->answer_max - t->answer->len, take = MIN(size * n, room);

	g_string_append_len(t->answer, data, (gssize)take);
	t->cut |= take < size * n;
	return take; /* less than offered ends the transfer */
}

/* ---- a transfer ---- */

static void set_up(struct transfer *t)
{
	CURL *c = t->easy;

	curl_easy_setopt(c, CURLOPT_URL, t->url);
	curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, t->method);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, t->reach == HTTP_PUBLIC ? "https" : "http,https");
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, t->headers);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, t->timeout_ms);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, MIN(t->timeout_ms, (long)CONNECT_MS));
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_answer);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, t);
	curl_easy_setopt(c, CURLOPT_PREREQFUNCTION, before_request);
	curl_easy_setopt(c, CURLOPT_PREREQDATA, t);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, t->error);
	curl_easy_setopt(c, CURLOPT_PRIVATE, t);
	curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, (long)t->fresh);
	curl_easy_setopt(c, CURLOPT_FORBID_REUSE, (long)t->fresh);
	if (t->body) {
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)t->n_body);
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, t->body);
	}
	if (t->user) {
		curl_easy_setopt(c, CURLOPT_USERNAME, t->user);
		curl_easy_setopt(c, CURLOPT_PASSWORD, t->password);
	}
}

static void transfer_free(struct transfer *t)
{
	curl_slist_free_all(t->headers);
	g_string_free(t->answer, TRUE);
	g_free(t->method);
	g_free(t->url);
	g_free(t->body);
	g_free(t->user);
	g_free(t->password);
	g_free(t);
}

static void tell(struct transfer *t, struct http_answer *a)
{
	a->body = t->answer->str;
	a->n_body = t->answer->len;
	a->cut = t->cut;
	a->took_ms = clock_boot_ms() - t->began_ms;
	t->done(t->arg, a);
	transfer_free(t);
}

static void tell_stopped(struct transfer *t)
{
	tell(t, &(struct http_answer){ .result = HTTP_STOPPED, .retry_after_s = -1, .why = "the server is stopping" });
}

static enum http_result result_of(const struct transfer *t, CURLcode rc, long status)
{
	if (rc == CURLE_OK || (rc == CURLE_WRITE_ERROR && t->cut && status))
		return HTTP_ANSWERED;
	if (t->refused || rc == CURLE_URL_MALFORMAT || rc == CURLE_UNSUPPORTED_PROTOCOL)
		return HTTP_REFUSED;
	return t->begun ? HTTP_LOST : HTTP_NOT_SENT;
}

static void put_away(struct http_client *c, CURL *easy)
{
	if (c->spare->len >= SPARE) {
		curl_easy_cleanup(easy);
		return;
	}
	curl_easy_reset(easy);
	g_ptr_array_add(c->spare, easy);
}

static void finish(struct http_client *c, struct transfer *t, CURLcode rc)
{
	struct http_answer a = { .retry_after_s = -1 };
	const struct curl_header *h;
	curl_off_t wait = 0;

	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &a.status);
	a.result = result_of(t, rc, a.status);
	if (curl_easy_header(t->easy, "Retry-After", 0, CURLH_HEADER, -1, (struct curl_header **)&h) == CURLHE_OK &&
	    curl_easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &wait) == CURLE_OK)
		a.retry_after_s = wait;
	if (a.result != HTTP_ANSWERED)
		a.why = t->refused ? "the address is not one on the open network" : t->error[0] ? t->error
												: curl_easy_strerror(rc);
	curl_multi_remove_handle(c->multi, t->easy);
	put_away(c, t->easy);
	g_hash_table_remove(c->under_way, t);
	tell(t, &a);
}

/* ---- the thread ---- */

static void begin(struct http_client *c, struct transfer *t)
{
	t->easy = c->spare->len ? g_ptr_array_steal_index_fast(c->spare, c->spare->len - 1) : curl_easy_init();
	set_up(t);
	t->began_ms = clock_boot_ms();
	g_hash_table_add(c->under_way, t);
	curl_multi_add_handle(c->multi, t->easy);
}

static struct transfer *next_waiting(struct http_client *c, bool *stopping)
{
	struct transfer *t = NULL;

	g_mutex_lock(&c->lock);
	*stopping = c->stopping;
	if (c->stopping || g_hash_table_size(c->under_way) < HTTP_IN_FLIGHT)
		t = g_queue_pop_head(&c->waiting);
	g_mutex_unlock(&c->lock);
	return t;
}

static void begin_waiting(struct http_client *c, bool *stopping)
{
	struct transfer *t;

	while ((t = next_waiting(c, stopping))) {
		if (*stopping)
			tell_stopped(t);
		else
			begin(c, t);
	}
}

static void finish_done(struct http_client *c)
{
	const CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(c->multi, &left))) {
		struct transfer *t = NULL;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&t);
		finish(c, t, m->data.result);
	}
}

static void drop_all(struct http_client *c)
{
	GHashTableIter it;
	gpointer key;

	g_hash_table_iter_init(&it, c->under_way);
	while (g_hash_table_iter_next(&it, &key, NULL)) {
		struct transfer *t = key;

		curl_multi_remove_handle(c->multi, t->easy);
		curl_easy_cleanup(t->easy);
		g_hash_table_iter_remove(&it);
		tell_stopped(t);
	}
}

static void *client_thread(void *arg)
{
	struct http_client *c = arg;
	bool stopping = false;
	int running;

	for (;;) {
		begin_waiting(c, &stopping);
		if (stopping && (g_hash_table_size(c->under_way) == 0 || clock_boot_ms() >= c->until_ms))
			break;
		curl_multi_perform(c->multi, &running);
		finish_done(c);
		curl_multi_poll(c->multi, NULL, 0, stopping ? 20 : POLL_MS, NULL);
	}
	drop_all(c);
	return NULL;
}

/* ---- from outside ---- */

struct http_client *http_client_start(struct problem *p)
{
	struct http_client *c;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0) {
		problem_set(p, PROBLEM_FAILED, "the HTTP client cannot start");
		return NULL;
	}
	c = g_new0(struct http_client, 1);
	c->multi = curl_multi_init();
	curl_multi_setopt(c->multi, CURLMOPT_MAXCONNECTS, (long)IDLE_CONNECTIONS);
	c->under_way = g_hash_table_new(NULL, NULL);
	c->spare = g_ptr_array_new_with_free_func(curl_easy_cleanup);
	g_mutex_init(&c->lock);
	g_queue_init(&c->waiting);
	c->thread = g_thread_new("http-client", client_thread, c);
	return c;
}

void http_client_stop(struct http_client *c, int grace_ms)
{
	if (!c)
		return;
	g_mutex_lock(&c->lock);
	c->until_ms = clock_boot_ms() + grace_ms;
	c->stopping = true;
	g_mutex_unlock(&c->lock);
	curl_multi_wakeup(c->multi);
	g_thread_join(c->thread);
	g_ptr_array_unref(c->spare);
	g_hash_table_unref(c->under_way);
	curl_multi_cleanup(c->multi);
	curl_global_cleanup();
	g_mutex_clear(&c->lock);
	g_free(c);
}

void http_client_send(struct http_client *c, const struct http_request *rq, http_done *done, void *arg)
{
	struct transfer *t = g_new0(struct transfer, 1);

	t->method = g_strdup(rq->method);
	t->url = g_strdup(rq->url);
	t->body = rq->body ? g_memdup2(rq->body, rq->n_body + 1) : NULL;
	t->n_body = rq->n_body;
	t->user = g_strdup(rq->user);
	t->password = g_strdup(rq->password);
	t->reach = rq->reach;
	t->timeout_ms = rq->timeout_ms ? rq->timeout_ms : HTTP_TIMEOUT_MS;
	t->answer_max = rq->answer_max ? rq->answer_max : HTTP_ANSWER_MAX;
	t->fresh = rq->fresh;
	t->done = done;
	t->arg = arg;
	t->answer = g_string_new(NULL);
	t->headers = curl_slist_append(NULL, "Expect:"); /* no waiting for "100 Continue" */
	for (const char *const *h = rq->headers; h && *h; h++)
		t->headers = curl_slist_append(t->headers, *h);
	g_mutex_lock(&c->lock);
	g_queue_push_tail(&c->waiting, t);
	g_mutex_unlock(&c->lock);
	curl_multi_wakeup(c->multi);
}
