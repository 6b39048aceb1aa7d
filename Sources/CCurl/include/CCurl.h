#ifndef CCurl
#define CCurl

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

// libcurl's variadic calls, one function per type of argument.

typedef size_t (*CCurlReceive)(char *bytes, size_t size, size_t count, void *context);

CURLcode ccurl_set_number(CURL *handle, CURLoption option, long value);
/// The text is copied.
CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *text);
/// Not copied: bodies, header lists, error buffers and contexts must outlive the transfer.
CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, const void *pointer);
CURLcode ccurl_set_receiver(CURL *handle, CCurlReceive receive, void *context);

/// 0 when it is not known.
long ccurl_get_number(CURL *handle, CURLINFO info);
/// NULL when it is not known; owned by the handle.
const char *ccurl_get_text(CURL *handle, CURLINFO info);

CURLMcode ccurl_multi_set_number(CURLM *multi, CURLMoption option, long value);
/// Takes the next finished transfer; false when there is none.
bool ccurl_multi_next_finished(CURLM *multi, CURL **handle, CURLcode *result);

/// The system's text for an error number, into `output`.
void ccurl_system_error_text(long code, char *output, size_t capacity);

#endif
