package dev.theca.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.image.unpack.Attributes;
import dev.theca.sealfs.Volume;
import dev.theca.sealfs.VolumeWriter;
import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trees that several threads bring to a sealed volume. */
class VolumeSinkTest {
  private static final Attributes FILE =
      new Attributes(0644, 0, 0, 0, Map.of("user.x", new byte[1]));
  private static final int FILES = 64;

  @TempDir Path folder;

  private static byte[] name(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] content(int seed) {
    byte[] bytes = new byte[seed * 3001];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  @Test
  void files_that_came_before_their_names_open_with_the_root_that_seals_them() throws Exception {
    Path file = folder.resolve("v");
    var uuid = UUID.randomUUID();
    var key = Secret.random(32, new SecureRandom());
    try (var writer = VolumeWriter.create(file, uuid, key)) {
      var sink = new VolumeSink(writer);
      long[] handles = new long[FILES];
      var threads = new ArrayList<Thread>();
      for (int t = 0; t < 4; t++) {
        int first = t;
        threads.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      for (int i = first; i < FILES; i += 4) handles[i] = written(sink, i);
                    }));
      }
      for (var thread : threads) thread.join();
      long unnamed = written(sink, 5);
      assertThat(unnamed).isPositive();
      long d = sink.directory(sink.root(), name("d"), FILE);
      for (int i = 0; i < FILES; i++) sink.attach(handles[i], d, name("f" + i));
      sink.link(d, name("f7"), sink.root(), name("seven"));
      sink.unlink(d, name("f8"));
      long direct = sink.file(sink.root(), name("direct"), FILE);
      sink.data(direct, 0, content(9), 0, content(9).length);
      sink.end(direct, content(9).length);
      var sealed = writer.seal();
      assertThat(sealed.inodes()).isEqualTo(1 + 1 + FILES - 1 + 1);
      try (var volume = Volume.openBase(file, uuid, key, sealed.root()).orThrow()) {
        for (int i = 0; i < FILES; i++)
          if (i != 8) assertThat(volume.peek("/d/f" + i, 1 << 20)).contains(content(i));
        assertThat(volume.peek("/d/f8", 1 << 20)).isEmpty();
        assertThat(volume.peek("/seven", 1 << 20)).contains(content(7));
        assertThat(volume.peek("/direct", 1 << 20)).contains(content(9));
      }
    }
  }

  private static long written(VolumeSink sink, int seed) {
    long handle = sink.file(FILE);
    byte[] bytes = content(seed);
    for (int at = 0; at < bytes.length; at += 5000)
      sink.data(handle, at, bytes, at, Math.min(5000, bytes.length - at));
    sink.end(handle, bytes.length);
    return handle;
  }
}
