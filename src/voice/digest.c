#include "voice/digest.h"

#include <re.h>

#include <string.h>

struct digest {
	char user[128], password[128];
};

static void forget(void *arg)
{
	explicit_bzero(arg, sizeof(struct digest));
}

struct digest *digest_new(const char *user, const char *password)
{
	struct digest *d = mem_zalloc(sizeof(*d), forget);

	str_ncpy(d->user, user, sizeof(d->user));
	str_ncpy(d->password, password, sizeof(d->password));
	return d;
}

int digest_on_challenge(char **user, char **password, const char *realm, void *arg)
{
	const struct digest *d = arg;
	int err;

	(void)realm;
	if (!d->user[0])
		return EAUTH; /* libre then ends the session with the 401 or 407 */
	err = str_dup(user, d->user);
	return err ? err : str_dup(password, d->password);
}
