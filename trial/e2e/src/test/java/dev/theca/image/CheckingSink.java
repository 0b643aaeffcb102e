package dev.theca.image;

import dev.theca.image.unpack.Attributes;
import dev.theca.image.unpack.TreeSink;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Knows which names there are, and complains about what no tree could do. */
final class CheckingSink implements TreeSink {
  private final Map<Long, Set<String>> directories = new HashMap<>();
  private long next = 2;

  CheckingSink() {
    directories.put(1L, new HashSet<>());
  }

  private Set<String> names(long directory) {
    var names = directories.get(directory);
    if (names == null) throw new IllegalStateException("no directory " + directory);
    return names;
  }

  private void put(long parent, byte[] name) {
    String text = new String(name, java.nio.charset.StandardCharsets.ISO_8859_1);
    if (text.isEmpty()
        || text.length() > 255
        || text.equals(".")
        || text.equals("..")
        || text.indexOf('/') >= 0
        || text.indexOf('\0') >= 0) throw new IllegalStateException("no name: " + text);
    if (!names(parent).add(text)) throw new IllegalStateException("taken: " + text);
  }

  private void take(long parent, byte[] name) {
    String text = new String(name, java.nio.charset.StandardCharsets.ISO_8859_1);
    if (!names(parent).remove(text)) throw new IllegalStateException("not there: " + text);
  }

  @Override
  public long root() {
    return 1;
  }

  @Override
  public synchronized long file(Attributes attributes) {
    return next++;
  }

  @Override
  public void data(long file, long offset, byte[] bytes, int from, int length) {}

  @Override
  public void end(long file, long size) {}

  @Override
  public void attach(long file, long parent, byte[] name) {
    put(parent, name);
  }

  @Override
  public synchronized long directory(long parent, byte[] name, Attributes attributes) {
    put(parent, name);
    directories.put(next, new HashSet<>());
    return next++;
  }

  @Override
  public void attributes(long directory, Attributes attributes) {
    var unused = names(directory);
  }

  @Override
  public void symlink(long parent, byte[] name, byte[] target, Attributes attributes) {
    put(parent, name);
  }

  @Override
  public void special(
      long parent, byte[] name, Special kind, int major, int minor, Attributes attributes) {
    put(parent, name);
  }

  @Override
  public void link(long fromParent, byte[] fromName, long parent, byte[] name) {
    take(fromParent, fromName);
    put(fromParent, fromName);
    put(parent, name);
  }

  @Override
  public void unlink(long parent, byte[] name) {
    take(parent, name);
  }

  @Override
  public void rmdir(long parent, byte[] name, long directory) {
    take(parent, name);
    if (!names(directory).isEmpty()) throw new IllegalStateException("not empty");
    directories.remove(directory);
  }
}
