/*
 * Two file descriptors wake libre's loop for us: the queue's doorbell and a timerfd for the nearest deadline.
 *
 * The doorbell is an mqueue, a pipe that can be full; so it carries no data. It is rung only when the queue
 * turns from empty to not empty, so that it can never fill up. The timerfd runs on the boot clock, because
 * libre's own timers follow the wall clock and stall or fire when that is set.
 */
#include "voice/loop.h"

#include "base/clock.h"
#include "base/log.h"
#include "voice/deadline.h"

#include <re.h>
#define DEBUG_MODULE "callsheet"
#define DEBUG_LEVEL 0
#include <re_dbg.h>

#include <assert.h>
#include <glib.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum {
	MOST_FDS = 32768, /* 44 bytes each */
	LATE_MS = 300,    /* a deadline found this late: we slept (a stopped process, a suspended machine) */
	READ_MS = 500,    /* then this long is given to reading what came meanwhile */
};

struct work {
	void (*fn)(void *arg);
	void *arg;
};

struct loop {
	pthread_t thread;
	pthread_mutex_t lock; /* protects queue, stopping, started */
	pthread_cond_t changed;
	GArray *queue; /* struct work */
	bool stopping, started;
	int err; /* why the thread could not start */

	/* SIP thread only: */
	struct mqueue *doorbell;
	int timer;
	int64_t armed; /* for when the timer is set; -1: not at all */
	int64_t reading_until; /* after a sleep: no deadline is believed before; 0: none to wait for */
	struct deadlines *deadlines;
};

static void arm(struct loop *l)
{
	int64_t at = deadline_nearest(l->deadlines);
	struct itimerspec when = { 0 };

	if (at >= 0)
		at = MAX(at, l->reading_until);
	if (at == l->armed)
		return;
	l->armed = at;
	if (at >= 0) { /* a zero value would disarm the timer */
		at = MAX(at, 1);
		when.it_value.tv_sec = at / 1000;
		when.it_value.tv_nsec = at % 1000 * 1000000;
	}
	timerfd_settime(l->timer, TFD_TIMER_ABSTIME, &when, NULL);
}

/*
 * Whether what came while we slept must be read first. An answer may wait in the socket for a call whose deadline has
 * passed meanwhile; and libre reads one datagram a turn, while a turn ends all deadlines that are due.
 */
static bool must_read_first(struct loop *l, int64_t now)
{
	int64_t nearest = deadline_nearest(l->deadlines);

	if (l->reading_until)
		return now < l->reading_until;
	if (nearest < 0 || now - nearest < LATE_MS)
		return false;
	l->reading_until = now + READ_MS;
	return true;
}

static void timer_fired(int flags, void *arg)
{
	struct loop *l = arg;
	int64_t now = clock_boot_ms();
	deadline_fn *fn;
	void *fn_arg;
	uint64_t times;

	(void)flags;
	if (read(l->timer, &times, sizeof(times)) < 0)
		return;
	l->armed = -1;
	if (!must_read_first(l, now)) {
		l->reading_until = 0;
		while (deadline_take(l->deadlines, now, &fn, &fn_arg))
			fn(fn_arg);
	}
	arm(l);
}

uint64_t loop_after(struct loop *l, int ms, void (*fn)(void *arg), void *arg)
{
	uint64_t id = deadline_add(l->deadlines, clock_boot_ms() + ms, fn, arg);

	arm(l);
	return id;
}

void loop_cancel(struct loop *l, uint64_t deadline)
{
	/* The timer stays armed for a deadline taken back: it then fires once for nothing. */
	if (deadline)
		deadline_remove(l->deadlines, deadline);
}

static void run_queue(struct loop *l)
{
	GArray *work;

	pthread_mutex_lock(&l->lock);
	work = l->queue;
	l->queue = g_array_new(FALSE, FALSE, sizeof(struct work));
	pthread_mutex_unlock(&l->lock);
	for (unsigned i = 0; i < work->len; i++) {
		struct work w = g_array_index(work, struct work, i);

		w.fn(w.arg);
	}
	g_array_free(work, TRUE);
}

static void doorbell_rang(int id, void *data, void *arg)
{
	struct loop *l = arg;
	bool stop;

	(void)id, (void)data;
	run_queue(l);
	pthread_mutex_lock(&l->lock);
	stop = l->stopping && l->queue->len == 0;
	pthread_mutex_unlock(&l->lock);
	if (stop)
		re_cancel();
}

void loop_run(struct loop *l, void (*fn)(void *arg), void *arg)
{
	struct work w = { fn, arg };

	pthread_mutex_lock(&l->lock);
	g_array_append_val(l->queue, w);
	if (l->queue->len == 1)
		mqueue_push(l->doorbell, 0, NULL);
	pthread_mutex_unlock(&l->lock);
}

struct wait {
	void (*fn)(void *arg);
	void *arg;
	pthread_mutex_t lock;
	pthread_cond_t cond;
	bool done;
};

static void run_and_tell(void *arg)
{
	struct wait *w = arg;

	w->fn(w->arg);
	pthread_mutex_lock(&w->lock);
	w->done = true;
	pthread_cond_signal(&w->cond);
	pthread_mutex_unlock(&w->lock);
}

void loop_run_wait(struct loop *l, void (*fn)(void *arg), void *arg)
{
	struct wait w = { fn, arg };

	assert(!pthread_equal(pthread_self(), l->thread));
	pthread_mutex_init(&w.lock, NULL);
	pthread_cond_init(&w.cond, NULL);
	loop_run(l, run_and_tell, &w);
	pthread_mutex_lock(&w.lock);
	while (!w.done)
		pthread_cond_wait(&w.cond, &w.lock);
	pthread_mutex_unlock(&w.lock);
	pthread_mutex_destroy(&w.lock);
	pthread_cond_destroy(&w.cond);
}

static void libre_says(int level, const char *text, size_t len, void *arg)
{
	(void)level, (void)arg;
	while (len && (text[len - 1] == '\n' || text[len - 1] == '\r'))
		len--;
	log_debug("sip.libre", "%.*s", (int)len, text);
}

/* On this thread: libre keeps its loop in thread-specific data. */
static int set_up(struct loop *l)
{
	struct rlimit files;
	int most = MOST_FDS, err;

	err = libre_init();
	if (err)
		return err;
	err = re_thread_init();
	if (err)
		return err;
	dbg_handler_set(libre_says, NULL);
	/* libre tests the number of a descriptor, which counts the whole server's, against this limit; its
	 * default is 1024. It must be set before the first descriptor. */
	if (!getrlimit(RLIMIT_NOFILE, &files) && files.rlim_cur < MOST_FDS)
		most = (int)files.rlim_cur;
	err = fd_setsize(most);
	if (err)
		return err;
	err = mqueue_alloc(&l->doorbell, doorbell_rang, l);
	if (err)
		return err;
	l->timer = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
	if (l->timer < 0)
		return errno;
	return fd_listen(l->timer, FD_READ, timer_fired, l);
}

static void tear_down(struct loop *l)
{
	mem_deref(l->doorbell);
	if (l->timer >= 0) {
		fd_close(l->timer);
		close(l->timer);
	}
	libre_close(); /* also this thread's loop */
	re_thread_close();
	tmr_debug(); /* prints timers that were left running: there are none */
}

static void *sip_thread(void *arg)
{
	struct loop *l = arg;
	int err = set_up(l);

	pthread_mutex_lock(&l->lock);
	l->err = err;
	l->started = true;
	pthread_cond_signal(&l->changed);
	pthread_mutex_unlock(&l->lock);
	if (!err)
		re_main(NULL);
	tear_down(l);
	return NULL;
}

static void loop_free(struct loop *l)
{
	pthread_join(l->thread, NULL);
	deadlines_free(l->deadlines);
	g_array_free(l->queue, TRUE);
	pthread_mutex_destroy(&l->lock);
	pthread_cond_destroy(&l->changed);
	g_free(l);
}

struct loop *loop_start(struct problem *p)
{
	struct loop *l = g_new0(struct loop, 1);
	int err;

	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->changed, NULL);
	l->queue = g_array_new(FALSE, FALSE, sizeof(struct work));
	l->deadlines = deadlines_new();
	l->timer = -1;
	l->armed = -1;
	err = pthread_create(&l->thread, NULL, sip_thread, l);
	assert(!err); /* memory and threads do not run out here, as with GLib */
	pthread_setname_np(l->thread, "sip");
	pthread_mutex_lock(&l->lock);
	while (!l->started)
		pthread_cond_wait(&l->changed, &l->lock);
	err = l->err;
	pthread_mutex_unlock(&l->lock);
	if (err) {
		loop_free(l);
		problem_set(p, PROBLEM_FAILED, "the SIP thread cannot start: %s", g_strerror(err));
		return NULL;
	}
	return l;
}

void loop_stop(struct loop *l)
{
	pthread_mutex_lock(&l->lock);
	l->stopping = true;
	mqueue_push(l->doorbell, 0, NULL);
	pthread_mutex_unlock(&l->lock);
	loop_free(l);
}
