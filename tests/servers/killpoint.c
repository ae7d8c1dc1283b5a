/* killpoint: kill -9, from within, right before the nth call that leaves a trace outside.
 *
 * Loaded with LD_PRELOAD. Counted are bytes to a socket (a server hears something) and fdatasync
 * or fsync (a transaction is on the disk): between two of them a dead process looks the same from
 * outside, wherever it died. `kill_before(n)` starts the count; 0 counts nothing.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long left;

void kill_before(long nth) { atomic_store(&left, nth); }

static void trace(void) {
    if (atomic_load(&left) > 0 && atomic_fetch_sub(&left, 1) == 1)
        kill(getpid(), SIGKILL);
}

static void trace_socket(int fd) {
    struct stat found;
    if (atomic_load(&left) > 0 && fstat(fd, &found) == 0 && S_ISSOCK(found.st_mode))
        trace();
}

#define BEFORE(result, name, params, args, mark)                                        \
    result name params {                                                                      \
        static result(*real) params;                                                          \
        if (!real)                                                                            \
            *(void **)&real = dlsym(RTLD_NEXT, #name);                                        \
        mark;                                                                                 \
        return real args;                                                                     \
    }

BEFORE(int, fsync, (int fd), (fd), trace())
BEFORE(int, fdatasync, (int fd), (fd), trace())
BEFORE(ssize_t, write, (int fd, const void *b, size_t n), (fd, b, n), trace_socket(fd))
BEFORE(ssize_t, writev, (int fd, const struct iovec *v, int n), (fd, v, n), trace_socket(fd))
BEFORE(ssize_t, send, (int fd, const void *b, size_t n, int f), (fd, b, n, f), trace_socket(fd))
BEFORE(ssize_t, sendmsg, (int fd, const struct msghdr *m, int f), (fd, m, f), trace_socket(fd))
BEFORE(ssize_t, sendto,
       (int fd, const void *b, size_t n, int f, const struct sockaddr *to, socklen_t l),
       (fd, b, n, f, to, l), trace_socket(fd))
