package dev.theca.image;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.theca.kit.Fuzz;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Layers: whatever a tar says, the sink sees names without slashes, and the parser ends. */
class LayerFuzzTest {
  @Test
  void layers() {
    var seeds =
        List.of(
            new ImageBuilder()
                .file("a/b/c", new byte[600], 0644)
                .symlink("a/l", "b")
                .directory("d", 0700)
                .tar(),
            new ImageBuilder().file("x".repeat(150) + "/y", new byte[1], 0755).tar(),
            new ImageBuilder()
                .file("a/.wh.b", new byte[0], 0644)
                .file("d/.wh..wh..opq", new byte[0], 0644)
                .tar());
    long inputs =
        Fuzz.run(
            "layer",
            seeds,
            input -> new LayerApplier(sink()).apply(new TarReader(new ByteArrayInputStream(input))),
            IOException.class);
    assertTrue(inputs > 100, inputs + " inputs");
    long manifests =
        Fuzz.run(
            "manifest",
            List.of(
                ("{\"schemaVersion\":2,\"config\":{\"digest\":\"sha256:"
                        + "ab".repeat(32)
                        + "\",\"size\":1},\"layers\":[]}")
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8)),
            input -> Manifest.parse(input));
    assertTrue(manifests > 100);
  }

  private static TreeSink sink() {
    long[] next = {2};
    return (TreeSink)
        Proxy.newProxyInstance(
            TreeSink.class.getClassLoader(),
            new Class<?>[] {TreeSink.class},
            (self, method, args) -> {
              if (args != null)
                for (Object arg : args)
                  if (arg instanceof byte[] name
                      && !method.getName().equals("data")
                      && !method.getName().equals("xattr")
                      && !method.getName().equals("symlink"))
                    for (byte b : name)
                      if (b == '/') throw new IllegalStateException("a name with a slash");
              if (method.getReturnType() != long.class) return null;
              return method.getName().equals("root") ? 1L : next[0]++;
            });
  }
}
