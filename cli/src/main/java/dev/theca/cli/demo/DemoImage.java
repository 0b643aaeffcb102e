package dev.theca.cli.demo;

import dev.theca.image.build.BuiltImage;
import dev.theca.image.build.LayerBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Redis from this machine's packages as an ordinary image: it knows nothing of enclaves. Its
 * password comes from a file when there is one, else from a variable, as many images do it.
 */
final class DemoImage {
  static final int UID = 999;

  private static final String ENTRYPOINT =
      """
      #!/bin/sh
      if [ -r /run/secrets/redis-password ]; then read -r password </run/secrets/redis-password
      else password=$REDIS_PASSWORD; fi
      exec /usr/bin/redis-server - <<CONFIG
      port ${REDIS_PORT:-6379}
      bind 127.0.0.1
      requirepass $password
      save ""
      dir /data
      CONFIG
      """;

  private DemoImage() {}

  /** The canary names a file of the image and fills it. */
  static BuiltImage redis(Canary canary) {
    var base = new LayerBuilder();
    ProgramFiles.of(
            List.of(
                Path.of("/usr/bin/redis-server"),
                Path.of("/bin/sh"),
                Path.of("/bin/cat"),
                Path.of("/bin/sleep")))
        .forEach(base::copy);
    base.file(
        "/etc/passwd",
        "redis:x:999:999::/data:/bin/sh\n".getBytes(StandardCharsets.US_ASCII),
        0644);
    base.file("/etc/group", "redis:x:999:\n".getBytes(StandardCharsets.US_ASCII), 0644);
    base.directory("/tmp", 01777);
    base.directory("/data", 0777);
    var service = new LayerBuilder();
    service.file("/entrypoint", ENTRYPOINT.getBytes(StandardCharsets.US_ASCII), 0755);
    service.file("/data/" + canary.name(), canary.content(), 0644);
    return BuiltImage.packed(
        List.of(base, service),
        new BuiltImage.Run(
            List.of("/entrypoint"), List.of(), List.of("LANG=C.UTF-8"), UID + ":" + UID, "/data"));
  }

  /** A pause image for sandboxes of the stock handler. */
  static BuiltImage pause(Path program) {
    return BuiltImage.packed(
        List.of(new LayerBuilder().copy("/pause", program)),
        new BuiltImage.Run(List.of("/pause"), List.of(), List.of(), "65535:65535", "/"));
  }
}
