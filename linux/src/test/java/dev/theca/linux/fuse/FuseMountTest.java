package dev.theca.linux.fuse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.linux.Errno;
import dev.theca.linux.Fd;
import dev.theca.linux.Raw;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every operation, through the kernel and back, over both transports. */
class FuseMountTest extends MountTest {
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void files_folders_links_and_devices_are_what_was_made(Transport transport) throws Exception {
    try (var _ = mount(options(transport))) {
      Path file = Files.writeString(target.resolve("file"), "content");
      Files.createLink(target.resolve("second"), file);
      Files.createSymbolicLink(target.resolve("symbolic"), Path.of("file"));
      Files.createDirectory(target.resolve("folder"));
      assertThat(Raw.mknod(target.resolve("null"), 0020666, 0x103)).isZero();
      assertThat(Files.readString(target.resolve("symbolic"))).isEqualTo("content");
      assertThat(Files.getAttribute(file, "unix:nlink")).isEqualTo(2);
      assertThat(Files.getAttribute(target, "unix:nlink")).isEqualTo(3);
      assertThat(Files.getAttribute(target.resolve("null"), "unix:rdev")).isEqualTo(0x103L);
      assertThatThrownBy(() -> Files.createDirectory(target.resolve("folder")))
          .isInstanceOf(FileAlreadyExistsException.class);
      Files.createFile(target.resolve("folder/inside"));
      assertThatThrownBy(() -> Files.delete(target.resolve("folder")))
          .isInstanceOf(DirectoryNotEmptyException.class);
      Files.delete(target.resolve("folder/inside"));
      Files.delete(target.resolve("folder"));
      Files.delete(file);
      assertThat(Files.getAttribute(target.resolve("second"), "unix:nlink")).isEqualTo(1);
      assertThat(Files.readString(target.resolve("second"))).isEqualTo("content");
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void attributes_are_set_to_the_nanosecond(Transport transport) throws Exception {
    try (var _ = mount(options(transport))) {
      Path file = Files.createFile(target.resolve("file"));
      shell("chown 12:34 file; chmod 4751 file; touch -d '2001-02-03 04:05:06.123456789 UTC' file");
      assertThat(shell("stat -c '%u %g %a %.9Y' file").strip())
          .isEqualTo("12 34 4751 981173106.123456789");
      shell("touch -d '1930-01-01 00:00:00.5 UTC' file; truncate -s 10000 file");
      assertThat(Files.size(file)).isEqualTo(10_000);
      shell("touch -d '1930-01-01 00:00:00.5 UTC' file");
      assertThat(shell("stat -c %.1Y file").strip()).isEqualTo("-1262303999.5");
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void names_of_255_bytes_pass_and_longer_ones_do_not(Transport transport) throws Exception {
    try (var _ = mount(options(transport))) {
      Files.createFile(target.resolve("x".repeat(255)));
      assertThatThrownBy(() -> Files.createFile(target.resolve("x".repeat(256))))
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("too long");
      Path link = Files.createSymbolicLink(target.resolve("l"), Path.of("y".repeat(4095)));
      assertThat(Files.readSymbolicLink(link).toString()).hasSize(4095);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void renaming_keeps_to_its_flags(Transport transport) throws Exception {
    try (var _ = mount(options(transport))) {
      Path a = Files.writeString(target.resolve("a"), "a");
      Path b = Files.writeString(target.resolve("b"), "b");
      assertThat(Raw.rename(a, b, FuseFlags.RENAME_NOREPLACE)).isEqualTo(-Errno.EEXIST);
      assertThat(Raw.rename(a, b, FuseFlags.RENAME_EXCHANGE)).isZero();
      assertThat(Files.readString(a)).isEqualTo("b");
      assertThat(Raw.rename(a, target.resolve("c"), FuseFlags.RENAME_WHITEOUT)).isZero();
      assertThat(Files.getAttribute(a, "unix:mode")).isEqualTo(0020000);
      assertThat(Raw.rename(b, target.resolve("c"), 0)).isZero();
      assertThat(Files.readString(target.resolve("c"))).isEqualTo("a");
      assertThat(Files.exists(b)).isFalse();
      Files.createDirectories(target.resolve("one/two"));
      assertThat(Raw.rename(target.resolve("one"), target.resolve("one/two/three"), 0))
          .isEqualTo(-Errno.EINVAL);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void extended_attributes_are_kept_asked_for_and_removed(Transport transport) throws Exception {
    try (var _ = mount(options(transport))) {
      Path file = Files.createFile(target.resolve("file"));
      assertThat(Raw.xattrSize(file, "user.none", 0)).isEqualTo(-Errno.ENODATA);
      assertThat(Raw.setXattr(file, "user.big", new byte[65536], FuseFlags.XATTR_CREATE)).isZero();
      assertThat(Raw.setXattr(file, "user.big", new byte[1], FuseFlags.XATTR_CREATE))
          .isEqualTo(-Errno.EEXIST);
      assertThat(Raw.setXattr(file, "user.new", new byte[1], FuseFlags.XATTR_REPLACE))
          .isEqualTo(-Errno.ENODATA);
      assertThat(Raw.xattrSize(file, "user.big", 0)).isEqualTo(65536);
      assertThat(Raw.xattrSize(file, "user.big", 100)).isEqualTo(-Errno.ERANGE);
      assertThat(Raw.xattrSize(file, "user.big", 65536)).isEqualTo(65536);
      assertThat(Raw.setXattr(file, "trusted.empty", new byte[0], 0)).isZero();
      assertThat(Raw.xattrSize(file, "trusted.empty", 10)).isZero();
      var view =
          Files.getFileAttributeView(
              file, java.nio.file.attribute.UserDefinedFileAttributeView.class);
      assertThat(view.list()).containsExactly("big");
      view.delete("big");
      assertThat(view.list()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void a_file_without_a_name_can_be_written_and_named_later(Transport transport) throws Exception {
    try (var _ = mount(options(transport))) {
      try (var file = Fd.open(target, Fd.O_RDWR | Raw.O_TMPFILE, 0640)) {
        file.writeAt(ByteBuffer.allocateDirect(5).put(0, "later".getBytes(UTF_8)), 0);
        assertThat(Raw.link(file, target.resolve("named"))).isZero();
      }
      assertThat(Files.readString(target.resolve("named"))).isEqualTo("later");
      assertThat(Files.getAttribute(target.resolve("named"), "unix:mode")).isEqualTo(0100640);
      Fd.open(target, Fd.O_RDWR | Raw.O_TMPFILE, 0640).close();
      // What the kernel has not told by then, it does not tell when it is unmounted.
      for (int i = 0; i < 2000 && memory.nodes.size() > 2; i++) Thread.sleep(10);
    }
    assertThat(memory.nodes).as("an unnamed file that nobody holds is gone").hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void holes_are_made_and_found(Transport transport) throws Exception {
    try (var _ = mount(options(transport));
        var file = Fd.open(target.resolve("f"), Fd.O_RDWR | Fd.O_CREAT, 0600)) {
      file.writeAt(ByteBuffer.allocateDirect(12288), 0);
      file.resize(1 << 20);
      int punch = FuseFlags.FALLOC_PUNCH_HOLE | FuseFlags.FALLOC_KEEP_SIZE;
      assertThat(Raw.allocate(file, punch, 4096, 4096)).isZero();
      assertThat(Raw.seek(file, 0, FuseFlags.SEEK_HOLE)).isEqualTo(4096);
      assertThat(Raw.seek(file, 4096, FuseFlags.SEEK_DATA)).isEqualTo(8192);
      assertThat(Raw.seek(file, 12288, FuseFlags.SEEK_DATA)).isEqualTo(-Errno.ENXIO);
      assertThat(Raw.seek(file, 12288, FuseFlags.SEEK_HOLE)).isEqualTo(12288);
      assertThat(Raw.allocate(file, 0, 0, 2 << 20)).isZero();
      assertThat(Files.size(target.resolve("f"))).isEqualTo(2 << 20);
      assertThat(Raw.allocate(file, 0x20, 0, 4096)).isEqualTo(-Errno.EOPNOTSUPP);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void what_is_written_is_read_at_any_offset_and_size(Transport transport) throws Exception {
    byte[] content = new byte[3 * 1024 * 1024 + 77];
    new Random(7).nextBytes(content);
    for (boolean writeback : new boolean[] {false, true}) {
      for (int maxWrite : new int[] {4096, 1 << 20}) {
        var options = options(transport).withWriteback(writeback).withMaxWrite(maxWrite);
        try (var _ = mount(options)) {
          Path file = target.resolve("f" + writeback + maxWrite);
          try (var channel =
              Files.newByteChannel(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            var rest = ByteBuffer.wrap(content);
            for (int piece = 1; rest.hasRemaining(); piece = piece * 3 % 400_009) {
              var part = rest.slice(rest.position(), Math.min(piece, rest.remaining()));
              rest.position(rest.position() + channel.write(part));
            }
          }
          assertThat(Files.readAllBytes(file)).isEqualTo(content);
          readDirectly(file, content);
        }
      }
    }
    assertThat(memory.cachedWrites.get()).as("the writeback cache was used").isPositive();
  }

  /** Past the page cache, a reader's odd offsets and sizes reach the server as they are. */
  private static void readDirectly(Path file, byte[] content) {
    try (var fd = Fd.open(file, Fd.O_RDONLY | Raw.O_DIRECT)) {
      long at = 0;
      for (int size = 5; at < content.length; size = size * 7 % 1_200_007) {
        var into = ByteBuffer.allocateDirect(size);
        assertThat(Raw.seek(fd, at, 0)).isEqualTo(at);
        int n = fd.read(into);
        assertThat(n).isEqualTo((int) Math.min(size, content.length - at));
        byte[] found = new byte[n];
        into.flip().get(found);
        assertThat(found).isEqualTo(java.util.Arrays.copyOfRange(content, (int) at, (int) at + n));
        at += n;
      }
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void the_umask_is_applied_once_by_whom_the_options_name(Transport transport) throws Exception {
    try (var _ = mount(options(transport))) {
      assertThat(shell("umask 027; mkdir d; stat -c %a d").strip()).isEqualTo("750");
    }
    try (var _ = mount(options(transport).withPosixAcl(true))) {
      assertThat(shell("umask 027; mkdir e; stat -c %a e").strip()).isEqualTo("777");
      assertThat(memory.lastUmask.get()).isEqualTo(027);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void a_change_behind_the_kernels_back_shows_after_a_notice(Transport transport) throws Exception {
    try (var session = mount(options(transport))) {
      Path file = Files.writeString(target.resolve("file"), "old");
      long ino = (long) Files.getAttribute(file, "unix:ino");
      assertThat(Files.readString(file)).isEqualTo("old");
      // What the kernel keeps it may drop at any time, so that it shows the old is no claim; what
      // is open it has to know.
      try (var _ = Fd.open(file, Fd.O_RDONLY)) {
        memory.nodes.get(ino).write(0, ByteBuffer.wrap("new".getBytes(UTF_8)));
        assertThat(session.invalidateInode(ino, 0, 0)).isTrue();
        assertThat(Files.readString(file)).isEqualTo("new");
        memory.unlink(1, "file".getBytes(UTF_8));
        assertThat(session.invalidateEntry(1, "file".getBytes(UTF_8))).isTrue();
        assertThat(Files.exists(file)).isFalse();
      }
      Path made = Files.createDirectory(target.resolve("folder"));
      try (var _ = Fd.open(made, Fd.O_RDONLY)) {
        long folder = (long) Files.getAttribute(made, "unix:ino");
        memory.rmdir(1, "folder".getBytes(UTF_8));
        assertThat(session.deleted(1, folder, "folder".getBytes(UTF_8))).isTrue();
        assertThat(Files.exists(made)).isFalse();
      }
      assertThat(session.invalidateInode(4711, 0, 0)).as("of an unknown node").isFalse();
    }
  }
}
