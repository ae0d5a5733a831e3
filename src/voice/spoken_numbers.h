/*
 * What people write and voices read wrongly, as words: telephone numbers digit by digit, times of day, and acronyms letter
 * by letter. Pure.
 *
 *	"+1 (555) 010-0199" is "1, 5 5 5, 0 1 0, 0 1 9 9"; "9:05 pm" is "9 oh 5 P M"; "HR" is "H R"
 */
#pragma once

/* UTF-8 in and out; to be freed with g_free(). Other text stays as it is. */
char *spoken_numbers(const char *text);
