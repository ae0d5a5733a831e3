#include "voice/speech_http.h"

#include "voice/speech_command.h"

#include <curl/curl.h>

static size_t collect(char *data, size_t size, size_t n, void *arg)
{
	GByteArray *said = arg;

	if (size * n > SPEECH_BYTES_MAX - said->len)
		return 0; /* ends the transfer */
	g_byte_array_append(said, (const guint8 *)data, (guint)(size * n));
	return size * n;
}

GByteArray *speech_http(const char *url, const char *text, int timeout_ms, struct problem *p)
{
	struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: text/plain; charset=utf-8");
	GByteArray *said = g_byte_array_new();
	CURL *c = curl_easy_init();
	long status = 0;
	CURLcode rc;

	headers = curl_slist_append(headers, "Accept: audio/wav");
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_POSTFIELDS, text);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, collect);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, said);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	rc = curl_easy_perform(c);
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	curl_slist_free_all(headers);
	curl_easy_cleanup(c);
	if (rc == CURLE_OK && status == 200 && said->len > 0)
		return said;
	if (rc == CURLE_WRITE_ERROR)
		problem_set(p, PROBLEM_FAILED, "it sent more than %d MB", SPEECH_BYTES_MAX >> 20);
	else if (rc != CURLE_OK)
		problem_set(p, PROBLEM_UNREACHABLE, "%s", curl_easy_strerror(rc));
	else
		problem_set(p, PROBLEM_FAILED, "it answered %ld with %u bytes", status, said->len);
	g_byte_array_unref(said);
	return NULL;
}
