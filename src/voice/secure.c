#include "voice/secure.h"

#include <assert.h>
#include <glib.h>
#include <srtp2/srtp.h>
#include <string.h>

enum { REPLAY_WINDOW = 128 }; /* packets that may come out of order */

struct secure {
	srtp_t out, in;
};

static gpointer start_library(gpointer unused)
{
	srtp_err_status_t err = srtp_init();

	(void)unused;
	assert(err == srtp_err_status_ok); /* its self-tests */
	return NULL;
}

static srtp_t session(srtp_ssrc_type_t whose, const uint8_t key[SDES_KEY])
{
	srtp_policy_t policy = { .ssrc = { .type = whose }, .window_size = REPLAY_WINDOW };
	uint8_t copy[SDES_KEY]; /* the library's type is not const */
	srtp_err_status_t err;
	srtp_t s;

	memcpy(copy, key, sizeof(copy));
	policy.key = copy;
	srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
	srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
	err = srtp_create(&s, &policy);
	assert(err == srtp_err_status_ok); /* the policy is a constant; only memory could run out */
	explicit_bzero(copy, sizeof(copy));
	return s;
}

struct secure *secure_new(const uint8_t send[SDES_KEY], const uint8_t receive[SDES_KEY])
{
	static GOnce once = G_ONCE_INIT;
	struct secure *s = g_new0(struct secure, 1);

	g_once(&once, start_library, NULL);
	s->out = session(ssrc_any_outbound, send);
	s->in = session(ssrc_any_inbound, receive);
	return s;
}

void secure_free(struct secure *s)
{
	if (!s)
		return;
	srtp_dealloc(s->out);
	srtp_dealloc(s->in);
	g_free(s);
}

static bool run(srtp_err_status_t (*fn)(srtp_t, void *, int *), srtp_t session, uint8_t *packet, size_t *n)
{
	int len = (int)*n;

	if (fn(session, packet, &len) != srtp_err_status_ok)
		return false;
	*n = (size_t)len;
	return true;
}

bool secure_seal(struct secure *s, uint8_t *rtp, size_t *n)
{
	return run(srtp_protect, s->out, rtp, n);
}

bool secure_open(struct secure *s, uint8_t *rtp, size_t *n)
{
	return run(srtp_unprotect, s->in, rtp, n);
}

bool secure_seal_rtcp(struct secure *s, uint8_t *rtcp, size_t *n)
{
	return run(srtp_protect_rtcp, s->out, rtcp, n);
}

bool secure_open_rtcp(struct secure *s, uint8_t *rtcp, size_t *n)
{
	return run(srtp_unprotect_rtcp, s->in, rtcp, n);
}
