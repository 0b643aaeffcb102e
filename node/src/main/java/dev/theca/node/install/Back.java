package dev.theca.node.install;

import dev.theca.wire.grpc.GrpcException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Waits until a restarted containerd answers, with our handlers or without them. */
@FunctionalInterface
public interface Back {
  /** Ends when it is so; an {@link IOException} says what is not. */
  void await(Path socket, boolean installed) throws IOException;

  /** Asks over containerd's socket, for as long as this. */
  static Back within(Duration limit) {
    return (socket, installed) -> {
      long end = System.nanoTime() + limit.toNanos();
      while (true) {
        String found = look(socket, installed);
        if (found.isEmpty()) return;
        if (System.nanoTime() > end) throw new IOException(found);
        try {
          Thread.sleep(100);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException("interrupted while containerd started", e);
        }
      }
    };
  }

  private static String look(Path socket, boolean installed) {
    try (var asked = new ContainerdSocket(socket, Duration.ofSeconds(5))) {
      String version = asked.version();
      var handlers = asked.handlers();
      boolean ours = handlers.containsAll(List.of("theca", "theca-plain"));
      if (installed ? ours : !handlers.contains("theca")) return "";
      return "containerd " + version + " answers with the handlers " + handlers;
    } catch (GrpcException e) {
      return "containerd does not answer at " + socket + ": " + e.getMessage();
    }
  }
}
