package dev.theca.sealfs.gramine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;

/** Protected files in memory, and short words for what the tests say about them. */
final class Bytes {
  static final byte[] PATH = utf8("/cc/rootfs/etc/passwd");

  private Bytes() {}

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static Secret key(int seed) {
    byte[] raw = new byte[16];
    new Random(seed).nextBytes(raw);
    return Secret.moveFrom(raw);
  }

  static byte[] content(int size, long seed) {
    byte[] all = new byte[size];
    new Random(seed).nextBytes(all);
    return all;
  }

  static PfSource source(byte[] content) {
    return (offset, into, from, length) -> {
      int n = (int) Math.min(length, content.length - offset);
      System.arraycopy(content, (int) offset, into, from, n);
      return n;
    };
  }

  /** A host file in memory. */
  record Host(byte[] bytes) implements HostBytes {
    @Override
    public long length() {
      return bytes.length;
    }

    @Override
    public boolean read(long offset, byte[] into, int from, int length) {
      if (offset > bytes.length - length) return false;
      System.arraycopy(bytes, (int) offset, into, from, length);
      return true;
    }

    @Override
    public void close() {}
  }

  static byte[] protect(byte[] content, Secret key, byte[] path) {
    byte[] host = new byte[(int) Layout.hostLength(content.length)];
    try (var writer = new PfWriter(key)) {
      writer.write(
          path,
          content.length,
          source(content),
          (offset, bytes, from, length) ->
              System.arraycopy(bytes, from, host, (int) offset, length));
    }
    return host;
  }

  static Outcome<PfReader> open(byte[] host, Secret key, byte[] path) {
    PfReader.Recovery none = () -> PfCode.MISSING.refused("recovery file", "one", "none");
    return PfReader.open(new Host(host), none, key, Optional.of(path));
  }

  /** The whole content, or why not. */
  static Outcome<byte[]> read(byte[] host, Secret key, byte[] path) {
    return open(host, key, path).then(Bytes::all);
  }

  static Outcome<byte[]> all(PfReader reader) {
    try (reader) {
      byte[] all = new byte[Math.toIntExact(reader.size())];
      return reader.read(0, all, 0, all.length).map(n -> Arrays.copyOf(all, n));
    }
  }

  static void assertRefused(Outcome<?> outcome, Code code) {
    assertThat(outcome).isInstanceOf(Outcome.Refused.class);
    var reasons = ((Outcome.Refused<?>) outcome).reasons();
    assertThat(reasons).extracting(r -> r.code().id()).contains(code.id());
  }
}
