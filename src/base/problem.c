#include "base/problem.h"

#include <stdarg.h>
#include <stdio.h>

int problem_set(struct problem *p, enum problem_kind kind, const char *fmt, ...)
{
	va_list ap;

	if (!p || p->kind != PROBLEM_NONE)
		return -1;
	p->kind = kind;
	va_start(ap, fmt);
	vsnprintf(p->text, sizeof(p->text), fmt, ap);
	va_end(ap);
	return -1;
}
