/*
 * Calls reach the line through a locked list and lws_cancel_service(), the one function of libwebsockets that another thread
 * may call. Each call that is known has a seat: its socket, the message that is coming in, and its timer.
 */
#include "voice/ai_line.h"

#include "base/clock.h"
#include "base/log.h"
#include "voice/ai_call.h"
#include "voice/ai_dialect.h"

#include <libwebsockets.h>

#include <glib.h>
#include <stdatomic.h>
#include <string.h>

enum { KEY_MAX = 4096, TIMER_MOST_MS = 60000 };

struct seat {
	lws_sorted_usec_list_t timer; /* first: the timer is the seat */
	struct ai_line *line;
	struct ai_call *call; /* a reference */
	struct lws *wsi;      /* NULL: no socket */
	GByteArray *message;
	char *key;            /* while it connects */
	bool connecting, established, too_long, closing;
};

struct ai_line {
	struct lws_context *context;
	GThread *thread;
	_Atomic bool stopping;

	GMutex lock;
	GQueue asked; /* struct ai_call, a reference each */

	GHashTable *seats; /* the line's thread: call to seat */
};

/* ---- the key ---- */

char *ai_key_read(const char *file, struct problem *p)
{
	const char *folder = g_getenv("CREDENTIALS_DIRECTORY");
	g_autofree char *path = strchr(file, '/') ? g_strdup(file) : folder ? g_build_filename(folder, file, NULL) : NULL;
	g_autoptr(GError) err = NULL;
	char *key = NULL;
	gsize n;

	if (!path) {
		problem_set(p, PROBLEM_CONFIG, "\"%s\" names a systemd credential, and the server was not given any", file);
		return NULL;
	}
	if (!g_file_get_contents(path, &key, &n, &err)) {
		problem_set(p, PROBLEM_CONFIG, "the provider's key cannot be read: %s", err->message);
		return NULL;
	}
	g_strstrip(key);
	if (key[0] && n <= KEY_MAX && !strpbrk(key, "\r\n"))
		return key;
	problem_set(p, PROBLEM_CONFIG, "%s holds no key: one line is expected", path);
	ai_key_free(key);
	return NULL;
}

void ai_key_free(char *key)
{
	if (key)
		explicit_bzero(key, strlen(key));
	g_free(key);
}

/* ---- seats ---- */

/* Lets go of a socket: nothing is heard of it any more. */
static void hang_up(struct seat *s)
{
	if (!s->wsi)
		return;
	lws_set_opaque_user_data(s->wsi, NULL);
	lws_set_timeout(s->wsi, PENDING_TIMEOUT_CLOSE_SEND, LWS_TO_KILL_ASYNC);
	s->wsi = NULL;
	s->connecting = s->established = s->closing = false;
	g_byte_array_set_size(s->message, 0);
}

static void leave(struct seat *s)
{
	lws_sul_cancel(&s->timer);
	hang_up(s);
	g_byte_array_unref(s->message);
	ai_key_free(s->key);
	g_hash_table_remove(s->line->seats, s->call);
	ai_call_unref(s->call);
	g_free(s);
}

static void lost(struct seat *s, bool refused)
{
	s->wsi = NULL;
	s->connecting = s->established = s->closing = s->too_long = false;
	g_byte_array_set_size(s->message, 0);
	ai_call_lost(s->call, refused);
}

static void connect_now(struct seat *s)
{
	const struct ai_brief *b = ai_call_brief(s->call);
	g_autofree char *url = g_strdup(b->url), *path = NULL, *model = g_uri_escape_string(b->model, NULL, FALSE);
	struct lws_client_connect_info i = { .context = s->line->context, .pwsi = &s->wsi, .opaque_user_data = s,
					     .local_protocol_name = "realtime" };
	const char *scheme, *rest;
	struct problem p = { 0 };

	ai_key_free(s->key);
	s->key = ai_key_read(b->key_file, &p);
	if (!s->key || lws_parse_uri(url, &scheme, &i.address, &i.port, &rest) != 0) {
		log_error("ai.provider", "%s: %s", b->provider, s->key ? "its address cannot be read" : p.text);
		lost(s, true);
		return;
	}
	path = g_strdup_printf("/%s%smodel=%s", rest, strchr(rest, '?') ? "&" : "?", model);
	i.path = path;
	i.host = i.origin = i.address;
	i.ssl_connection = strcmp(scheme, "wss") == 0 ? LCCSCF_USE_SSL : 0;
	s->connecting = true;
	if (!lws_client_connect_via_info(&i) && s->connecting) /* mostly the call-back has told */
		lost(s, false);
}

static void timer_due(lws_sorted_usec_list_t *timer);

static void look(struct seat *s)
{
	int64_t next = ai_call_look(s->call), wait = next == INT64_MAX ? TIMER_MOST_MS : next - clock_boot_ms();

	switch (ai_call_wants(s->call)) {
	case AI_CALL_CONNECTS:
		hang_up(s); /* one that was too slow */
		connect_now(s);
		break;
	case AI_CALL_KEEPS:
		if (s->wsi && ai_call_has_next(s->call))
			lws_callback_on_writable(s->wsi);
		break;
	case AI_CALL_CLOSES:
		if (!s->established) {
			leave(s);
			return;
		}
		s->closing = true;
		lws_callback_on_writable(s->wsi);
		break;
	}
	lws_sul_schedule(s->line->context, 0, &s->timer, timer_due, CLAMP(wait, 1, TIMER_MOST_MS) * LWS_US_PER_MS);
}

static void timer_due(lws_sorted_usec_list_t *timer)
{
	look((struct seat *)timer);
}

static struct seat *seat_of(struct ai_line *l, struct ai_call *a)
{
	struct seat *s = g_hash_table_lookup(l->seats, a);

	if (s)
		return s;
	s = g_new0(struct seat, 1);
	s->line = l;
	s->call = ai_call_ref(a);
	s->message = g_byte_array_new();
	g_hash_table_insert(l->seats, a, s);
	return s;
}

static void look_at_all(struct ai_line *l)
{
	struct ai_call *a;
	GQueue asked;

	g_mutex_lock(&l->lock);
	asked = l->asked;
	g_queue_init(&l->asked);
	g_mutex_unlock(&l->lock);
	while ((a = g_queue_pop_head(&asked))) {
		/* One that is over has left its seat, and must not take another. */
		if (g_hash_table_contains(l->seats, a) || ai_call_is_open(a))
			look(seat_of(l, a));
		ai_call_unref(a);
	}
}

/* ---- the socket ---- */

static int add_headers(struct seat *s, struct lws *wsi, unsigned char **at, unsigned char *end)
{
	g_autofree char *bearer = g_strdup_printf("Bearer %s", s->key);
	int rc = lws_add_http_header_by_token(wsi, WSI_TOKEN_HTTP_AUTHORIZATION, (unsigned char *)bearer,
					      (int)strlen(bearer), at, end);

	explicit_bzero(bearer, strlen(bearer));
	if (rc == 0 && ai_call_brief(s->call)->dialect == AI_DIALECT_BETA)
		rc = lws_add_http_header_by_name(wsi, (const unsigned char *)"OpenAI-Beta:",
						 (const unsigned char *)"realtime=v1", 11, at, end);
	return rc;
}

static void receive(struct seat *s, struct lws *wsi, const void *in, size_t n)
{
	if (s->message->len + n > AI_FRAME_MAX)
		s->too_long = true;
	else
		g_byte_array_append(s->message, in, (guint)n);
	if (!lws_is_final_fragment(wsi) || lws_remaining_packet_payload(wsi) > 0)
		return;
	/* An event that is too long is read as nonsense. */
	ai_call_received(s->call, (const char *)s->message->data, s->too_long ? 0 : s->message->len);
	s->too_long = false;
	g_byte_array_set_size(s->message, 0);
}

static int write_next(struct seat *s)
{
	g_autofree char *text = s->closing ? NULL : ai_call_next(s->call);
	g_autofree unsigned char *buf = NULL;
	size_t n;

	if (s->closing) {
		lws_close_reason(s->wsi, LWS_CLOSE_STATUS_NORMAL, NULL, 0);
		return -1;
	}
	if (!text)
		return 0;
	n = strlen(text);
	buf = g_malloc(LWS_PRE + n);
	memcpy(buf + LWS_PRE, text, n);
	if (lws_write(s->wsi, buf + LWS_PRE, n, LWS_WRITE_TEXT) < (int)n)
		return -1;
	if (ai_call_has_next(s->call))
		lws_callback_on_writable(s->wsi);
	return 0;
}

/* A 4xx will be one again; too many requests may not. */
static bool is_refusal(struct lws *wsi)
{
	unsigned status = lws_http_client_http_response(wsi);

	return status >= 400 && status < 500 && status != 408 && status != 429;
}

static int on_socket(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t n)
{
	struct seat *s = wsi ? lws_get_opaque_user_data(wsi) : NULL;
	struct ai_line *l = lws_context_user(lws_get_context(wsi));

	(void)user;
	if (reason == LWS_CALLBACK_EVENT_WAIT_CANCELLED)
		look_at_all(l);
	if (!s)
		return reason == LWS_CALLBACK_CLIENT_RECEIVE || reason == LWS_CALLBACK_CLIENT_WRITEABLE ? -1 : 0;
	switch (reason) {
	case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
		return add_headers(s, wsi, in, *(unsigned char **)in + n);
	case LWS_CALLBACK_CLIENT_ESTABLISHED:
		ai_key_free(s->key);
		s->key = NULL;
		s->established = true;
		ai_call_connected(s->call);
		break;
	case LWS_CALLBACK_CLIENT_RECEIVE:
		receive(s, wsi, in, n);
		break;
	case LWS_CALLBACK_CLIENT_WRITEABLE:
		return write_next(s);
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		log_warn("ai.connect", "provider %s: %.*s (status %u)", ai_call_brief(s->call)->provider, (int)n,
			 in ? (const char *)in : "", lws_http_client_http_response(wsi));
		lost(s, is_refusal(wsi));
		break;
	case LWS_CALLBACK_CLIENT_CLOSED:
		lost(s, false);
		break;
	default:
		break;
	}
	return 0;
}

/* ---- life ---- */

static void *run(void *arg)
{
	struct ai_line *l = arg;
	GList *seats;

	while (!l->stopping)
		lws_service(l->context, 0);
	look_at_all(l);
	seats = g_hash_table_get_values(l->seats);
	for (GList *at = seats; at; at = at->next)
		leave(at->data);
	g_list_free(seats);
	return NULL;
}

struct ai_line *ai_line_start(struct problem *p)
{
	static const struct lws_protocols protocols[] = { { "realtime", on_socket, 0, 65536, 0, NULL, 0 }, { 0 } };
	struct lws_context_creation_info info = { .port = CONTEXT_PORT_NO_LISTEN, .protocols = protocols,
						  .options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT,
						  .gid = (gid_t)-1, .uid = (uid_t)-1 };
	struct ai_line *l = g_new0(struct ai_line, 1);

	lws_set_log_level(0, NULL);
	info.user = l;
	g_mutex_init(&l->lock);
	g_queue_init(&l->asked);
	l->seats = g_hash_table_new(g_direct_hash, g_direct_equal);
	l->context = lws_create_context(&info);
	if (!l->context) {
		problem_set(p, PROBLEM_FAILED, "no WebSocket context can be had");
		ai_line_stop(l);
		return NULL;
	}
	l->thread = g_thread_new("ai", run, l);
	return l;
}

void ai_line_stop(struct ai_line *l)
{
	if (!l)
		return;
	l->stopping = true;
	if (l->thread) {
		lws_cancel_service(l->context);
		g_thread_join(l->thread);
	}
	if (l->context)
		lws_context_destroy(l->context);
	g_hash_table_destroy(l->seats);
	g_mutex_clear(&l->lock);
	g_free(l);
}

void ai_line_look(struct ai_line *l, struct ai_call *a)
{
	g_mutex_lock(&l->lock);
	g_queue_push_tail(&l->asked, ai_call_ref(a));
	g_mutex_unlock(&l->lock);
	lws_cancel_service(l->context);
}
