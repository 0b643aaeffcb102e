package dev.theca.sealfs;

import dev.theca.linux.Errno;
import dev.theca.sealfs.tree.Namespace;
import dev.theca.sealfs.tree.PosixException;
import dev.theca.sealfs.tree.Stat;
import dev.theca.sealfs.tree.Store;
import dev.theca.sealfs.tree.Who;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** Tells of a volume in the words of {@link ModelTree#told}. */
final class StoreTale {
  private final Store store;
  private final StringBuilder text = new StringBuilder();
  private final Map<Long, Integer> seen = new HashMap<>();

  private StoreTale(Store store) {
    this.store = store;
  }

  static String of(Volume volume) {
    var tale = new StoreTale(volume.store());
    tale.tell("", volume.namespace().stat(Volume.ROOT));
    return tale.text.toString();
  }

  private void tell(String path, Stat stat) {
    Integer number = seen.putIfAbsent(stat.ino(), seen.size());
    text.append(path).append(' ').append(number == null ? seen.size() - 1 : number);
    text.append(' ').append(stat.nlink()).append(' ').append(node(stat)).append('\n');
    if (!stat.isDirectory()) return;
    var children = new TreeMap<String, Stat>();
    long[] after = {2};
    Namespace.Names names =
        (name, cookie, of) -> {
          after[0] = cookie;
          String text = new String(name, StandardCharsets.ISO_8859_1);
          if (children.put(text, of) != null) throw new IllegalStateException("twice " + text);
          return true;
        };
    store.namespace().list(stat.ino(), after[0], names);
    children.forEach((name, child) -> tell(path + "/" + name, child));
  }

  private String node(Stat stat) {
    int type = stat.mode() >> 12;
    char letter =
        switch (type) {
          case 4 -> 'd';
          case 8 -> 'f';
          case 10 -> 'l';
          case 2 -> 'c';
          default -> 'p';
        };
    var node = new StringBuilder().append(letter).append(' ');
    node.append(Integer.toOctalString(stat.mode() & 07777));
    if (letter == 'l')
      node.append(' ').append(HexFormat.of().formatHex(store.namespace().readlink(stat.ino())));
    if (letter == 'f') node.append(' ').append(stat.size()).append(content(stat));
    var names = new TreeMap<String, byte[]>();
    byte[] list = store.files().listxattr(Who.ROOT, stat.ino());
    for (String name : new String(list, StandardCharsets.ISO_8859_1).split("\0"))
      if (!name.isEmpty())
        names.put(name, store.files().getxattr(stat.ino(), ModelTree.name(name)));
    names.forEach(
        (name, value) -> node.append(' ').append(name).append('=').append(ModelTree.crc(value)));
    return node.toString();
  }

  private String content(Stat stat) {
    var pages = new TreeMap<Long, byte[]>();
    byte[] buffer = new byte[1 << 16];
    for (long at = 0; at < stat.size(); ) {
      try {
        at = store.files().seek(stat.ino(), at, true) / ModelTree.PAGE * ModelTree.PAGE;
      } catch (PosixException e) {
        if (e.errno() == Errno.ENXIO) break;
        throw e;
      }
      var into = ByteBuffer.wrap(buffer);
      store.files().read(stat.ino(), at, into);
      for (int from = 0; from < into.position(); from += ModelTree.PAGE) {
        byte[] page = new byte[ModelTree.PAGE];
        System.arraycopy(buffer, from, page, 0, Math.min(ModelTree.PAGE, into.position() - from));
        pages.put((at + from) / ModelTree.PAGE, page);
      }
      at += buffer.length;
    }
    return ModelTree.content(pages);
  }
}
