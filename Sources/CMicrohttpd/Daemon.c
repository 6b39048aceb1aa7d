#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "CMicrohttpd.h"

static void log_line(void *context, const char *format, va_list arguments) {
    const struct cmhd_settings *settings = context;
    char line[512];
    vsnprintf(line, sizeof line, format, arguments);
    line[strcspn(line, "\r\n")] = 0;
    settings->log(settings->context, line);
}

static void *on_target(void *context, const char *target, struct MHD_Connection *connection) {
    const struct cmhd_settings *settings = context;
    return settings->target_callback(settings->context, target, connection);
}

struct MHD_Daemon *cmhd_start(int listening_socket, const struct cmhd_settings *settings) {
    const unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    struct MHD_OptionItem options[] = {
        // The log comes first: options are read in order, and it reports what is wrong with the others.
        {MHD_OPTION_EXTERNAL_LOGGER, (intptr_t)&log_line, (void *)settings},
        {MHD_OPTION_LISTEN_SOCKET, listening_socket, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, settings->connection_limit, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)settings->connection_memory, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, settings->idle_timeout, NULL},
        {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)&on_target, (void *)settings},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)settings->completed, settings->context},
        {MHD_OPTION_END, 0, NULL},
    };
    return MHD_start_daemon(flags, 0, NULL, NULL, settings->handler, settings->context, MHD_OPTION_ARRAY, options,
                            MHD_OPTION_END);
}

void cmhd_run_once(struct MHD_Daemon *daemon, int wake) {
    MHD_UNSIGNED_LONG_LONG timeout;
    int wait = -1;
    if (MHD_get_timeout(daemon, &timeout) == MHD_YES) {
        wait = timeout > 60000 ? 60000 : (int)timeout;
    }
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
    struct pollfd events[2] = {
        {.fd = wake, .events = POLLIN},
        {.fd = info ? info->epoll_fd : -1, .events = POLLIN},
    };
    if (wait != 0) {
        poll(events, 2, wait);
    }
    if (events[0].revents) {
        uint64_t count;
        (void)!read(wake, &count, sizeof count);
    }
    MHD_run(daemon);
}

int cmhd_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

void cmhd_client_address(struct MHD_Connection *connection, char *text, size_t size) {
    text[0] = 0;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (!info || !info->client_addr) return;
    const struct sockaddr *address = info->client_addr;
    const void *number = address->sa_family == AF_INET6
        ? (const void *)&((const struct sockaddr_in6 *)address)->sin6_addr
        : (const void *)&((const struct sockaddr_in *)address)->sin_addr;
    if (!inet_ntop(address->sa_family, number, text, (socklen_t)size)) text[0] = 0;
}

struct field_reader {
    cmhd_field_callback callback;
    void *context;
};

static enum MHD_Result on_field(void *context, enum MHD_ValueKind kind, const char *name, size_t name_size,
                                const char *value, size_t value_size) {
    (void)kind;
    const struct field_reader *reader = context;
    reader->callback(reader->context, name, name_size, value ? value : "", value ? value_size : 0);
    return MHD_YES;
}

void cmhd_each_header(struct MHD_Connection *connection, cmhd_field_callback callback, void *context) {
    struct field_reader reader = {callback, context};
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, &on_field, &reader);
}

struct part_reader {
    cmhd_part_callback callback;
    void *context;
};

static enum MHD_Result on_part(void *context, enum MHD_ValueKind kind, const char *name, const char *filename,
                               const char *content_type, const char *transfer_encoding, const char *bytes,
                               uint64_t offset, size_t size) {
    (void)kind, (void)filename, (void)content_type, (void)transfer_encoding;
    const struct part_reader *reader = context;
    reader->callback(reader->context, name ? name : "", bytes, size, offset);
    return MHD_YES;
}

bool cmhd_parse_multipart(struct MHD_Connection *connection, const char *body, size_t size,
                          cmhd_part_callback callback, void *context) {
    struct part_reader reader = {callback, context};
    struct MHD_PostProcessor *processor = MHD_create_post_processor(connection, 64 << 10, &on_part, &reader);
    if (!processor) {
        return false;
    }
    enum MHD_Result fed = MHD_post_process(processor, body, size);
    // Destroying it delivers the last value.
    enum MHD_Result finished = MHD_destroy_post_processor(processor);
    return fed == MHD_YES && finished == MHD_YES;
}
