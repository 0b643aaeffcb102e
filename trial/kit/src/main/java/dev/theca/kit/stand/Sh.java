package dev.theca.kit.stand;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs, run to their end. */
public final class Sh {
  private static final int LIMIT_SECONDS = 300;

  /** How a program ended, and what it wrote; 124 is a program that did not end in time. */
  public record Ran(int code, String out, String err) {
    /** The output of a program that must succeed. */
    public String orThrow() {
      if (code != 0) throw new IllegalStateException("exit code " + code + ": " + err + out);
      return out;
    }
  }

  private Sh() {}

  public static Ran run(List<String> command) {
    return run(command, new byte[0]);
  }

  /** With something on standard input, which then ends. */
  public static Ran run(List<String> command, byte[] input) {
    try {
      var process = new ProcessBuilder(command).start();
      var out = new ByteArrayOutputStream();
      var err = new ByteArrayOutputStream();
      // virtual ones would hold their carriers, of which a machine with one processor has one
      var threads = Thread.ofPlatform().daemon();
      var readers =
          List.of(
              threads.start(() -> copy(process.getInputStream(), out)),
              threads.start(() -> copy(process.getErrorStream(), err)));
      var writer = threads.start(() -> feed(process, input));
      boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
      if (!ended) process.destroyForcibly();
      for (var reader : readers) reader.join(5_000);
      writer.interrupt();
      return new Ran(
          ended ? process.exitValue() : 124,
          out.toString(StandardCharsets.UTF_8),
          err.toString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command.getFirst(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static void copy(InputStream from, ByteArrayOutputStream to) {
    try {
      from.transferTo(to);
    } catch (IOException e) {
      to.writeBytes(
          ("\n[the stream broke: " + e.getMessage() + "]").getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void feed(Process process, byte[] input) {
    try (var to = process.getOutputStream()) {
      to.write(input);
    } catch (IOException e) {
      process.info(); // it has ended without reading all: its own business
    }
  }
}
