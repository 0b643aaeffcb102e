package dev.theca.linux.fuse;

import java.nio.file.Path;

/** A process of its own that serves a file system in memory: {@code TARGET TRANSPORT}. */
final class MemoryServer {
  private MemoryServer() {}

  public static void main(String[] arguments) throws InterruptedException {
    var options =
        FuseOptions.of("memory")
            .withTransport(Transport.valueOf(arguments[1]))
            .withCacheSeconds(60);
    try (var session = FuseSession.mount(Path.of(arguments[0]), options, new MemoryFs())) {
      System.out.println(session.transport());
      session.awaitEnd();
    }
  }
}
