#define _GNU_SOURCE

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "CMicrohttpd.h"

const int cmhd_address_in_use = EADDRINUSE;

static void write_bound_address(int descriptor, char *bound, size_t size) {
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    char host[NI_MAXHOST], port[NI_MAXSERV];
    bound[0] = 0;
    if (getsockname(descriptor, (struct sockaddr *)&address, &length) != 0 ||
        getnameinfo((struct sockaddr *)&address, length, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
        return;
    }
    snprintf(bound, size, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
}

static int listen_on(const struct addrinfo *address) {
    int descriptor = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) {
        return -1;
    }
    int on = 1, off = 0;
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (address->ai_family == AF_INET6) {
        // "Every interface" includes IPv4.
        setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    }
    if (bind(descriptor, address->ai_addr, address->ai_addrlen) == 0 && listen(descriptor, 1024) == 0) {
        return descriptor;
    }
    int code = errno;
    close(descriptor);
    errno = code;
    return -1;
}

int cmhd_listen(const char *host, const char *port, char *bound, size_t bound_size, int *code, char *reason,
                size_t reason_size) {
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *found = NULL;
    *code = 0;
    int result = getaddrinfo(host[0] ? host : NULL, port, &hints, &found);
    if (result != 0) {
        snprintf(reason, reason_size, "%s", gai_strerror(result));
        return -1;
    }
    // For "every interface" an IPv6 socket takes both families; for a name, IPv4 comes first, as clients try it.
    const int preferred = host[0] ? AF_INET : AF_INET6;
    int descriptor = -1;
    for (int pass = 0; pass < 2 && descriptor < 0; pass++) {
        for (struct addrinfo *one = found; one && descriptor < 0; one = one->ai_next) {
            if ((one->ai_family == preferred) != (pass == 0) || *code == EADDRINUSE) {
                continue;
            }
            descriptor = listen_on(one);
            if (descriptor < 0) {
                *code = errno;
                snprintf(reason, reason_size, "%s", strerror(errno));
            }
        }
    }
    freeaddrinfo(found);
    if (descriptor >= 0) {
        write_bound_address(descriptor, bound, bound_size);
    }
    return descriptor;
}

/// The inode of a socket that listens on the port, from one of the kernel's tables; 0 when there is none.
static unsigned long listening_inode(const char *table, unsigned port) {
    FILE *file = fopen(table, "re");
    if (!file) {
        return 0;
    }
    char line[512];
    unsigned long inode = 0;
    while (inode == 0 && fgets(line, sizeof line, file)) {
        unsigned local, state;
        unsigned long candidate;
        if (sscanf(line, " %*d: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x %*s %*s %*s %*s %*s %lu", &local, &state,
                   &candidate) == 3 &&
            local == port && state == 0x0a) {
            inode = candidate;
        }
    }
    fclose(file);
    return inode;
}

static bool holds_socket(const char *process, const char *wanted) {
    char path[300], target[64];
    snprintf(path, sizeof path, "/proc/%s/fd", process);
    DIR *descriptors = opendir(path);
    if (!descriptors) {
        return false;
    }
    bool found = false;
    struct dirent *entry;
    while (!found && (entry = readdir(descriptors))) {
        ssize_t length = readlinkat(dirfd(descriptors), entry->d_name, target, sizeof target - 1);
        if (length > 0) {
            target[length] = 0;
            found = strcmp(target, wanted) == 0;
        }
    }
    closedir(descriptors);
    return found;
}

static void write_process(const char *process, char *owner, size_t size) {
    char path[300], name[64] = "";
    snprintf(path, sizeof path, "/proc/%s/comm", process);
    FILE *file = fopen(path, "re");
    if (file) {
        if (fgets(name, sizeof name, file)) {
            name[strcspn(name, "\n")] = 0;
        }
        fclose(file);
    }
    snprintf(owner, size, "%s (pid %s)", name, process);
}

bool cmhd_port_owner(unsigned port, char *owner, size_t size) {
    unsigned long inode = listening_inode("/proc/net/tcp", port);
    if (inode == 0) {
        inode = listening_inode("/proc/net/tcp6", port);
    }
    DIR *processes = inode ? opendir("/proc") : NULL;
    if (!processes) {
        return false;
    }
    char wanted[64];
    snprintf(wanted, sizeof wanted, "socket:[%lu]", inode);
    bool found = false;
    struct dirent *entry;
    while (!found && (entry = readdir(processes))) {
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && holds_socket(entry->d_name, wanted)) {
            write_process(entry->d_name, owner, size);
            found = true;
        }
    }
    closedir(processes);
    return found;
}

int cmhd_duplicate(int descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, 3); }

void cmhd_close(int descriptor) { close(descriptor); }

int cmhd_wake_create(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

void cmhd_wake(int wake) {
    uint64_t one = 1;
    (void)!write(wake, &one, sizeof one);
}

int cmhd_watch_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

void cmhd_watch_add(int watch, int socket, uint64_t identifier) {
    struct epoll_event event = {.events = EPOLLRDHUP | EPOLLONESHOT, .data.u64 = identifier};
    epoll_ctl(watch, EPOLL_CTL_ADD, socket, &event);
}

void cmhd_watch_remove(int watch, int socket) { epoll_ctl(watch, EPOLL_CTL_DEL, socket, NULL); }

int cmhd_watch_wait(int watch, uint64_t *identifiers, int capacity) {
    struct epoll_event events[64];
    int count = epoll_wait(watch, events, capacity < 64 ? capacity : 64, -1);
    for (int i = 0; i < count; i++) {
        identifiers[i] = events[i].data.u64;
    }
    return count < 0 ? 0 : count;
}

void cmhd_watch_wake(int watch, int wake, uint64_t identifier) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT, .data.u64 = identifier};
    epoll_ctl(watch, EPOLL_CTL_ADD, wake, &event);
    cmhd_wake(wake);
}
