#ifndef CMicrohttpd
#define CMicrohttpd

#include <microhttpd.h>

#endif
