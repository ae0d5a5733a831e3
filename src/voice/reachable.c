#include "voice/reachable.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_S = 5 };

int reachable_tcp(const struct target *to, char *why, size_t size)
{
	const struct timeval patience = { .tv_sec = PATIENCE_S };
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM }, *at = NULL;
	char port[8];
	int fd;

	snprintf(port, sizeof(port), "%u", to->port);
	if (getaddrinfo(to->ip, port, &hints, &at))
		return snprintf(why, size, "%s is no address", to->ip), -1;
	fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0) { /* SO_SNDTIMEO also bounds connect() */
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	}
	if (fd < 0 || connect(fd, at->ai_addr, at->ai_addrlen) != 0) {
		snprintf(why, size, "%s", errno == EINPROGRESS ? "no answer within 5 s" : strerror(errno));
		if (fd >= 0)
			close(fd);
		fd = -1;
	}
	freeaddrinfo(at);
	return fd;
}

static bool expect_name(SSL *tls, const char *name)
{
	X509_VERIFY_PARAM *verify = SSL_get0_param(tls);

	X509_VERIFY_PARAM_set_hostflags(verify, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	if (names_literal(name))
		return X509_VERIFY_PARAM_set1_ip_asc(verify, name) == 1;
	return X509_VERIFY_PARAM_set1_host(verify, name, 0) == 1 && SSL_set_tlsext_host_name(tls, name) == 1;
}

bool reachable_tls(int fd, const char *name, char *why, size_t size)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	SSL *tls = NULL;
	bool ok;

	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	ok = SSL_CTX_set_default_verify_paths(ctx) && SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) &&
	     (tls = SSL_new(ctx)) && expect_name(tls, name) && SSL_set_fd(tls, fd);
	if (ok && SSL_connect(tls) != 1) {
		long verdict = SSL_get_verify_result(tls);

		snprintf(why, size, "%s", verdict != X509_V_OK ? X509_verify_cert_error_string(verdict) :
								 "the TLS handshake failed");
		ok = false;
	} else if (!ok) {
		snprintf(why, size, "OpenSSL cannot be set up");
	}
	SSL_free(tls);
	SSL_CTX_free(ctx);
	ERR_clear_error();
	return ok;
}
