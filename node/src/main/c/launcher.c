/*
 * containerd-shim-theca-v2: what containerd executes. It hands a call over to the node daemon and prints the answer.
 *
 *   start, delete, -info, -v    called by containerd (flags and action in any order)
 *   mntns DIR                   called by the daemon: a mount namespace of a pod, kept until standard input ends
 *   in PID PROGRAM ARGS...      called by the daemon: runs a program in that namespace
 *   userns                      called by the daemon: a user namespace without mappings, kept until standard input ends
 *
 * Request: u32 BE total, then u32 BE length + bytes for each of: action, name, namespace, id, bundle, grpc address,
 * ttrpc address, max shim version, standard input. The name is the handler's, from what this binary is installed as:
 * `theca` of containerd-shim-theca-v2. Reply: u8 exit code, u32 BE + standard output, u32 BE + error text; nothing of
 * it is printed before all of it is here.
 */
#include "launcher.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#ifndef THECA_VERSION
#define THECA_VERSION "0.1.0"
#endif
#define DEFAULT_SOCKET "/run/theca/node.sock"
#define MAX_INPUT (10u << 20)
#define MAX_WORDS (64u << 10)
#define MAX_REPLY (1u << 20)
#define CONNECT_MS 2000
#define START_MS 60000

struct call { const char *action, *ns, *id, *bundle, *grpc; };

static struct timespec began;
static char request[MAX_WORDS + MAX_INPUT + 1];
static unsigned char reply[MAX_REPLY];

int fail(const char *what, const char *why) {
  fprintf(stderr, "theca: %s: %s\n", what, why);
  return 1;
}

int write_all(int fd, const void *from, size_t size) {
  for (const char *p = from; size > 0;) {
    ssize_t n = write(fd, p, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return -1;
    p += n;
    size -= (size_t)n;
  }
  return 0;
}

long left_ms(long limit_ms) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  long left = limit_ms - (now.tv_sec - began.tv_sec) * 1000 - (now.tv_nsec - began.tv_nsec) / 1000000;
  return left > 0 ? left : 0;
}

/* A connection to the daemon; one that is not there is waited for, as it may be restarting. */
static int connected(const char *path, long patience_ms) {
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof to.sun_path) { errno = ENAMETOOLONG; return -1; }
  strcpy(to.sun_path, path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  struct timeval limit = {CONNECT_MS / 1000, 0}; /* also for a connect while too many others wait, and for what is sent */
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  while (connect(fd, (struct sockaddr *)&to, sizeof to)) {
    int why = errno;
    if ((why != ENOENT && why != ECONNREFUSED) || !left_ms(patience_ms)) { close(fd); errno = why; return -1; }
    nanosleep(&(struct timespec){0, 20000000}, 0);
  }
  return fd;
}

/* Puts the request together, standard input last; its size, or 0 after words. */
static size_t put_together(const struct call *call, const char *name) {
  const char *ttrpc = getenv("TTRPC_ADDRESS"), *grpc = getenv("GRPC_ADDRESS"), *max = getenv("MAX_SHIM_VERSION");
  const char *text[] = {call->action, name, call->ns, call->id, call->bundle, grpc && *grpc ? grpc : call->grpc,
                        ttrpc ? ttrpc : "", max ? max : ""};
  size_t at = 4;
  uint32_t n;
  for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
    size_t size = strlen(text[i]);
    if (size > MAX_WORDS - 8 - at) { fail("the arguments", "longer than 64 KiB"); return 0; }
    n = htonl((uint32_t)size);
    memcpy(request + at, &n, 4);
    memcpy(request + at + 4, text[i], size);
    at += 4 + size;
  }
  size_t input = 0;
  if (strcmp(call->action, "delete")) {
    for (ssize_t got; input <= MAX_INPUT; input += (size_t)got) {
      got = read(0, request + at + 4 + input, MAX_INPUT + 1 - input);
      if (got < 0 && errno == EINTR) { got = 0; continue; }
      if (got <= 0) break;
    }
    if (input > MAX_INPUT) { fail("standard input", "more than 10 MiB"); return 0; }
  }
  n = htonl((uint32_t)input);
  memcpy(request + at, &n, 4);
  at += 4 + input;
  n = htonl((uint32_t)(at - 4));
  memcpy(request, &n, 4);
  return at;
}

static int send_all(int fd, const char *from, size_t size) {
  while (size > 0) {
    ssize_t n = send(fd, from, size, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return -1;
    from += n;
    size -= (size_t)n;
  }
  return 0;
}

/* Reads the whole reply; fills in where its two parts are. */
static int answered(int fd, long limit_ms, size_t sizes[2]) {
  size_t have = 0;
  for (;;) {
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    int n = poll(&ready, 1, (int)left_ms(limit_ms));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return -1;
    ssize_t got = read(fd, reply + have, sizeof reply - have);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    have += (size_t)got;
  }
  size_t at = 1;
  for (int i = 0; i < 2; i++) {
    uint32_t size;
    if (have < at + 4) return -1;
    memcpy(&size, reply + at, 4);
    sizes[i] = ntohl(size);
    at += 4;
    if (sizes[i] > have - at) return -1;
    at += sizes[i];
  }
  return at == have ? 0 : -1;
}

/* RuntimeInfo with the name only, so that the runtime interface still loads without a daemon. */
static int info_alone(const char *name) {
  char info[64];
  int size = snprintf(info + 2, sizeof info - 2, "io.%.40s", name);
  info[0] = '\n';
  info[1] = (char)size;
  return write_all(1, info, (size_t)size + 2) ? 1 : 0;
}

static int handed_over(const struct call *call, const char *name, const char *socket_path) {
  int starts = !strcmp(call->action, "start"), deletes = !strcmp(call->action, "delete");
  size_t size = put_together(call, name), sizes[2];
  if (!size) return 1;
  int fd = connected(socket_path, starts ? CONNECT_MS : 0);
  if (fd < 0 && starts) {
    fprintf(stderr, "theca: node daemon is not running (%s: %s)\n", socket_path, strerror(errno));
    return 1;
  }
  if (fd < 0 || send_all(fd, request, size) || answered(fd, starts ? START_MS : DELETE_ASK_MS, sizes)) {
    if (starts) return fail("the node daemon", "gave no answer, or a broken one");
    if (!deletes) return info_alone(name);
    char run[4096];
    const char *end = strrchr(socket_path, '/');
    snprintf(run, sizeof run, "%.*s", end ? (int)(end - socket_path) : 0, socket_path);
    return delete_alone(run, call->ns, call->id, call->bundle);
  }
  if (write_all(1, reply + 5, sizes[0])) return 1;
  if (*reply && write_all(2, reply + 9 + sizes[0], sizes[1])) return 1;
  return *reply;
}

static int kept(void) {
  if (write_all(1, "ready\n", 6)) return 1;
  char byte;
  for (ssize_t n = 1; n > 0 || (n < 0 && errno == EINTR);) n = read(0, &byte, 1);
  return 0;
}

static int keep_mounts(const char *dir) {
  if (unshare(CLONE_NEWNS)) return fail("a mount namespace for the pod", strerror(errno));
  if (mount("none", "/", 0, MS_REC | MS_SLAVE, 0)) return fail("propagation of /", strerror(errno));
  if (mount(dir, dir, 0, MS_BIND | MS_REC, 0) || mount("none", dir, 0, MS_SHARED, 0)) return fail(dir, strerror(errno));
  return kept();
}

static int keep_users(void) {
  if (unshare(CLONE_NEWUSER)) return fail("a user namespace; see user.max_user_namespaces", strerror(errno));
  return kept();
}

static int run_inside(const char *pid, char **program) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%s/ns/mnt", pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || setns(fd, CLONE_NEWNS)) return fail("the pod's mount namespace", strerror(errno));
  execv(program[0], program);
  return fail(program[0], strerror(errno));
}

/* containerd-shim-theca-plain-v2 -> theca-plain; any other name stays, and the daemon refuses it. */
static void handler_name(const char *argv0, char *to, size_t room) {
  static const char prefix[] = "containerd-shim-";
  const char *base = argv0 && strrchr(argv0, '/') ? strrchr(argv0, '/') + 1 : argv0 ? argv0 : "";
  if (!strncmp(base, prefix, sizeof prefix - 1)) base += sizeof prefix - 1;
  snprintf(to, room, "%s", base);
  char *version = strrchr(to, '-');
  if (version && version[1] == 'v' && version[2] >= '0' && version[2] <= '9') *version = 0;
}

static int is_action(const char *word) {
  return !strcmp(word, "start") || !strcmp(word, "delete") || !strcmp(word, "info");
}

int main(int argc, char **argv) {
  clock_gettime(CLOCK_MONOTONIC, &began);
  if (argc == 3 && !strcmp(argv[1], "mntns")) return keep_mounts(argv[2]);
  if (argc == 2 && !strcmp(argv[1], "userns")) return keep_users();
  if (argc >= 4 && !strcmp(argv[1], "in")) return run_inside(argv[2], argv + 3);

  char name[64], here[4096];
  handler_name(argv[0], name, sizeof name);
  struct call call = {"", "", "", "", ""};
  const char *ignored; /* -publish-binary; -socket is where a shim of its own would listen */
  struct { const char *name, **value; } flags[] = {{"namespace", &call.ns}, {"id", &call.id}, {"bundle", &call.bundle},
    {"address", &call.grpc}, {"publish-binary", &ignored}, {"socket", &ignored}};
  for (int i = 1; i < argc; i++) {
    const char *flag = argv[i];
    if (*flag != '-') { call.action = flag; continue; }
    flag += flag[1] == '-' ? 2 : 1;
    size_t size = strcspn(flag, "=");
    if (!strcmp(flag, "v") || !strcmp(flag, "version")) { printf("%s " THECA_VERSION "\n", name); return 0; }
    if (!strcmp(flag, "info")) { call.action = "info"; continue; }
    if (size == 5 && !strncmp(flag, "debug", 5)) continue;
    size_t known = 0, count = sizeof flags / sizeof *flags;
    while (known < count && (strlen(flags[known].name) != size || strncmp(flags[known].name, flag, size))) known++;
    const char *value = flag[size] ? flag + size + 1 : i + 1 < argc ? argv[i + 1] : "";
    if (known < count) *flags[known].value = value;
    /* the value of a flag that nobody knows yet is skipped, but never an action */
    if (!flag[size] && (known < count || (*value != '-' && !is_action(value)))) i++;
  }
  if (!is_action(call.action))
    return fail("usage", "[-namespace NS -id ID -bundle DIR -address SOCKET] start|delete, or -info, or -v");
  if (!*call.bundle && getcwd(here, sizeof here)) call.bundle = here;
  const char *socket_path = getenv("THECA_NODE_SOCKET");
  return handed_over(&call, name, socket_path && *socket_path ? socket_path : DEFAULT_SOCKET);
}
