/*
 * The end of a pod whose daemon is gone: its containers, mounts and folders. What there is stands in theca.launch of
 * the bundle, which the daemon wrote at Create, one `key=value` a line, in the order in which things go:
 *
 *   runc=PROGRAM  root=FOLDER   the runtime and its state folder (before the namespace); else runc, /run/containerd/runc
 *   also=ID                     a further container of the runtime, such as the agent's
 *   pod=ID                      a container of this pod with a bundle of its own, where containerd (1.x) leaves no
 *                               file `sandbox` in that bundle
 *   umount=PATH  rmdir=PATH     a mount to detach, a folder to remove with what is in it
 *
 * Other lines, and a last one without an end, mean nothing. Nothing is done twice that matters: a daemon that comes
 * back, or the same call for another container of the pod, may be at it at the same time.
 */
#include "launcher.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_NOTES (64 << 10)
#define MAX_RUNNING 64
#define MAX_DEPTH 64
#define GRACE_MS 500

struct notes { size_t size; char text[MAX_NOTES]; };
static struct notes own, others;

static struct { pid_t pid; char state[PATH_MAX]; } running[MAX_RUNNING];
static int count;

static void pause_ms(long ms) { nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, 0); }

static int there(const char *path) {
  struct stat unused;
  return !lstat(path, &unused);
}

/* The name of one entry of a folder, and of nothing else. */
static int plain(const char *name) { return *name && *name != '.' && !strchr(name, '/') && strlen(name) <= NAME_MAX; }

static ssize_t read_file(const char *path, char *to, size_t room) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) return -1;
  ssize_t size = 0, got;
  while ((size_t)size < room && (got = read(fd, to + size, room - (size_t)size)) > 0) size += got;
  close(fd);
  return size;
}

/* No file is no error: the daemon may have died before it wrote one. */
static int read_notes(const char *bundle, struct notes *to) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/theca.launch", bundle);
  ssize_t size = read_file(path, to->text, sizeof to->text);
  to->size = size < 0 ? 0 : (size_t)size;
  if (to->size == sizeof to->text) return fail(path, "longer than 64 KiB");
  while (to->size > 0 && to->text[to->size - 1] != '\n') to->size--;
  for (size_t i = 0; i < to->size; i++)
    if (to->text[i] == '\n') to->text[i] = 0;
  return 0;
}

/* The next value of a key after the one before; null when there is none. */
static const char *next(const struct notes *notes, const char *key, const char *before) {
  size_t length = strlen(key);
  const char *line = before ? before + strlen(before) + 1 : notes->text;
  for (; line < notes->text + notes->size; line += strlen(line) + 1)
    if (!strncmp(line, key, length) && line[length] == '=') return line + length + 1;
  return 0;
}

static const char *first(const struct notes *notes, const char *key, const char *otherwise) {
  const char *value = next(notes, key, 0);
  return value && *value ? value : otherwise;
}

/* Waits for what was started; a container counts as gone when the runtime has forgotten it. */
static int await_running(void) {
  int failed = 0;
  for (int i = 0; i < count; i++) {
    int status = 0;
    while (waitpid(running[i].pid, &status, WNOHANG) == 0) {
      if (!left_ms(DELETE_MS)) {
        kill(running[i].pid, SIGKILL);
        failed = fail(running[i].state, "the runtime's delete took too long");
        break;
      }
      pause_ms(2);
    }
    for (long waited = 0; status && there(running[i].state) && waited < GRACE_MS && left_ms(DELETE_MS); waited += 10)
      pause_ms(10);
    if (there(running[i].state)) failed = fail(running[i].state, "a container that could not be deleted");
  }
  count = 0;
  return failed;
}

static int start_delete(const char *runc, const char *root, const char *ns, const char *id) {
  char folder[PATH_MAX], *argv[] = {(char *)runc, "--root", folder, "delete", "--force", (char *)id, 0};
  if (!plain(id) || !plain(ns)) return 0;
  if (count == MAX_RUNNING && await_running()) return 1;
  char *state = running[count].state;
  snprintf(folder, sizeof folder, "%s/%s", root, ns);
  snprintf(state, PATH_MAX, "%s/%s/%s", root, ns, id);
  if (!there(state)) return 0;
  for (int i = 0; i < count; i++)
    if (!strcmp(running[i].state, state)) return 0;
  pid_t pid = fork();
  if (pid < 0) return fail("fork", strerror(errno));
  if (pid == 0) {
    int nothing = open("/dev/null", O_RDWR);
    dup2(nothing, 0);
    dup2(nothing, 1);
    const char *path = getenv("PATH");
    char variable[PATH_MAX], *environment[] = {variable, 0};
    snprintf(variable, sizeof variable, "PATH=%s",
             path && *path ? path : "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    execvpe(runc, argv, environment);
    fail(runc, strerror(errno));
    _exit(127);
  }
  running[count++].pid = pid;
  return 0;
}

static int end_containers(const struct notes *notes, const char *ns, const char *id) {
  const char *runc = first(notes, "runc", first(&own, "runc", "runc"));
  const char *root = first(notes, "root", first(&own, "root", "/run/containerd/runc"));
  int failed = start_delete(runc, root, ns, id);
  for (const char *also = 0; (also = next(notes, "also", also));) failed |= start_delete(runc, root, ns, also);
  return failed;
}

static int detach(const char *path) {
  for (int layers = 0; layers < 64; layers++)
    if (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW))
      return errno == EINVAL || errno == ENOENT || errno == ENOTDIR ? 0 : fail(path, strerror(errno));
  return fail(path, "mounted again and again");
}

/*
 * Removes an entry of a folder with all below it. Neither a symbolic link is followed nor a mount entered: what is
 * mounted below a pod's folder may be anybody's.
 */
static int remove_entry(int parent, const char *name, int depth) {
  if (!unlinkat(parent, name, 0) || errno == ENOENT) return 0;
  if (errno != EISDIR && errno != EPERM) return -1;
  if (!unlinkat(parent, name, AT_REMOVEDIR)) return 0;
  if (depth == MAX_DEPTH || !left_ms(DELETE_MS)) { errno = depth == MAX_DEPTH ? ELOOP : ETIME; return -1; }
  struct open_how how = {.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW,
                         .resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH};
  int fd = (int)syscall(SYS_openat2, parent, name, &how, sizeof how);
  DIR *dir = fd < 0 ? 0 : fdopendir(fd);
  if (!dir) return -1;
  int failed = 0;
  for (struct dirent *entry; !failed && (entry = readdir(dir));)
    if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..")) failed = remove_entry(fd, entry->d_name, depth + 1);
  int why = errno;
  closedir(dir);
  errno = why;
  return failed ? -1 : unlinkat(parent, name, AT_REMOVEDIR);
}

static int remove_folder(const char *path) {
  char parent[PATH_MAX];
  const char *name = strrchr(path, '/');
  if (*path != '/' || !plain(name + 1) || name == path || strstr(path, "/../"))
    return fail(path, "not the path of a folder to remove");
  snprintf(parent, sizeof parent, "%.*s", (int)(name - path), path);
  int fd = open(parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return errno == ENOENT ? 0 : fail(parent, strerror(errno));
  int failed = remove_entry(fd, name + 1, 0) ? fail(path, strerror(errno)) : 0;
  close(fd);
  return failed;
}

static int end_folders(const struct notes *notes, const char *bundle) {
  char rootfs[PATH_MAX];
  snprintf(rootfs, sizeof rootfs, "%s/rootfs", bundle);
  int failed = detach(rootfs);
  for (const char *path = 0; (path = next(notes, "umount", path));) failed |= detach(path);
  for (const char *path = 0; !failed && (path = next(notes, "rmdir", path));) failed |= remove_folder(path);
  return failed;
}

/* Whether a process is a call of the runtime for this bundle. */
static int works_on(const char *pid, const char *bundle) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%.20s/cmdline", pid);
  ssize_t size = read_file(path, others.text, sizeof others.text - 1);
  if (size <= 0) return 0;
  others.text[size] = 0;
  for (char *word = others.text; word < others.text + size; word += strlen(word) + 1) {
    if (strcmp(word, "--bundle")) continue;
    const char *value = word + strlen(word) + 1;
    return value < others.text + size && !strcmp(value, bundle);
  }
  return 0;
}

/*
 * A runtime that the daemon had making a container goes on without it, and what it makes would belong to nobody. It
 * leads a process group of its own.
 */
static void end_making(const char *bundle) {
  for (long waited = 0; waited < GRACE_MS && left_ms(DELETE_MS); waited += 10) {
    int found = 0;
    DIR *dir = opendir("/proc");
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
      pid_t pid = (pid_t)strtol(entry->d_name, 0, 10);
      if (pid <= 1 || !works_on(entry->d_name, bundle)) continue;
      found = 1;
      if (getpgid(pid) != pid || kill(-pid, SIGKILL)) kill(pid, SIGKILL);
    }
    if (dir) closedir(dir);
    if (!found) return;
    pause_ms(10);
  }
}

/* One bundle of the pod: first its containers, in a second round its folders. */
static int end_bundle(const char *bundle, const char *ns, const char *id, int round) {
  if (round == 0) end_making(bundle);
  if (read_notes(bundle, &others)) return 1;
  return round == 0 ? end_containers(&others, ns, id) : end_folders(&others, bundle);
}

static int end_pod(const char *ns, const char *id, const char *bundle, int round) {
  char around[PATH_MAX], path[PATH_MAX + NAME_MAX + 16], sandbox[NAME_MAX + 2];
  const char *slash = strrchr(bundle, '/');
  snprintf(around, sizeof around, "%.*s", slash ? (int)(slash - bundle) : 0, bundle);
  int failed = end_bundle(bundle, ns, id, round);
  for (const char *pod = 0; (pod = next(&own, "pod", pod));) {
    snprintf(path, sizeof path, "%s/%s", around, pod);
    if (plain(pod) && strcmp(pod, id)) failed |= end_bundle(path, ns, pod, round);
  }
  DIR *dir = opendir(around);
  for (struct dirent *entry; dir && (entry = readdir(dir));) {
    if (!plain(entry->d_name) || !strcmp(entry->d_name, id)) continue;
    snprintf(path, sizeof path, "%s/%s/sandbox", around, entry->d_name);
    ssize_t size = read_file(path, sandbox, sizeof sandbox - 1);
    if (size <= 0) continue;
    sandbox[size] = 0;
    sandbox[strcspn(sandbox, "\n")] = 0;
    path[strlen(path) - strlen("/sandbox")] = 0;
    if (!strcmp(sandbox, id)) failed |= end_bundle(path, ns, entry->d_name, round);
  }
  if (dir) closedir(dir);
  return failed | (round == 0 ? await_running() : 0);
}

static unsigned char *varint(unsigned char *to, uint64_t value) {
  for (; value > 0x7f; value >>= 7) *to++ = (unsigned char)(value | 0x80);
  *to++ = (unsigned char)value;
  return to;
}

/* DeleteResponse: the pid if it is known, killed by signal 9, now. */
static int answer(uint64_t pid) {
  unsigned char bytes[64], *to = bytes, *length;
  if (pid) { *to++ = 0x08; to = varint(to, pid); }
  *to++ = 0x10;
  to = varint(to, 137);
  *to++ = 0x1a;
  length = to++;
  *to++ = 0x08;
  to = varint(to, (uint64_t)time(0));
  *length = (unsigned char)(to - length - 1);
  return write_all(1, bytes, (size_t)(to - bytes)) ? 1 : 0;
}

int delete_alone(const char *run, const char *ns, const char *id, const char *bundle) {
  char path[PATH_MAX], number[24] = "";
  if (!plain(id) || !plain(ns) || *bundle != '/') return fail("delete", "needs a namespace, an id and a bundle");
  signal(SIGCHLD, SIG_DFL);
  snprintf(path, sizeof path, "%s/init.pid", bundle);
  ssize_t unused = read_file(path, number, sizeof number - 1);
  (void)unused;
  if (read_notes(bundle, &own) || end_pod(ns, id, bundle, 0) || end_pod(ns, id, bundle, 1)) return 1;
  snprintf(path, sizeof path, "%s/pods/%s", run, id);
  if (*run && there(path) && remove_folder(path)) return 1;
  return answer(strtoull(number, 0, 10));
}
