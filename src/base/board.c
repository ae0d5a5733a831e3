#include "base/board.h"

#include <glib.h>

static GMutex lock;
static GHashTable *notices; /* key to struct notice, under lock */

void board_put(const char *key, const char *word, const char *text)
{
	struct notice *n = g_new0(struct notice, 1);

	g_strlcpy(n->word, word, sizeof(n->word));
	g_strlcpy(n->text, text, sizeof(n->text));
	g_mutex_lock(&lock);
	if (!notices)
		notices = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_hash_table_replace(notices, g_strdup(key), n);
	g_mutex_unlock(&lock);
}

bool board_get(const char *key, struct notice *out)
{
	const struct notice *n;

	g_mutex_lock(&lock);
	n = notices ? g_hash_table_lookup(notices, key) : NULL;
	if (n)
		*out = *n;
	g_mutex_unlock(&lock);
	return n != NULL;
}

void board_take_down(const char *key)
{
	g_mutex_lock(&lock);
	if (notices)
		g_hash_table_remove(notices, key);
	g_mutex_unlock(&lock);
}
