/* What the launcher's parts share. */
#define _GNU_SOURCE
#include <stddef.h>

/* containerd gives `delete` five seconds in all; both figures count from the start of this process. */
#define DELETE_ASK_MS 2000
#define DELETE_MS 4500

int fail(const char *what, const char *why); /* says so on standard error; 1 */
int write_all(int fd, const void *from, size_t size);
long left_ms(long limit_ms); /* what is left of a limit that began with this process; never negative */
int delete_alone(const char *run, const char *ns, const char *id, const char *bundle);
