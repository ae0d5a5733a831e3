/*
 * Credentials for digest authentication (RFC 3261 §22), in the form libre asks for them. Reference-counted by libre, as a
 * request may be challenged when whoever sent it is long gone. SIP thread only.
 */
#pragma once

struct digest;

/* To be let go of with mem_deref(). "" as the user: there are none, and a challenge is the end. */
struct digest *digest_new(const char *user, const char *password);

/* A sip_auth_h; `arg` is the digest. */
int digest_on_challenge(char **user, char **password, const char *realm, void *arg);
