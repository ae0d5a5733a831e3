#include "voice/names.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER = 4096, DNS_PORT = 53, TIMEOUT_S = 3, TRIES = 2 };

bool names_literal(const char *host)
{
	unsigned char a[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, host, a) == 1 || inet_pton(AF_INET6, host, a) == 1;
}

uint16_t names_default_port(enum transport t)
{
	return t == TRANSPORT_TLS ? 5061 : 5060;
}

/* ---- SRV ---- */

int srv_parse(const unsigned char *answer, int length, struct srv out[NAMES_TARGETS])
{
	ns_msg msg;
	int n = 0;

	if (ns_initparse(answer, length, &msg) != 0)
		return -1;
	for (int i = 0; i < ns_msg_count(msg, ns_s_an) && n < NAMES_TARGETS; i++) {
		const unsigned char *data;
		struct srv *s = &out[n];
		ns_rr rr;

		if (ns_parserr(&msg, ns_s_an, i, &rr) != 0)
			return -1;
		data = ns_rr_rdata(rr);
		if (ns_rr_type(rr) != ns_t_srv || ns_rr_rdlen(rr) < 7)
			continue;
		s->priority = (uint16_t)ns_get16(data);
		s->weight = (uint16_t)ns_get16(data + 2);
		s->port = (uint16_t)ns_get16(data + 4);
		if (dn_expand(ns_msg_base(msg), ns_msg_end(msg), data + 6, s->host, sizeof(s->host)) >= 0 && s->port)
			n++;
	}
	return n;
}

static void swap(struct srv *a, struct srv *b)
{
	struct srv t = *a;

	*a = *b;
	*b = t;
}

static int by_priority(const void *a, const void *b)
{
	const struct srv *x = a, *y = b;

	return x->priority != y->priority ? (int)x->priority - y->priority : (int)x->weight - y->weight;
}

void srv_order(struct srv *list, int n, GRand *chance)
{
	qsort(list, (size_t)n, sizeof(*list), by_priority); /* those of weight 0 first within one (RFC 2782) */
	for (int i = 0; i < n; i++) {
		int sum = 0, end = i, draw;

		for (; end < n && list[end].priority == list[i].priority; end++)
			sum += list[end].weight;
		draw = g_rand_int_range(chance, 0, sum + 1);
		for (int j = i; j < end; j++) {
			draw -= list[j].weight;
			if (draw <= 0) {
				for (; j > i; j--) /* the order of the others stays */
					swap(&list[j], &list[j - 1]);
				break;
			}
		}
	}
}

/* ---- asking ---- */

/* A resolver of our own, which asks the server that is said. */
static bool open_resolver(struct __res_state *r, const char *server)
{
	char ip[64];
	const char *colon = strrchr(server, ':');

	memset(r, 0, sizeof(*r));
	if (res_ninit(r) != 0)
		return false;
	r->retrans = TIMEOUT_S;
	r->retry = TRIES;
	if (!server[0])
		return true;
	g_strlcpy(ip, server, sizeof(ip));
	if (colon)
		ip[colon - server] = 0;
	r->nscount = 1;
	r->nsaddr_list[0] = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons((uint16_t)(colon ? atoi(colon + 1) : DNS_PORT)) };
	return inet_pton(AF_INET, ip, &r->nsaddr_list[0].sin_addr) == 1;
}

static int ask_srv(const struct names_question *q, struct srv out[NAMES_TARGETS])
{
	static const char *const services[] = {
		[TRANSPORT_UDP] = "_sip._udp", [TRANSPORT_TCP] = "_sip._tcp", [TRANSPORT_TLS] = "_sips._tcp",
	};
	unsigned char answer[ANSWER];
	char name[NAMES_HOST + 16];
	struct __res_state r;
	int length = -1;

	snprintf(name, sizeof(name), "%s.%s", services[q->transport], q->host);
	if (open_resolver(&r, q->server))
		length = res_nquery(&r, name, ns_c_in, ns_t_srv, answer, sizeof(answer));
	res_nclose(&r);
	return length > 0 ? MAX(srv_parse(answer, MIN(length, ANSWER), out), 0) : 0;
}

static void add_target(struct target *out, int *n, const char *ip, uint16_t port)
{
	if (*n == NAMES_TARGETS)
		return;
	g_strlcpy(out[*n].ip, ip, sizeof(out->ip));
	out[(*n)++].port = port;
}

/* The address records a server of our own choice has. */
static void ask_addresses(const char *server, const char *host, ns_type type, uint16_t port, struct target *out, int *n)
{
	unsigned char answer[ANSWER];
	struct __res_state r;
	int length = -1;
	ns_msg msg;

	if (open_resolver(&r, server))
		length = res_nquery(&r, host, ns_c_in, type, answer, sizeof(answer));
	res_nclose(&r);
	if (length <= 0 || ns_initparse(answer, MIN(length, ANSWER), &msg) != 0)
		return;
	for (int i = 0; i < ns_msg_count(msg, ns_s_an); i++) {
		char ip[46];
		ns_rr rr;

		if (ns_parserr(&msg, ns_s_an, i, &rr) == 0 && ns_rr_type(rr) == type &&
		    ns_rr_rdlen(rr) == (type == ns_t_a ? 4 : 16) &&
		    inet_ntop(type == ns_t_a ? AF_INET : AF_INET6, ns_rr_rdata(rr), ip, sizeof(ip)))
			add_target(out, n, ip, port);
	}
}

static void ask_system(const char *host, uint16_t port, struct target *out, int *n, char *why, size_t size)
{
	struct addrinfo hints = { .ai_socktype = SOCK_DGRAM, .ai_flags = AI_ADDRCONFIG }, *found = NULL;
	int rc = getaddrinfo(host, NULL, &hints, &found);
	char ip[46];

	if (rc)
		snprintf(why, size, "%.100s: %s", host, gai_strerror(rc));
	for (struct addrinfo *at = found; at; at = at->ai_next)
		if (!getnameinfo(at->ai_addr, at->ai_addrlen, ip, sizeof(ip), NULL, 0, NI_NUMERICHOST))
			add_target(out, n, ip, port);
	if (found)
		freeaddrinfo(found);
}

static void find_addresses(const struct names_question *q, const char *host, uint16_t port, struct target *out, int *n,
			   char *why, size_t size)
{
	int before = *n;

	if (names_literal(host)) {
		add_target(out, n, host, port);
	} else if (!q->server[0]) {
		ask_system(host, port, out, n, why, size);
	} else {
		ask_addresses(q->server, host, ns_t_a, port, out, n);
		ask_addresses(q->server, host, ns_t_aaaa, port, out, n);
		if (*n == before)
			snprintf(why, size, "%.100s: the name server has no address of it", host);
	}
}

int names_find(const struct names_question *q, struct target out[NAMES_TARGETS], char *why, size_t size)
{
	struct srv list[NAMES_TARGETS];
	int n = 0, records = 0;

	why[0] = 0;
	if (!q->port && !names_literal(q->host))
		records = ask_srv(q, list);
	if (records > 0) {
		GRand *chance = g_rand_new();

		srv_order(list, records, chance);
		g_rand_free(chance);
	}
	for (int i = 0; i < records; i++)
		find_addresses(q, list[i].host, list[i].port, out, &n, why, size);
	if (records == 0)
		find_addresses(q, q->host, q->port ? q->port : names_default_port(q->transport), out, &n, why, size);
	if (n == 0 && !why[0])
		snprintf(why, size, "%.100s has no address", q->host);
	return n;
}
