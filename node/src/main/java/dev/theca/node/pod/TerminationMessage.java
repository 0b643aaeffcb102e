package dev.theca.node.pod;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;

/**
 * Why a container had to end, where its user looks: kubelet shows the file behind {@code
 * /dev/termination-log} as the container's message. It is kubelet's file on the host, so only a
 * regular one that is there already is written, through no symbolic link, and with no more than
 * kubelet reads.
 */
final class TerminationMessage {
  private static final System.Logger LOG = System.getLogger("theca.node");
  private static final String MOUNT = "/dev/termination-log";
  private static final int MAX_BYTES = 4096;

  private TerminationMessage() {}

  /** Writes it when the container has such a file; faults are logged. */
  static void write(Spec spec, String words) {
    spec.bindSource(MOUNT).map(Path::of).ifPresent(file -> write(file, words));
  }

  static void write(Path file, String words) {
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) return;
      byte[] text = words.getBytes(StandardCharsets.UTF_8);
      var how =
          Set.of(
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING,
              LinkOption.NOFOLLOW_LINKS);
      try (var channel = Files.newByteChannel(file, how)) {
        var bytes = ByteBuffer.wrap(Arrays.copyOf(text, Math.min(text.length, MAX_BYTES)));
        while (bytes.hasRemaining()) channel.write(bytes);
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "stage=fence outcome=fault reason=\"" + e + "\"");
    }
  }
}
