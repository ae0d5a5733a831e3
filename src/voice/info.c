#include "voice/info.h"

#include <re.h>

#include <string.h>

/* libre's expressions know no case; 'a' to 'd' are keys all the same. */
static char key_of(char c)
{
	if (c >= 'a' && c <= 'd')
		c = (char)(c - 'a' + 'A');
	return c && strchr("0123456789*#ABCD", c) ? c : 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

char info_key(bool relay, const char *body, size_t n)
{
	struct pl signal = PL_INIT;

	if (n > 0 && relay) {
		if (re_regex(body, n, "Signal[ ]*=[ ]*[^ \r\n]+", NULL, NULL, &signal))
			return 0;
		return signal.l == 1 ? key_of(*signal.p) : 0;
	}
	for (; n > 0 && is_blank(*body); body++)
		n--;
	return n > 0 && (n == 1 || is_blank(body[1])) ? key_of(*body) : 0;
}
