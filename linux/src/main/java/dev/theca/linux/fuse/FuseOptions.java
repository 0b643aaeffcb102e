package dev.theca.linux.fuse;

/**
 * How to mount and serve. Start with {@link #of} and change what is different.
 *
 * @param type shown in the mount table as {@code fuse.<type>}
 * @param checkModes the kernel checks owners and modes ({@code default_permissions}); else the
 *     handler decides alone
 * @param cacheSeconds how long the kernel may keep names and attributes; right when nobody else
 *     changes the tree
 * @param threads request loops on {@code /dev/fuse}, each on a queue of its own where the kernel
 *     allows; a ring has one for each processor instead
 * @param readOnly mounted read-only
 * @param writeback the kernel collects writes and keeps size and times of what it has changed
 * @param posixAcl ACLs are checked by the kernel and kept by the handler, which also applies the
 *     umask; implies {@code checkModes}
 * @param transport the way that requests take; a mount with {@link Transport#RING} fails where
 *     there is none
 * @param maxWrite bytes of the largest read or write, whole pages; a ring takes less on machines
 *     with many processors
 */
public record FuseOptions(
    String type,
    boolean checkModes,
    long cacheSeconds,
    int threads,
    boolean readOnly,
    boolean writeback,
    boolean posixAcl,
    Transport transport,
    int maxWrite) {
  private static final int MAX_WRITE = 1 << 20;

  public FuseOptions {
    if (!type.matches("[A-Za-z0-9_-]+")) throw new IllegalArgumentException("type: " + type);
    if (threads < 1) throw new IllegalArgumentException("threads: " + threads);
    if (cacheSeconds < 0) throw new IllegalArgumentException("cacheSeconds: " + cacheSeconds);
    if (maxWrite < 4096 || maxWrite > MAX_WRITE || maxWrite % 4096 != 0)
      throw new IllegalArgumentException("maxWrite: " + maxWrite);
  }

  /**
   * Kernel-checked modes, nothing kept by the kernel, four threads, writes at once, the best
   * transport.
   */
  public static FuseOptions of(String type) {
    return new FuseOptions(type, true, 0, 4, false, false, false, Transport.AUTO, MAX_WRITE);
  }

  public FuseOptions withCheckModes(boolean on) {
    return new FuseOptions(
        type, on, cacheSeconds, threads, readOnly, writeback, posixAcl, transport, maxWrite);
  }

  public FuseOptions withCacheSeconds(long seconds) {
    return new FuseOptions(
        type, checkModes, seconds, threads, readOnly, writeback, posixAcl, transport, maxWrite);
  }

  public FuseOptions withThreads(int count) {
    return new FuseOptions(
        type, checkModes, cacheSeconds, count, readOnly, writeback, posixAcl, transport, maxWrite);
  }

  public FuseOptions withReadOnly(boolean on) {
    return new FuseOptions(
        type, checkModes, cacheSeconds, threads, on, writeback, posixAcl, transport, maxWrite);
  }

  public FuseOptions withWriteback(boolean on) {
    return new FuseOptions(
        type, checkModes, cacheSeconds, threads, readOnly, on, posixAcl, transport, maxWrite);
  }

  public FuseOptions withPosixAcl(boolean on) {
    return new FuseOptions(
        type, checkModes, cacheSeconds, threads, readOnly, writeback, on, transport, maxWrite);
  }

  public FuseOptions withTransport(Transport way) {
    return new FuseOptions(
        type, checkModes, cacheSeconds, threads, readOnly, writeback, posixAcl, way, maxWrite);
  }

  public FuseOptions withMaxWrite(int bytes) {
    return new FuseOptions(
        type, checkModes, cacheSeconds, threads, readOnly, writeback, posixAcl, transport, bytes);
  }
}
