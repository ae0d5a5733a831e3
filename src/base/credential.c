#include "base/credential.h"

#include <glib.h>

char *credential_read(const char *file, const char *name, struct problem *p)
{
	const char *folder = g_getenv("CREDENTIALS_DIRECTORY");
	g_autofree char *path = NULL;
	g_autoptr(GError) err = NULL;
	char *secret = NULL;

	if (file[0])
		path = g_strdup(file);
	else if (folder)
		path = g_build_filename(folder, name, NULL);
	if (!path || (!file[0] && !g_file_test(path, G_FILE_TEST_EXISTS)))
		return g_strdup("");
	if (!g_file_get_contents(path, &secret, NULL, &err)) {
		problem_set(p, PROBLEM_CONFIG, "cannot read the %s: %s", name, err->message);
		return NULL;
	}
	g_strstrip(secret);
	if (secret[0])
		return secret;
	problem_set(p, PROBLEM_CONFIG, "%s holds no %s", path, name);
	g_free(secret);
	return NULL;
}
