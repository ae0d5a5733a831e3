/*
 * GLib's locks, queues and threads over pthread's, for the build with ThreadSanitizer only.
 *
 * The sanitizer understands pthread; GLib's own locks are futexes in a library it has not compiled, so that everything
 * they protect would look like a race. The program's definitions go before the library's: what our code calls lands here.
 */
#include <glib.h>
#include <pthread.h>
#include <stdatomic.h>

/* A GMutex, GCond or GRWLock is a pointer's room or more, all zero when fresh: there hangs the real one. */
static void *real(gpointer *slot, size_t size, void (*init)(void *))
{
	void *have = atomic_load((_Atomic(void *) *)slot), *none = NULL;

	if (have)
		return have;
	have = g_malloc0(size);
	init(have);
	if (atomic_compare_exchange_strong((_Atomic(void *) *)slot, &none, have))
		return have;
	g_free(have);
	return none;
}

static void init_mutex(void *m)
{
	pthread_mutex_init(m, NULL);
}

static void init_cond(void *c)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC); /* g_cond_wait_until()'s */
	pthread_cond_init(c, &attr);
}

static void init_rw_lock(void *l)
{
	pthread_rwlock_init(l, NULL);
}

static pthread_mutex_t *mutex(GMutex *m)
{
	return real(&m->p, sizeof(pthread_mutex_t), init_mutex);
}

static pthread_cond_t *cond(GCond *c)
{
	return real(&c->p, sizeof(pthread_cond_t), init_cond);
}

static pthread_rwlock_t *rw_lock(GRWLock *l)
{
	return real(&l->p, sizeof(pthread_rwlock_t), init_rw_lock);
}

void g_mutex_init(GMutex *m)
{
	m->p = NULL;
}

void g_mutex_clear(GMutex *m)
{
	g_free(m->p);
	m->p = NULL;
}

void g_mutex_lock(GMutex *m)
{
	pthread_mutex_lock(mutex(m));
}

void g_mutex_unlock(GMutex *m)
{
	pthread_mutex_unlock(mutex(m));
}

void g_cond_init(GCond *c)
{
	c->p = NULL;
}

void g_cond_clear(GCond *c)
{
	g_free(c->p);
	c->p = NULL;
}

void g_cond_wait(GCond *c, GMutex *m)
{
	pthread_cond_wait(cond(c), mutex(m));
}

gboolean g_cond_wait_until(GCond *c, GMutex *m, gint64 until_us)
{
	const struct timespec at = { until_us / 1000000, until_us % 1000000 * 1000 };

	return pthread_cond_timedwait(cond(c), mutex(m), &at) == 0;
}

void g_cond_signal(GCond *c)
{
	pthread_cond_signal(cond(c));
}

void g_cond_broadcast(GCond *c)
{
	pthread_cond_broadcast(cond(c));
}

void g_rw_lock_init(GRWLock *l)
{
	l->p = NULL;
}

void g_rw_lock_clear(GRWLock *l)
{
	g_free(l->p);
	l->p = NULL;
}

void g_rw_lock_reader_lock(GRWLock *l)
{
	pthread_rwlock_rdlock(rw_lock(l));
}

void g_rw_lock_reader_unlock(GRWLock *l)
{
	pthread_rwlock_unlock(rw_lock(l));
}

void g_rw_lock_writer_lock(GRWLock *l)
{
	pthread_rwlock_wrlock(rw_lock(l));
}

void g_rw_lock_writer_unlock(GRWLock *l)
{
	pthread_rwlock_unlock(rw_lock(l));
}

/* ---- queues ---- */

struct _GAsyncQueue {
	pthread_mutex_t lock;
	GQueue items;
	GDestroyNotify drop;
};

GAsyncQueue *g_async_queue_new_full(GDestroyNotify drop)
{
	GAsyncQueue *q = g_new0(GAsyncQueue, 1);

	pthread_mutex_init(&q->lock, NULL);
	q->drop = drop;
	return q;
}

void g_async_queue_push(GAsyncQueue *q, gpointer item)
{
	pthread_mutex_lock(&q->lock);
	g_queue_push_tail(&q->items, item);
	pthread_mutex_unlock(&q->lock);
}

gpointer g_async_queue_try_pop(GAsyncQueue *q)
{
	gpointer item;

	pthread_mutex_lock(&q->lock);
	item = g_queue_pop_head(&q->items);
	pthread_mutex_unlock(&q->lock);
	return item;
}

gint g_async_queue_length(GAsyncQueue *q)
{
	gint n;

	pthread_mutex_lock(&q->lock);
	n = (gint)q->items.length;
	pthread_mutex_unlock(&q->lock);
	return n;
}

void g_async_queue_unref(GAsyncQueue *q)
{
	g_queue_clear_full(&q->items, q->drop);
	g_free(q);
}

/* ---- threads ---- */

struct start {
	GThreadFunc fn;
	gpointer data;
};

static void *begin(void *arg)
{
	struct start s = *(struct start *)arg;

	g_free(arg);
	return s.fn(s.data);
}

GThread *g_thread_new(const gchar *name, GThreadFunc fn, gpointer data)
{
	struct start *s = g_new(struct start, 1);
	pthread_t thread;

	*s = (struct start){ fn, data };
	pthread_create(&thread, NULL, begin, s);
	pthread_setname_np(thread, name);
	return (GThread *)thread;
}

gpointer g_thread_join(GThread *thread)
{
	void *result;

	pthread_join((pthread_t)thread, &result);
	return result;
}

/* A pool is here what ours are: a number of threads that work off a queue. */
struct pool {
	GThreadPool public;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	GQueue items;
	gboolean ending;
	GPtrArray *threads;
};

static void *work(void *arg)
{
	struct pool *p = arg;

	pthread_mutex_lock(&p->lock);
	for (;;) {
		gpointer item = g_queue_pop_head(&p->items);

		if (item) {
			pthread_mutex_unlock(&p->lock);
			p->public.func(item, p->public.user_data);
			pthread_mutex_lock(&p->lock);
		} else if (p->ending) {
			break;
		} else {
			pthread_cond_wait(&p->changed, &p->lock);
		}
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

GThreadPool *g_thread_pool_new(GFunc fn, gpointer data, gint most, gboolean exclusive, GError **error)
{
	struct pool *p = g_new0(struct pool, 1);

	(void)error;
	p->public = (GThreadPool){ fn, data, exclusive };
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->changed, NULL);
	p->threads = g_ptr_array_new();
	for (gint i = 0; i < most; i++) {
		pthread_t thread;

		pthread_create(&thread, NULL, work, p);
		g_ptr_array_add(p->threads, (gpointer)thread);
	}
	return &p->public;
}

gboolean g_thread_pool_push(GThreadPool *public, gpointer item, GError **error)
{
	struct pool *p = (struct pool *)public;

	(void)error;
	pthread_mutex_lock(&p->lock);
	g_queue_push_tail(&p->items, item);
	pthread_cond_signal(&p->changed);
	pthread_mutex_unlock(&p->lock);
	return TRUE;
}

void g_thread_pool_free(GThreadPool *public, gboolean immediate, gboolean wait)
{
	struct pool *p = (struct pool *)public;

	(void)wait;
	pthread_mutex_lock(&p->lock);
	if (immediate)
		g_queue_clear(&p->items);
	p->ending = TRUE;
	pthread_cond_broadcast(&p->changed);
	pthread_mutex_unlock(&p->lock);
	for (guint i = 0; i < p->threads->len; i++)
		pthread_join((pthread_t)p->threads->pdata[i], NULL);
	g_ptr_array_free(p->threads, TRUE);
	g_free(p);
}
