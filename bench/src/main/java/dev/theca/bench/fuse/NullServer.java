package dev.theca.bench.fuse;

import dev.theca.linux.fuse.FuseOptions;
import dev.theca.linux.fuse.FuseSession;
import dev.theca.linux.fuse.Transport;
import java.nio.file.Path;

/**
 * The ceiling of any file system served through FUSE: names and sizes are kept, content is not, so
 * what is left is the transport. {@code TARGET DEVICE|RING|AUTO [writeback]}; prints the transport
 * when the mount answers, and ends with it.
 */
public final class NullServer {
  private static final long CACHE_SECONDS = 86_400;

  private NullServer() {}

  public static void main(String[] arguments) throws InterruptedException {
    var options =
        FuseOptions.of("null")
            .withCacheSeconds(CACHE_SECONDS)
            .withTransport(Transport.valueOf(arguments[1]))
            .withWriteback(arguments.length > 2 && arguments[2].equals("writeback"));
    try (var session = FuseSession.mount(Path.of(arguments[0]), options, new NullTree())) {
      System.out.println(session.transport());
      session.awaitEnd();
    }
  }
}
