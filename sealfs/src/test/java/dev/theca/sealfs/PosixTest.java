package dev.theca.sealfs;

import dev.theca.sealfs.PosixBed.Kind;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Claims about a mounted volume, in Python (see {@code posix.py}): each runs on a volume that keeps
 * its changes, with and without the kernel's writeback cache, and on an upper over a base, over
 * both transports; with {@code theca.posix.plain} also on the plain file system of the machine,
 * which shows that the claims are right.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("kinds")
abstract class PosixTest {
  static PosixBed bed;

  @Parameter Kind kind;

  static Stream<Kind> kinds() {
    var ours = Stream.of(Kind.DURABLE, Kind.THROUGH, Kind.UPPER);
    return Boolean.getBoolean("theca.posix.plain") ? Stream.of(Kind.values()) : ours;
  }

  @BeforeParameterizedClassInvocation
  static void mount(Kind kind) throws IOException {
    bed = PosixBed.make(kind, VolumeOptions.USUAL);
  }

  @AfterParameterizedClassInvocation
  static void unmount() throws IOException {
    if (bed != null) bed.close();
    bed = null;
  }

  static String python(String program) throws Exception {
    return bed.python(program);
  }
}
