package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.linux.Errno;
import dev.theca.sealfs.ModelTree.Node;
import dev.theca.sealfs.tree.Files;
import dev.theca.sealfs.tree.PosixException;
import dev.theca.sealfs.tree.SetAttr;
import dev.theca.sealfs.tree.Stat;
import dev.theca.sealfs.tree.Who;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Does the same random operations to a volume and to the model, and compares the answers. */
final class Workload {
  private static final int S_IFREG = 0100000;
  private static final int S_IFIFO = 0010000;
  private static final String[] NAMES = {"a", "b", "c", "d", "e", "\u00ff\u0080", "longer-name"};
  private static final int[] RENAMES = {0, 0, 0, 1, 2, 4, 5};

  /** Errnos that the model does not know: the host or the quota said no. */
  private static final java.util.Set<Integer> FULL =
      java.util.Set.of(Errno.ENOSPC, Errno.EIO, Errno.EROFS);

  private final Random random;
  private final int block;
  final ModelTree model = new ModelTree();
  private final List<Node> open = new ArrayList<>();
  private Volume volume;

  /** How often the volume was full, or the host failed. */
  int refused;

  Workload(Random random, Volume volume) {
    this.random = random;
    this.volume = volume;
    this.block = volume.store().blockSize();
  }

  /** Goes on with the volume as it was opened again: what was open without a name is gone. */
  void reopened(Volume again) {
    volume = again;
    open.clear();
  }

  private interface Call {
    void run();
  }

  /** The errno of a call, 0 when it was done. */
  private static int errno(Call call) {
    try {
      call.run();
      return 0;
    } catch (PosixException e) {
      return e.errno();
    }
  }

  /** Whether the model is to do what the volume did. */
  private boolean did(int errno) {
    if (!FULL.contains(errno)) return true;
    refused++;
    return false;
  }

  private void same(String what, int real, int modelled) {
    assertThat(real).as("errno of " + what).isEqualTo(modelled);
  }

  private List<Node> all(char type) {
    var found = new ArrayList<Node>();
    collect(model.root, type, found);
    for (Node node : open) if (node.type == type || type == '*') found.add(node);
    return found;
  }

  private static void collect(Node node, char type, List<Node> into) {
    if (node.type == type || type == '*') into.add(node);
    for (Node child : node.children.values()) collect(child, type, into);
  }

  private Node pick(List<Node> from) {
    return from.get(random.nextInt(from.size()));
  }

  private String name() {
    return NAMES[random.nextInt(NAMES.length)];
  }

  private byte[] noise(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private long offset() {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> random.nextInt(2500);
      case 2 -> (long) random.nextInt(8) * block;
      case 3 -> random.nextInt(20 * block);
      case 4 -> (60L + random.nextInt(10)) * block + random.nextInt(block);
      default -> (2040L + random.nextInt(20)) * block + random.nextInt(block);
    };
  }

  private int length() {
    return switch (random.nextInt(6)) {
      case 0 -> 1 + random.nextInt(100);
      case 1 -> 1 + random.nextInt(2500);
      case 2 -> block;
      case 3 -> block * (1 + random.nextInt(3));
      case 4 -> 1 + random.nextInt(7 * block);
      default -> 1 + random.nextInt(block);
    };
  }

  /** One operation; its name. */
  String step() {
    int which = random.nextInt(100);
    if (which < 14) return create();
    if (which < 20) return directory();
    if (which < 24) return special();
    if (which < 50) return write();
    if (which < 56) return truncate();
    if (which < 62) return allocate();
    if (which < 68) return xattr();
    if (which < 72) return link();
    if (which < 80) return unlink();
    if (which < 83) return rmdir();
    if (which < 92) return rename();
    if (which < 94) return chmod();
    if (which < 97) return tmpfile();
    return read();
  }

  private String made(String what, Node node, Node parent, String name, Maker maker) {
    var stat = new Stat[1];
    int errno = errno(() -> stat[0] = maker.make());
    if (!did(errno)) return what + " refused";
    same(what, errno, model.add(parent, name, node));
    if (errno == 0) {
      node.ino = stat[0].ino();
      volume.namespace().forget(node.ino, 1);
    }
    return what;
  }

  private interface Maker {
    Stat make();
  }

  private String create() {
    Node parent = pick(all('d'));
    String name = name();
    var node = new Node('f');
    node.mode = 0600 + random.nextInt(64);
    return made(
        "create",
        node,
        parent,
        name,
        () ->
            volume
                .namespace()
                .mknod(Who.ROOT, parent.ino, ModelTree.name(name), S_IFREG | node.mode, 0, 0));
  }

  private String directory() {
    Node parent = pick(all('d'));
    String name = name();
    var node = new Node('d');
    node.mode = 0755;
    return made(
        "mkdir",
        node,
        parent,
        name,
        () -> volume.namespace().mkdir(Who.ROOT, parent.ino, ModelTree.name(name), 0755, 0));
  }

  private String special() {
    Node parent = pick(all('d'));
    String name = name();
    if (random.nextBoolean()) {
      var node = new Node('l');
      node.mode = 0777;
      node.target = ("to" + random.nextInt(1000)).getBytes(java.nio.charset.StandardCharsets.UTF_8);
      return made(
          "symlink",
          node,
          parent,
          name,
          () ->
              volume.namespace().symlink(Who.ROOT, parent.ino, ModelTree.name(name), node.target));
    }
    var node = new Node('p');
    node.mode = 0644;
    return made(
        "mknod",
        node,
        parent,
        name,
        () ->
            volume
                .namespace()
                .mknod(Who.ROOT, parent.ino, ModelTree.name(name), S_IFIFO | 0644, 0, 0));
  }

  private String write() {
    var files = all('f');
    if (files.isEmpty()) return create();
    Node file = pick(files);
    long offset = random.nextInt(3) == 0 ? file.size : offset();
    byte[] data = noise(length());
    boolean cached = random.nextBoolean();
    int errno =
        errno(
            () -> {
              int unused =
                  volume
                      .store()
                      .files()
                      .write(file.ino, offset, ByteBuffer.wrap(data), cached, false);
            });
    if (!did(errno)) return "write refused";
    same("write", errno, 0);
    model.write(file, offset, data);
    return "write";
  }

  private static SetAttr attr(int valid, long size, int mode) {
    return new SetAttr(valid, size, 0, 0, 0, mode, 0, 0);
  }

  private String truncate() {
    var files = all('f');
    if (files.isEmpty()) return create();
    Node file = pick(files);
    long size =
        switch (random.nextInt(4)) {
          case 0 -> 0;
          case 1 -> file.size / 2;
          case 2 -> offset();
          default -> Math.max(0, file.size - random.nextInt(block));
        };
    int errno =
        errno(
            () -> {
              Stat unused =
                  volume.store().files().setattr(Who.ROOT, file.ino, attr(SetAttr.SIZE, size, 0));
            });
    if (!did(errno)) return "truncate refused";
    same("truncate", errno, 0);
    model.truncate(file, size);
    return "truncate";
  }

  private String allocate() {
    var files = all('f');
    if (files.isEmpty()) return create();
    Node file = pick(files);
    long offset = offset();
    int length = length();
    int[] modes = {0, Files.KEEP_SIZE, 3, Files.ZERO_RANGE, Files.ZERO_RANGE | Files.KEEP_SIZE};
    int mode = modes[random.nextInt(modes.length)];
    int errno = errno(() -> volume.store().files().fallocate(file.ino, offset, length, mode));
    if (!did(errno)) return "fallocate refused";
    same("fallocate", errno, 0);
    if ((mode & (Files.PUNCH_HOLE | Files.ZERO_RANGE)) != 0) model.zero(file, offset, length);
    if ((mode & Files.KEEP_SIZE) == 0 && offset + length > file.size)
      model.truncate(file, offset + length);
    return "fallocate " + mode;
  }

  private String xattr() {
    Node node = pick(all('*'));
    if (node.type == 'c') return "nothing";
    String name = "user." + name();
    boolean there = node.xattrs.containsKey(name);
    int errno;
    if (there && random.nextInt(3) == 0) {
      errno = errno(() -> volume.store().files().removexattr(node.ino, ModelTree.name(name)));
      if (!did(errno)) return "removexattr refused";
      same("removexattr", errno, 0);
      node.xattrs.remove(name);
    } else {
      byte[] value = noise(random.nextInt(10) == 0 ? 5000 : random.nextInt(50));
      errno =
          errno(() -> volume.store().files().setxattr(node.ino, ModelTree.name(name), value, 0));
      if (!did(errno)) return "setxattr refused";
      same("setxattr", errno, 0);
      node.xattrs.put(name, value);
    }
    node.touched();
    return "xattr";
  }

  private String link() {
    Node node = pick(all('*'));
    if (node.type == 'c') return "nothing";
    Node parent = pick(all('d'));
    String name = name();
    int errno =
        errno(
            () -> {
              Stat unused = volume.namespace().link(node.ino, parent.ino, ModelTree.name(name));
            });
    if (!did(errno)) return "link refused";
    same("link", errno, model.link(node, parent, name));
    if (errno == 0) {
      volume.namespace().forget(node.ino, 1);
      if (open.remove(node)) volume.namespace().forget(node.ino, 1);
    }
    return "link";
  }

  private String unlink() {
    Node parent = pick(all('d'));
    String name = name();
    int errno = errno(() -> volume.namespace().unlink(parent.ino, ModelTree.name(name)));
    if (!did(errno)) return "unlink refused";
    same("unlink", errno, model.unlink(parent, name));
    return "unlink";
  }

  private String rmdir() {
    Node parent = pick(all('d'));
    String name = name();
    int errno = errno(() -> volume.namespace().rmdir(parent.ino, ModelTree.name(name)));
    if (!did(errno)) return "rmdir refused";
    same("rmdir", errno, model.rmdir(parent, name));
    return "rmdir";
  }

  private String rename() {
    Node source = pick(all('d'));
    Node target = random.nextBoolean() ? source : pick(all('d'));
    String from = name();
    String to = name();
    int flags = RENAMES[random.nextInt(RENAMES.length)];
    int errno =
        errno(
            () ->
                volume
                    .namespace()
                    .rename(
                        Who.ROOT,
                        source.ino,
                        ModelTree.name(from),
                        target.ino,
                        ModelTree.name(to),
                        flags));
    if (!did(errno)) return "rename refused";
    same("rename with " + flags, errno, model.rename(source, from, target, to, flags));
    return "rename " + flags;
  }

  private String chmod() {
    Node node = pick(all('*'));
    if (node.type == 'c' || node.type == 'l') return "nothing";
    int mode = random.nextInt(01000);
    int errno =
        errno(
            () -> {
              Stat unused =
                  volume.store().files().setattr(Who.ROOT, node.ino, attr(SetAttr.MODE, 0, mode));
            });
    if (!did(errno)) return "chmod refused";
    same("chmod", errno, 0);
    node.mode = mode;
    node.touched();
    return "chmod";
  }

  /** A file without a name, or the end of one. */
  private String tmpfile() {
    if (!open.isEmpty() && random.nextBoolean()) {
      Node node = open.remove(random.nextInt(open.size()));
      volume.namespace().forget(node.ino, 1);
      return "forget";
    }
    var node = new Node('f');
    node.nlink = 0;
    node.mode = 0600;
    var stat = new Stat[1];
    int errno =
        errno(() -> stat[0] = volume.namespace().tmpfile(Who.ROOT, Volume.ROOT, S_IFREG | 0600, 0));
    if (!did(errno)) return "tmpfile refused";
    same("tmpfile", errno, 0);
    node.ino = stat[0].ino();
    open.add(node);
    return "tmpfile";
  }

  private String read() {
    var files = all('f');
    if (files.isEmpty()) return create();
    Node file = pick(files);
    long offset = offset();
    var into = ByteBuffer.allocate(length());
    volume.store().files().read(file.ino, offset, into);
    byte[] got = java.util.Arrays.copyOf(into.array(), into.position());
    assertThat(got).isEqualTo(model.read(file, offset, into.capacity()));
    return "read";
  }

  /** Takes over what the volume holds already, as the truth. */
  void adopt() {
    adopt(model.root);
  }

  private void adopt(Node directory) {
    volume
        .namespace()
        .list(
            directory.ino,
            2,
            (name, cookie, stat) -> {
              var node = new Node(stat.isDirectory() ? 'd' : 'f');
              node.ino = stat.ino();
              node.mode = stat.mode() & 07777;
              String text = new String(name, java.nio.charset.StandardCharsets.ISO_8859_1);
              int unused = model.add(directory, text, node);
              return true;
            });
    for (Node child : java.util.List.copyOf(directory.children.values())) {
      if (child.isDirectory()) adopt(child);
      else model.write(child, 0, volume.read(child.ino));
    }
  }

  /** The volume holds what the model holds. */
  void compare() {
    assertThat(StoreTale.of(volume)).isEqualTo(model.told());
  }
}
