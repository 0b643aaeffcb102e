package dev.theca.linux.fuse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.linux.Errno;
import dev.theca.linux.Mounts;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FuseSessionTest {
  @TempDir Path folder;

  @BeforeEach
  void privileged() {
    assumeTrue("root".equals(System.getProperty("user.name")), "mounting needs root");
    assumeTrue(Files.exists(Path.of("/dev/fuse")), "no /dev/fuse on this machine");
  }

  /** One directory with a file that upper-cases what is written, and one that nobody may open. */
  private static final class Shouting implements FuseHandler {
    final AtomicReference<byte[]> content = new AtomicReference<>("QUIET".getBytes(UTF_8));
    volatile int lastTid;

    private FuseAttr attr(long ino) {
      long size = ino == 2 ? content.get().length : 0;
      return new FuseAttr(ino, size, 1, 5, 5, 5, ino == 1 ? 040755 : 0100600, 1, 0, 0, 0, 4096);
    }

    @Override
    public Entry lookup(FuseCaller caller, long parent, byte[] name) {
      return switch (new String(name, UTF_8)) {
        case "voice" -> new Entry(2, attr(2));
        case "closed" -> new Entry(3, attr(3));
        default -> throw new FuseException(Errno.ENOENT);
      };
    }

    @Override
    public FuseAttr getattr(FuseCaller caller, long node) {
      return attr(node);
    }

    @Override
    public FuseAttr setattr(FuseCaller caller, long node, Change change) {
      if (change.has(FuseFlags.SET_SIZE))
        content.set(java.util.Arrays.copyOf(content.get(), (int) change.size()));
      return attr(node);
    }

    @Override
    public Opened open(FuseCaller caller, long node, int flags) {
      lastTid = caller.tid();
      if (node == 3) throw new FuseException(Errno.EACCES);
      return new Opened(7, FuseFlags.OPEN_DIRECT_IO);
    }

    @Override
    public void read(FuseCaller caller, long node, long handle, long offset, ByteBuffer into) {
      byte[] now = content.get();
      if (offset < now.length)
        into.put(now, (int) offset, Math.min(into.remaining(), now.length - (int) offset));
    }

    @Override
    public int write(
        FuseCaller caller, long node, long handle, long offset, ByteBuffer data, int flags) {
      byte[] bytes = new byte[data.remaining()];
      data.get(bytes);
      content.set(new String(bytes, UTF_8).toUpperCase(java.util.Locale.ROOT).getBytes(UTF_8));
      return bytes.length;
    }

    @Override
    public void readdir(long node, long after, Entries entries) {
      String[] names = {".", "..", "voice", "closed"};
      long[] nodes = {1, 1, 2, 3};
      for (int i = (int) after; i < names.length; i++) {
        if (!entries.add(names[i].getBytes(UTF_8), i + 1, nodes[i], attr(nodes[i]))) return;
      }
    }
  }

  @Test
  void a_handler_is_seen_as_files_and_unmounting_leaves_nothing() throws Exception {
    var handler = new Shouting();
    var options = FuseOptions.of("test").withThreads(3);
    try (var session = FuseSession.mount(folder, options, handler)) {
      try (var list = Files.list(folder)) {
        assertThat(list.map(p -> p.getFileName().toString()))
            .containsExactlyInAnyOrder("voice", "closed");
      }
      assertThat(Files.readString(folder.resolve("voice"))).isEqualTo("QUIET");
      Files.writeString(folder.resolve("voice"), "hello");
      assertThat(Files.readString(folder.resolve("voice"))).isEqualTo("HELLO");
      assertThat(handler.lastTid).isPositive();
      assertThatThrownBy(() -> Files.readString(folder.resolve("closed")))
          .isInstanceOf(AccessDeniedException.class);
      assertThatThrownBy(() -> Files.readString(folder.resolve("none")))
          .isInstanceOf(NoSuchFileException.class);
      assertThatThrownBy(() -> Files.createDirectory(folder.resolve("new")))
          .hasMessageContaining("Read-only");
      assertThat(Mounts.below(folder)).containsExactly(session.target());
    }
    assertThat(Mounts.below(folder)).isEmpty();
    try (var list = Files.list(folder)) {
      assertThat(list).isEmpty();
    }
  }
}
