#ifndef CMICROHTTPD_H
#define CMICROHTTPD_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>

// libmicrohttpd starts its daemon by a variadic function, which Swift cannot call. Each daemon runs without a thread
// of its own (epoll, external loop): see docs/decisions/ for why.

struct cmhd_settings {
    unsigned connection_limit;
    /// Bytes per connection; request line and header fields must fit.
    size_t connection_memory;
    /// Seconds.
    unsigned idle_timeout;
    MHD_AccessHandlerCallback handler;
    /// Called with the raw target of each request; the result is the request's first `*req_cls`.
    void *(*target_callback)(void *context, const char *target, struct MHD_Connection *connection);
    MHD_RequestCompletedCallback completed;
    /// One line of the library's own log, without newline.
    void (*log)(void *context, const char *line);
    /// Handed to the callbacks as their first argument.
    void *context;
};

/// Takes over the listening socket. Null when the daemon cannot start. `settings` must outlive the daemon.
struct MHD_Daemon *cmhd_start(int listening_socket, const struct cmhd_settings *settings);

/// Waits until the daemon has something to do, or `wake` (an eventfd) is written to, then lets it work.
void cmhd_run_once(struct MHD_Daemon *daemon, int wake);

/// The connection's socket, or -1.
int cmhd_socket(struct MHD_Connection *connection);

/// The other side's address without its port, as text; empty when the library does not know it.
void cmhd_client_address(struct MHD_Connection *connection, char *text, size_t size);

/// The value length comes from the library, so values may hold any byte.
typedef void (*cmhd_field_callback)(void *context, const char *name, size_t name_size, const char *value,
                                    size_t value_size);
void cmhd_each_header(struct MHD_Connection *connection, cmhd_field_callback callback, void *context);

/// Reads a multipart body in one go; each value is reported in pieces (`offset` > 0 continues the one before).
/// False when it is malformed.
typedef void (*cmhd_part_callback)(void *context, const char *name, const char *bytes, size_t size, size_t offset);
bool cmhd_parse_multipart(struct MHD_Connection *connection, const char *body, size_t size,
                          cmhd_part_callback callback, void *context);

/// The library's marks for the end of a streamed body, which are cast macros.
static const ssize_t cmhd_end_of_stream = MHD_CONTENT_READER_END_OF_STREAM;
static const uint64_t cmhd_unknown_size = MHD_SIZE_UNKNOWN;

// Sockets.

/// Binds and listens. An empty host means every interface. Returns the socket, or -1 with errno in `*code` (0 when the
/// name cannot be resolved) and the system's text in `reason`. `bound` gets the numeric address: `127.0.0.1:9090`.
int cmhd_listen(const char *host, const char *port, char *bound, size_t bound_size, int *code, char *reason,
                size_t reason_size);

/// errno of an address that another socket holds.
extern const int cmhd_address_in_use;

/// Finds the process that listens on a TCP port, as far as /proc shows it to us: writes `name (pid 12)`.
bool cmhd_port_owner(unsigned port, char *owner, size_t size);

/// A second descriptor of the same socket.
int cmhd_duplicate(int descriptor);
void cmhd_close(int descriptor);

/// An eventfd, or -1.
int cmhd_wake_create(void);
void cmhd_wake(int wake);

// Watching sockets for clients that go away.

/// An epoll descriptor, or -1.
int cmhd_watch_create(void);
/// Reports `identifier` once when the other side closes.
void cmhd_watch_add(int watch, int socket, uint64_t identifier);
void cmhd_watch_remove(int watch, int socket);
/// Blocks until sockets were closed by the other side or `wake` was written to; returns how many identifiers it wrote.
int cmhd_watch_wait(int watch, uint64_t *identifiers, int capacity);
/// Lets `cmhd_watch_wait` return with `identifier`.
void cmhd_watch_wake(int watch, int wake, uint64_t identifier);

#endif
