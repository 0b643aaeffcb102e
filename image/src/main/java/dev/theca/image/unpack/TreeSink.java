package dev.theca.image.unpack;

/**
 * Takes a file tree, entry by entry. Handles are the sink's, for directories and for files whose
 * content is on its way. Names are single components, never {@code .} or {@code ..}, without slash
 * and NUL, at most 255 bytes; a name that is made was free before.
 *
 * <p>Content may come before its name: {@link #file(Attributes)}, {@link #data} and {@link #end}
 * are called from several threads, for different files. All else comes from one thread at a time,
 * in order, with a happens-before edge between threads. Faults (a full disk) are unchecked
 * exceptions. A sink publishes nothing by itself: its owner does so after the unpacker granted, and
 * discards it otherwise.
 */
public interface TreeSink {
  /** Kinds of special files. */
  enum Special {
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    FIFO
  }

  /** The handle of the root directory, which exists from the start. */
  long root();

  /** Begins a file without a name. Any thread. */
  long file(Attributes attributes);

  /** Begins a file that has its name at once. */
  default long file(long parent, byte[] name, Attributes attributes) {
    long file = file(attributes);
    attach(file, parent, name);
    return file;
  }

  /** Content; offsets rise, gaps are holes. Any thread, one at a time for a file. */
  void data(long file, long offset, byte[] bytes, int from, int length);

  /**
   * The file has all its content; {@code size} may lie behind it when it ends in a hole. The handle
   * lives on until it is attached; that of a named file ends here. Any thread.
   */
  void end(long file, long size);

  /** Gives a name to a file that was begun without one. */
  void attach(long file, long parent, byte[] name);

  long directory(long parent, byte[] name, Attributes attributes);

  /** Replaces all attributes of a directory. */
  void attributes(long directory, Attributes attributes);

  /** The mode of links means nothing. */
  void symlink(long parent, byte[] name, byte[] target, Attributes attributes);

  void special(long parent, byte[] name, Special kind, int major, int minor, Attributes attributes);

  /** One more name for what another name means, which is no directory. */
  void link(long fromParent, byte[] fromName, long parent, byte[] name);

  /** Removes a name of what is no directory. */
  void unlink(long parent, byte[] name);

  /** Removes an empty directory; its handle ends. */
  void rmdir(long parent, byte[] name, long directory);
}
