/*
 * theca-start: the first program of a confidential container in native mode.
 *
 * It runs inside the mounted root, asks the mount server over /.theca/sock/start.sock for what the agent granted, writes
 * the secret files, takes the granted identity, and becomes the workload. The host's configuration names only this
 * program; arguments, variables and secrets never pass through it.
 *
 * Message: u32 BE length, then fields of u32 BE length and bytes; numbers are decimal text:
 *   argc argv... envc env... cwd uid gid groupc group... filec (path uid gid mode bytes)...
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#define SOCKET "/.theca/sock/start.sock"
#define MAX_MESSAGE (16u << 20)
#define MAX_ITEMS 4096

static unsigned char *at, *end;

static void fail(int code, const char *what) {
  fprintf(stderr, "theca-start: %s: %s\n", what, errno ? strerror(errno) : "malformed configuration");
  _exit(code);
}

static void read_all(int fd, void *to, size_t size) {
  unsigned char *p = to;
  while (size > 0) {
    ssize_t n = read(fd, p, size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail(125, "reading the configuration");
    if (n == 0) { errno = 0; fail(125, "the mount server ended early"); }
    p += n;
    size -= (size_t)n;
  }
}

/* The next field; its bytes stay in the message, *size says how many. */
static unsigned char *field(uint32_t *size) {
  uint32_t n;
  errno = 0;
  if (end - at < 4) fail(125, "configuration");
  memcpy(&n, at, 4);
  n = ntohl(n);
  at += 4;
  if ((size_t)(end - at) < n) fail(125, "configuration");
  unsigned char *bytes = at;
  at += n;
  *size = n;
  return bytes;
}

static char *text(void) {
  uint32_t n;
  unsigned char *bytes = field(&n);
  char *copy = malloc(n + 1u);
  if (!copy) fail(125, "memory");
  memcpy(copy, bytes, n);
  copy[n] = 0;
  if (strlen(copy) != n) { errno = 0; fail(125, "a NUL inside text"); }
  return copy;
}

static unsigned long number(unsigned long max) {
  char *digits = text(), *rest;
  errno = 0;
  unsigned long value = strtoul(digits, &rest, 10);
  if (errno || *digits < '0' || *digits > '9' || *rest || value > max) { errno = 0; fail(125, "a number in the configuration"); }
  free(digits);
  return value;
}

static char **list(void) {
  unsigned long count = number(MAX_ITEMS);
  char **items = calloc(count + 1, sizeof *items);
  if (!items) fail(125, "memory");
  for (unsigned long i = 0; i < count; i++) items[i] = text();
  return items;
}

/* Makes the folders above a path, following nothing that the image placed there. */
static int parent_of(char *path, char **name) {
  int dir = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  char *part = path + strspn(path, "/");
  for (;;) {
    char *slash = strchr(part, '/');
    if (!slash) break;
    *slash = 0;
    if (*part && (!strcmp(part, ".") || !strcmp(part, ".."))) { errno = EINVAL; fail(125, "a secret's path"); }
    if (*part) {
      if (mkdirat(dir, part, 0755) && errno != EEXIST) fail(125, path);
      int next = openat(dir, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      if (next < 0) fail(125, path);
      close(dir);
      dir = next;
    }
    part = slash + 1;
  }
  *name = part;
  return dir;
}

static void secret_file(void) {
  char *path = text(), *name;
  unsigned long uid = number(UINT32_MAX), gid = number(UINT32_MAX), mode = number(0777);
  uint32_t size;
  unsigned char *bytes = field(&size);
  int dir = parent_of(path, &name);
  unlinkat(dir, name, 0);
  int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) fail(125, "creating a secret file");
  for (uint32_t done = 0; done < size;) {
    ssize_t n = write(fd, bytes + done, size - done);
    if (n < 0 && errno != EINTR) fail(125, "writing a secret file");
    if (n > 0) done += (uint32_t)n;
  }
  if (fchown(fd, (uid_t)uid, (gid_t)gid) || fchmod(fd, (mode_t)mode)) fail(125, "owner and mode of a secret file");
  close(fd);
  close(dir);
  free(path);
}

int main(void) {
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  strcpy(to.sun_path, SOCKET);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to)) fail(125, "asking the mount server at " SOCKET);
  uint32_t size;
  read_all(fd, &size, 4);
  size = ntohl(size);
  errno = 0;
  if (size == 0 || size > MAX_MESSAGE) fail(125, "configuration");
  unsigned char *message = malloc(size);
  if (!message) fail(125, "memory");
  read_all(fd, message, size);
  close(fd);
  at = message;
  end = message + size;

  char **argv = list(), **env = list(), *cwd = text();
  unsigned long uid = number(UINT32_MAX), gid = number(UINT32_MAX);
  unsigned long groups = number(MAX_ITEMS);
  gid_t *group = calloc(groups + 1, sizeof *group);
  if (!group) fail(125, "memory");
  for (unsigned long i = 0; i < groups; i++) group[i] = (gid_t)number(UINT32_MAX);
  for (unsigned long files = number(MAX_ITEMS); files > 0; files--) secret_file();
  explicit_bzero(message, size);
  free(message);

  errno = 0;
  if (!argv[0]) fail(125, "no program to run");
  if (chdir(cwd)) fail(126, cwd);
  if (setgroups(groups, group) || setgid((gid_t)gid) || setuid((uid_t)uid)) fail(126, "taking the workload's user");
  syscall(SYS_close_range, 3u, ~0u, 0u);
  environ = env;
  execvpe(argv[0], argv, env);
  fail(errno == ENOENT ? 127 : 126, argv[0]);
}
