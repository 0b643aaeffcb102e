/*
 * containerd-shim-theca-v2: what containerd executes. It forwards a call to the node daemon and prints the answer.
 *
 *   start, delete, -info, -v    called by containerd (flags in any order, the action is the last bare word)
 *   mntns DIR                   called by the daemon: a mount namespace of a pod, kept until standard input ends
 *   in PID PROGRAM ARGS...      called by the daemon: runs a program in that namespace
 *
 * Request: u32 BE total, then u32 BE length + bytes for each of: action, namespace, id, bundle, grpc address, ttrpc
 * address, max shim version, standard input. Reply: u8 exit code, u32 BE + standard output, u32 BE + error text.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
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

static int fail(const char *what, const char *why) {
  fprintf(stderr, "theca: %s: %s\n", what, why);
  return 1;
}

static int write_all(int fd, const void *from, size_t size) {
  for (const char *p = from; size > 0;) {
    ssize_t n = write(fd, p, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return -1;
    p += n;
    size -= (size_t)n;
  }
  return 0;
}

static int read_all(int fd, void *to, size_t size) {
  for (char *p = to; size > 0;) {
    ssize_t n = read(fd, p, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return -1;
    p += n;
    size -= (size_t)n;
  }
  return 0;
}

static int put(int fd, const char *bytes, size_t size) {
  uint32_t n = htonl((uint32_t)size);
  return write_all(fd, &n, 4) || write_all(fd, bytes, size);
}

static int connected(const char *path, int patience_ms) {
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof to.sun_path) { errno = ENAMETOOLONG; return -1; }
  strcpy(to.sun_path, path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  for (int waited = 0; connect(fd, (struct sockaddr *)&to, sizeof to); waited += 20) {
    if ((errno != ENOENT && errno != ECONNREFUSED) || waited >= patience_ms) { close(fd); return -1; }
    nanosleep(&(struct timespec){0, 20000000}, 0);
  }
  return fd;
}

static int relay(int fd, int to) {
  uint32_t n;
  char block[4096];
  if (read_all(fd, &n, 4)) return -1;
  for (n = ntohl(n); n > 0;) {
    size_t part = n < sizeof block ? n : sizeof block;
    if (read_all(fd, block, part)) return -1;
    if (to >= 0 && write_all(to, block, part)) return -1;
    n -= (uint32_t)part;
  }
  return 0;
}

/* The answer of a daemon that is gone: nothing is known, the task counts as killed. */
static int delete_alone(void) {
  unsigned char reply[16] = {0x10, 0x89, 0x01, 0x1a};
  size_t at = 5;
  reply[at++] = 0x08;
  for (uint64_t now = (uint64_t)time(0); ; now >>= 7) {
    reply[at++] = (unsigned char)((now & 0x7f) | (now > 0x7f ? 0x80 : 0));
    if (now <= 0x7f) break;
  }
  reply[4] = (unsigned char)(at - 5);
  return write_all(1, reply, at) ? 1 : 0;
}

/* RuntimeInfo with the name only, so that the runtime interface still loads. */
static int info_alone(void) {
  return write_all(1, "\n\x08" "io.theca", 10) ? 1 : 0;
}

static int keep_namespace(const char *dir) {
  if (unshare(CLONE_NEWNS)) return fail("a mount namespace for the pod", strerror(errno));
  if (mount("none", "/", 0, MS_REC | MS_SLAVE, 0)) return fail("propagation of /", strerror(errno));
  if (mount(dir, dir, 0, MS_BIND | MS_REC, 0) || mount("none", dir, 0, MS_SHARED, 0)) return fail(dir, strerror(errno));
  if (write_all(1, "ready\n", 6)) return 1;
  char byte;
  while (read(0, &byte, 1) > 0 || errno == EINTR) {}
  return 0;
}

static int run_inside(const char *pid, char **program) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%s/ns/mnt", pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || setns(fd, CLONE_NEWNS)) return fail("the pod's mount namespace", strerror(errno));
  execv(program[0], program);
  return fail(program[0], strerror(errno));
}

int main(int argc, char **argv) {
  const char *ns = "", *id = "", *bundle = "", *grpc = "", *action = "", *socket_path = getenv("THECA_NODE_SOCKET");
  if (argc == 3 && !strcmp(argv[1], "mntns")) return keep_namespace(argv[2]);
  if (argc >= 4 && !strcmp(argv[1], "in")) return run_inside(argv[2], argv + 3);
  for (int i = 1; i < argc; i++) {
    const char *a = argv[i];
    if (*a != '-') { action = a; continue; }
    a += a[1] == '-' ? 2 : 1;
    if (!strcmp(a, "v") || !strcmp(a, "version")) { puts("containerd-shim-theca-v2 " THECA_VERSION); return 0; }
    if (!strcmp(a, "info")) { action = "info"; continue; }
    if (!strcmp(a, "debug")) continue;
    const char *value = strchr(a, '=');
    size_t name = value ? (size_t)(value - a) : strlen(a);
    value = value ? value + 1 : i + 1 < argc ? argv[++i] : "";
    if (name == 9 && !strncmp(a, "namespace", name)) ns = value;
    else if (name == 2 && !strncmp(a, "id", name)) id = value;
    else if (name == 6 && !strncmp(a, "bundle", name)) bundle = value;
    else if (name == 7 && !strncmp(a, "address", name)) grpc = value;
  }
  if (strcmp(action, "start") && strcmp(action, "delete") && strcmp(action, "info"))
    return fail("usage", "[-namespace NS -id ID -bundle DIR -address SOCKET] start|delete, or -info, or -v");
  if (!socket_path || !*socket_path) socket_path = DEFAULT_SOCKET;
  char here[4096];
  if (!*bundle && getcwd(here, sizeof here)) bundle = here;

  static char input[MAX_INPUT];
  size_t size = 0;
  if (strcmp(action, "delete")) {
    for (ssize_t n; size < sizeof input && (n = read(0, input + size, sizeof input - size)) > 0;) size += (size_t)n;
    if (size == sizeof input) return fail("standard input", "more than 10 MiB");
  }
  int fd = connected(socket_path, strcmp(action, "start") ? 0 : 2000);
  if (fd < 0) {
    if (!strcmp(action, "info")) return info_alone();
    if (!strcmp(action, "delete")) return delete_alone();
    fprintf(stderr, "theca: node daemon is not running (%s: %s)\n", socket_path, strerror(errno));
    return 1;
  }
  if (strcmp(action, "start")) {
    struct timeval limit = {strcmp(action, "delete") ? 2 : 4, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  const char *ttrpc = getenv("TTRPC_ADDRESS"), *grpc_env = getenv("GRPC_ADDRESS"), *max = getenv("MAX_SHIM_VERSION");
  if (grpc_env && *grpc_env) grpc = grpc_env;
  if (!ttrpc) ttrpc = "";
  if (!max) max = "";
  const char *text[] = {action, ns, id, bundle, grpc, ttrpc, max};
  size_t total = 8 * 4 + size;
  for (int i = 0; i < 7; i++) total += strlen(text[i]);
  uint32_t head = htonl((uint32_t)total);
  int broken = write_all(fd, &head, 4);
  for (int i = 0; i < 7 && !broken; i++) broken = put(fd, text[i], strlen(text[i]));
  if (!broken) broken = put(fd, input, size);
  unsigned char code;
  if (broken || read_all(fd, &code, 1)) {
    if (!strcmp(action, "delete")) return delete_alone();
    return fail("the node daemon", "gave no answer");
  }
  if (relay(fd, 1) || relay(fd, code ? 2 : -1)) return fail("the node daemon", "broke its answer off");
  return code;
}
