package dev.theca.interop.crypt;

import dev.theca.image.ImageException;
import dev.theca.image.crypt.CryptCode;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A program that answers once, within a time and a size. Its standard error is ours. */
final class BoundedProcess {
  private BoundedProcess() {}

  /** What it wrote; refused when it is missing, fails, or takes too much time or room. */
  static Outcome<byte[]> run(List<String> command, byte[] input, int maxBytes, Duration limit) {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    } catch (IOException e) {
      return refused(command, "a program that starts", "none", "install it, or correct the path");
    }
    try {
      var answer = new CompletableFuture<byte[]>();
      // virtual ones would hold their carriers: with one processor neither waits for the other
      Thread.ofPlatform().daemon().start(() -> feed(process, input));
      Thread.ofPlatform()
          .daemon()
          .start(
              () -> {
                try {
                  answer.complete(process.getInputStream().readNBytes(maxBytes + 1));
                } catch (IOException e) {
                  answer.completeExceptionally(e);
                }
              });
      long end = System.nanoTime() + limit.toNanos();
      byte[] out = answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      if (out.length > maxBytes)
        return refused(command, "at most " + maxBytes + " bytes", "more", "ask its maker");
      if (!process.waitFor(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS))
        return late(command, limit);
      return process.exitValue() == 0
          ? Outcome.granted(out)
          : refused(command, "exit status 0", process.exitValue() + "", "see what it printed");
    } catch (TimeoutException e) {
      return late(command, limit);
    } catch (ExecutionException e) {
      throw new ImageException("reading from " + command.getFirst(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImageException("interrupted while " + command.getFirst() + " ran", e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static void feed(Process process, byte[] input) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(input);
    } catch (IOException e) {
      return; // it did not want it; its answer tells
    }
  }

  private static Outcome<byte[]> late(List<String> command, Duration limit) {
    return refused(command, "an answer within " + limit, "none", "see why it hangs");
  }

  private static Outcome<byte[]> refused(
      List<String> command, String expected, String found, String next) {
    return CryptCode.RECIPIENT.refuse("program " + command.getFirst(), expected, found, next);
  }
}
