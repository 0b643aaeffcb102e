package dev.theca.linux;

/**
 * The system calls that we use, with their numbers on x86-64
 * (arch/x86/entry/syscalls/syscall_64.tbl).
 */
enum Syscall {
  READ(0),
  WRITE(1),
  CLOSE(3),
  MMAP(9),
  MUNMAP(11),
  IOCTL(16),
  PREAD64(17),
  PWRITE64(18),
  GETSOCKOPT(55),
  KILL(62),
  FCNTL(72),
  FTRUNCATE(77),
  FCHMOD(91),
  FCHOWN(93),
  PRCTL(157),
  MOUNT(165),
  UMOUNT2(166),
  GETTID(186),
  LSETXATTR(189),
  FSETXATTR(190),
  LGETXATTR(192),
  FGETXATTR(193),
  LLISTXATTR(195),
  FLISTXATTR(196),
  FREMOVEXATTR(199),
  SCHED_SETAFFINITY(203),
  SCHED_GETAFFINITY(204),
  WAITID(247),
  OPENAT(257),
  MKDIRAT(258),
  MKNODAT(259),
  FCHOWNAT(260),
  UNLINKAT(263),
  RENAMEAT(264),
  LINKAT(265),
  SYMLINKAT(266),
  FCHMODAT(268),
  UNSHARE(272),
  UTIMENSAT(280),
  EVENTFD2(290),
  PIPE2(293),
  SYNCFS(306),
  SETNS(308),
  STATX(332),
  PIDFD_SEND_SIGNAL(424),
  IO_URING_SETUP(425),
  IO_URING_ENTER(426),
  FSOPEN(430),
  FSCONFIG(431),
  FSMOUNT(432),
  PIDFD_OPEN(434);

  final long number;

  Syscall(long number) {
    this.number = number;
  }
}
