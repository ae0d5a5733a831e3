#include "base/log.h"

#include "base/clock.h"
#include "base/json_writer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const level_names[] = { "debug", "info", "warn", "error" };

static enum log_level threshold = LOG_LEVEL_INFO;
static bool as_json;

bool log_setup(const char *level, const char *format)
{
	unsigned i = 0;

	while (i < 4 && strcmp(level, level_names[i]) != 0)
		i++;
	if (i == 4)
		return false;
	if (strcmp(format, "auto") == 0)
		as_json = !isatty(STDERR_FILENO);
	else if (strcmp(format, "json") == 0 || strcmp(format, "text") == 0)
		as_json = format[0] == 'j';
	else
		return false;
	threshold = (enum log_level)i;
	return true;
}

static void write_json(enum log_level level, const char *event, const char *text)
{
	struct jw w;

	jw_init(&w);
	jw_object(&w);
	jw_ktime(&w, "ts", clock_wall_ms());
	jw_kstr(&w, "level", level_names[level]);
	jw_kstr(&w, "event", event);
	jw_kstr(&w, "msg", text);
	jw_end(&w);
	fprintf(stderr, "%s\n", w.data);
	jw_free(&w);
}

void log_line(enum log_level level, const char *event, const char *fmt, ...)
{
	char text[1024];
	char iso[CLOCK_ISO_SIZE];
	va_list ap;

	if (level < threshold)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (as_json) {
		write_json(level, event, text);
		return;
	}
	/* What others have sent may stand in it: it makes no line of its own, and no terminal obeys it. */
	for (char *p = text; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = ' ';
	fprintf(stderr, "%s %-5s %s: %s\n", clock_iso(clock_wall_ms(), iso), level_names[level], event, text);
}
