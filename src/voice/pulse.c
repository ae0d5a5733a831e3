#include "voice/pulse.h"

#include "base/clock.h"
#include "base/log.h"
#include "voice/agent.h"
#include "voice/digest.h"
#include "voice/trunk.h"

#include <re.h>

#include <glib.h>
#include <stdio.h>
#include <string.h>

enum { EXPIRES_S = 300 };

struct pulse {
	struct pulse_options o;
	struct watch watch;
	bool lost;     /* there is no address to ask */
	char why[200]; /* of the watch's health, or of being lost */
	struct sip_request *options;
	uint64_t response, next; /* deadlines */

	struct sipreg *registration;
	struct agent *registrar; /* the agent it was made with */
	char registrar_ip[46];
	bool registered;
	char refused[160]; /* why it is not */

	enum health health; /* as told last */
	char said[200];
	bool told;
};

/* ---- what is said ---- */

static enum health overall(const struct pulse *p, const char **why)
{
	*why = p->why;
	if (p->lost)
		return HEALTH_RESTING;
	if (p->o.trunk->spec.registers && !p->registered) {
		*why = p->refused;
		return HEALTH_RESTING;
	}
	if (p->watch.health == HEALTH_READY)
		*why = "";
	return p->watch.health;
}

static void tell(struct pulse *p)
{
	const char *why;
	enum health h = overall(p, &why);
	const char *name = p->o.trunk->spec.name;

	if (p->told && h == p->health && !strcmp(why, p->said))
		return;
	if (h != HEALTH_READY)
		log_warn("trunk.health", "trunk %s is %s: %s", name, health_name(h), why);
	else if (p->told && p->health != HEALTH_READY)
		log_info("trunk.health", "trunk %s is READY again", name);
	p->health = h;
	p->told = true;
	g_strlcpy(p->said, why, sizeof(p->said));
	p->o.told(p->o.trunk, h, why);
}

/* ---- OPTIONS ---- */

static void ask(void *arg);

static void plan(struct pulse *p)
{
	int64_t wait = p->watch.due_ms - clock_boot_ms();

	loop_cancel(p->o.loop, p->next);
	p->next = 0;
	if (p->watch.due_ms != INT64_MAX && !p->lost && !p->options)
		p->next = loop_after(p->o.loop, (int)CLAMP(wait, 0, 3600000), ask, p);
}

static void drop_request(struct pulse *p)
{
	loop_cancel(p->o.loop, p->response);
	p->response = 0;
	p->options = mem_deref(p->options);
}

static void happens(struct pulse *p, enum watch_event ev, const char *why)
{
	if (why)
		g_strlcpy(p->why, why, sizeof(p->why));
	watch_on(&p->watch, ev, clock_boot_ms());
	if (ev == WATCH_SILENT || ev == WATCH_UNREACHABLE)
		p->o.missed(p->o.trunk);
	tell(p);
	plan(p);
}

static void silent(void *arg)
{
	struct pulse *p = arg;
	char why[200];

	p->response = 0;
	drop_request(p);
	snprintf(why, sizeof(why), "%s does not answer OPTIONS%s", p->o.trunk->ip,
		 p->watch.answers ? "" : "; if the carrier never does, say --options 0");
	happens(p, WATCH_SILENT, why);
}

static void unreachable(struct pulse *p, int err)
{
	const struct voice_trunk *spec = &p->o.trunk->spec;
	char why[200];

	if (spec->transport == TRANSPORT_TLS && (err == EPROTO || err == ECONNRESET || err == EPIPE))
		snprintf(why, sizeof(why), "no TLS with %s: its certificate must be valid and name %.80s",
			 p->o.trunk->ip, trunk_peer_name(p->o.trunk));
	else
		snprintf(why, sizeof(why), "%s port %u cannot be reached: %s", p->o.trunk->ip, p->o.trunk->port,
			 g_strerror(err));
	happens(p, WATCH_UNREACHABLE, why);
}

static void on_options(int err, const struct sip_msg *msg, void *arg)
{
	struct pulse *p = arg;
	char why[120];

	if (!err && msg->scode < 200)
		return;
	loop_cancel(p->o.loop, p->response);
	p->response = 0;
	p->options = NULL;
	if (err == ETIMEDOUT) {
		silent(p);
	} else if (err) {
		unreachable(p, err);
	} else if (msg->scode == 503) {
		snprintf(why, sizeof(why), "it answers OPTIONS with 503 %.*s", (int)MIN(msg->reason.l, 80), msg->reason.p);
		happens(p, WATCH_REFUSED, why);
	} else { /* 401, 404, 405 …: somebody is at home */
		happens(p, WATCH_ANSWERED, NULL);
	}
}

static int add_contact(enum sip_transp tp, const struct sa *src, const struct sa *dst, struct mbuf *mb, void *arg)
{
	(void)dst, (void)arg;
	return mbuf_printf(mb, "Contact: <sip:callsheet@%J%s>\r\n", src, sip_transp_param(tp));
}

static void ask(void *arg)
{
	struct pulse *p = arg;
	const struct trunk *t = p->o.trunk;
	struct sip_dialog *dialog = NULL;
	char uri[TRUNK_URI], account[TRUNK_URI], from[TRUNK_URI], hop[TRUNK_URI];
	const char *routes[] = { trunk_next_hop(t, hop, sizeof(hop)) };
	int err;

	p->next = 0;
	trunk_uri(t, NULL, uri, sizeof(uri));
	trunk_from_uri(t, trunk_account(t, account, sizeof(account)), from, sizeof(from));
	err = sip_dialog_alloc(&dialog, uri, uri, NULL, from, routes, routes[0] ? 1 : 0);
	if (!err)
		err = sip_drequestf(&p->options, agent_sip(t->agent), true, "OPTIONS", dialog, 0, NULL, add_contact,
				    on_options, p, "Accept: application/sdp\r\nContent-Length: 0\r\n\r\n");
	mem_deref(dialog);
	if (err)
		unreachable(p, err);
	else
		p->response = loop_after(p->o.loop, WATCH_RESPONSE_MS, silent, p);
}

/* ---- the registration ---- */

static void on_registered(int err, const struct sip_msg *msg, void *arg)
{
	struct pulse *p = arg;
	bool before = p->registered;

	if (!err && msg->scode < 200)
		return;
	p->registered = !err && msg->scode < 300;
	if (err)
		snprintf(p->refused, sizeof(p->refused), "REGISTER is not answered: %s", g_strerror(err));
	else if (!p->registered)
		snprintf(p->refused, sizeof(p->refused), "REGISTER was refused: %u %.*s%s", msg->scode,
			 (int)MIN(msg->reason.l, 80), msg->reason.p,
			 msg->scode == 401 || msg->scode == 403 || msg->scode == 407 ? "; are user and password right?" : "");
	else if (!before)
		log_info("trunk.registered", "trunk %s: registered as %s", p->o.trunk->spec.name,
			 p->o.trunk->spec.user);
	tell(p);
}

static void register_again(struct pulse *p)
{
	const struct trunk *t = p->o.trunk;
	char uri[TRUNK_URI], me[TRUNK_URI], account[TRUNK_URI], hop[TRUNK_URI];
	const char *routes[] = { trunk_next_hop(t, hop, sizeof(hop)) };
	struct digest *d;
	int err;

	if (!t->spec.registers)
		return;
	if (p->registration && p->registrar == t->agent && !strcmp(p->registrar_ip, t->ip))
		return;
	p->registration = mem_deref(p->registration);
	p->registrar = t->agent;
	g_strlcpy(p->registrar_ip, t->ip, sizeof(p->registrar_ip));
	p->registered = false;
	g_strlcpy(p->refused, "it is being registered with", sizeof(p->refused));
	trunk_uri(t, NULL, uri, sizeof(uri));
	trunk_account(t, account, sizeof(account));
	trunk_from_uri(t, account, me, sizeof(me));
	d = digest_new(t->spec.user, t->spec.password);
	err = sipreg_register(&p->registration, agent_sip(t->agent), uri, me, NULL, me, EXPIRES_S, account, routes,
			      routes[0] ? 1 : 0, 0, digest_on_challenge, d, true, on_registered, p, NULL, NULL);
	mem_deref(d);
	if (err)
		snprintf(p->refused, sizeof(p->refused), "REGISTER cannot be sent: %s", g_strerror(err));
}

/* ---- life ---- */

struct pulse *pulse_new(const struct pulse_options *o)
{
	struct pulse *p = g_new0(struct pulse, 1);

	p->o = *o;
	p->lost = true;
	g_strlcpy(p->why, "its name is being looked up", sizeof(p->why));
	watch_init(&p->watch, o->trunk->spec.probe_s * 1000, clock_boot_ms());
	return p;
}

void pulse_free(struct pulse *p)
{
	if (!p)
		return;
	loop_cancel(p->o.loop, p->next);
	drop_request(p);
	mem_deref(p->registration);
	g_free(p);
}

void pulse_aim(struct pulse *p)
{
	if (p->lost) {
		p->lost = false;
		p->watch.due_ms = p->watch.interval_ms ? clock_boot_ms() : INT64_MAX;
	}
	register_again(p);
	tell(p);
	plan(p);
}

void pulse_lost(struct pulse *p, const char *why)
{
	p->lost = true;
	g_strlcpy(p->why, why, sizeof(p->why));
	drop_request(p);
	tell(p);
	plan(p);
}

void pulse_call(struct pulse *p, bool heard)
{
	if (heard && p->watch.health == HEALTH_READY)
		return; /* nothing new, call after call */
	happens(p, heard ? WATCH_CALL_HEARD : WATCH_CALL_SILENT,
		heard ? NULL : "an INVITE to it was not answered at all");
}

struct pulse_facts pulse_facts(const struct pulse *p)
{
	return (struct pulse_facts){ .answers = p->watch.answers, .registered = p->registered,
				     .why = p->told ? p->said : p->why };
}
