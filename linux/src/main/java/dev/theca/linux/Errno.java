package dev.theca.linux;

/** Error numbers of Linux on x86-64 (errno(3)), as far as this project names them. */
public final class Errno {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int ESRCH = 3;
  public static final int EINTR = 4;
  public static final int EIO = 5;
  public static final int ENXIO = 6;
  public static final int E2BIG = 7;
  public static final int EBADF = 9;
  public static final int ECHILD = 10;
  public static final int EAGAIN = 11;
  public static final int ENOMEM = 12;
  public static final int EACCES = 13;
  public static final int EBUSY = 16;
  public static final int EEXIST = 17;
  public static final int EXDEV = 18;
  public static final int ENODEV = 19;
  public static final int ENOTDIR = 20;
  public static final int EISDIR = 21;
  public static final int EINVAL = 22;
  public static final int ENOTTY = 25;
  public static final int EFBIG = 27;
  public static final int ENOSPC = 28;
  public static final int EROFS = 30;
  public static final int EMLINK = 31;
  public static final int EPIPE = 32;
  public static final int ERANGE = 34;
  public static final int ENAMETOOLONG = 36;
  public static final int ENOSYS = 38;
  public static final int ENOTEMPTY = 39;
  public static final int ELOOP = 40;
  public static final int ENODATA = 61;
  public static final int EPROTO = 71;
  public static final int EOPNOTSUPP = 95;
  public static final int ECONNABORTED = 103;
  public static final int ENOTCONN = 107;
  public static final int ETIMEDOUT = 110;

  private Errno() {}

  public static String describe(int errno) {
    return switch (errno) {
      case EPERM -> "EPERM, not permitted; run as root with the needed capability";
      case ENOENT -> "ENOENT, no such file or directory";
      case ESRCH -> "ESRCH, no such process";
      case EIO -> "EIO, input or output error; see the kernel's log";
      case EAGAIN -> "EAGAIN, try again";
      case ENOMEM -> "ENOMEM, not enough memory; raise the memory limit or RLIMIT_MEMLOCK";
      case EACCES -> "EACCES, access denied";
      case EBUSY -> "EBUSY, in use; end who uses it";
      case EEXIST -> "EEXIST, it exists";
      case ENODEV -> "ENODEV, no such device; load its kernel module";
      case EINVAL -> "EINVAL, invalid argument; the kernel may be too old for it";
      case ENOSPC -> "ENOSPC, no space left; free some";
      case EROFS -> "EROFS, read-only file system";
      case ENOSYS -> "ENOSYS, this kernel lacks the call";
      case EOPNOTSUPP -> "EOPNOTSUPP, not supported here";
      default -> "errno " + errno;
    };
  }
}
