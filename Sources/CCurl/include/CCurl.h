#ifndef CCurl
#define CCurl

#include <curl/curl.h>

#endif
