package dev.theca.kit.stand;

import dev.theca.kit.ImageMaker;
import dev.theca.kit.MadeImage;
import dev.theca.kit.TarMaker;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;

/** Images for a stand, made of Debian's busybox-static and our pause program. */
final class Images {
  static final Path BUSYBOX = Path.of("/bin/busybox");

  private Images() {}

  /** Busybox with all its names, a user, and a folder that anybody may write to. */
  static MadeImage busybox() throws IOException {
    var tar = new TarMaker().directory("bin/").directory("etc/").directory("home/");
    tar.next(h -> h.mode(0755)).file("bin/busybox", Files.readAllBytes(BUSYBOX));
    for (String applet : Sh.run(List.of(BUSYBOX.toString(), "--list")).orThrow().lines().toList())
      if (!applet.equals("busybox")) tar.symlink("bin/" + applet, "busybox");
    tar.file("etc/passwd", "root:x:0:0::/root:/bin/sh\nann:x:1234:1235::/home:/bin/sh\n");
    tar.file("etc/group", "root:x:0:\nann:x:1235:\nmore:x:1300:ann\n");
    tar.directory("root/").directory("proc/").directory("sys/").directory("dev/").directory("run/");
    tar.next(h -> h.mode(01777)).directory("tmp/");
    return image(
        tar.end(),
        JsonObject.builder()
            .put("Cmd", JsonArray.of("/bin/sh"))
            .put("Env", JsonArray.of("PATH=/bin", "FROM_IMAGE=yes"))
            .build());
  }

  static MadeImage pause(Path program) throws IOException {
    var tar = new TarMaker().next(h -> h.mode(0755)).file("pause", Files.readAllBytes(program));
    return image(tar.end(), JsonObject.builder().put("Entrypoint", JsonArray.of("/pause")).build());
  }

  private static MadeImage image(byte[] tar, JsonObject config) {
    return new ImageMaker()
        .layer(tar)
        .configuration(
            c -> {
              var changed = new LinkedHashMap<>(c);
              changed.put("config", config);
              return changed;
            })
        .make();
  }
}
