/* The log: what others have sent makes no line of its own, in either form. */
#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* What one line of the log becomes in this format. */
static void said(const char *format, char *out, size_t size)
{
	FILE *file = tmpfile();
	int kept = dup(STDERR_FILENO);
	size_t n;

	assert_non_null(file);
	assert_true(log_setup("info", format));
	dup2(fileno(file), STDERR_FILENO);
	log_info("call.failed", "it said: %s", "no\r\n2026-01-01T00:00:00.000Z error forged: \033[2Jline");
	fflush(stderr);
	dup2(kept, STDERR_FILENO);
	close(kept);
	rewind(file);
	n = fread(out, 1, size - 1, file);
	out[n] = 0;
	fclose(file);
}

static void test_one_event_is_one_line(void **state)
{
	static const char *const formats[] = { "text", "json" };
	char out[1000];

	(void)state;
	for (int i = 0; i < 2; i++) {
		said(formats[i], out, sizeof(out));
		assert_non_null(strstr(out, "forged"));
		assert_ptr_equal(strchr(out, '\n'), out + strlen(out) - 1);
		assert_null(strchr(out, '\r'));
		assert_null(strchr(out, '\033'));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_event_is_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
