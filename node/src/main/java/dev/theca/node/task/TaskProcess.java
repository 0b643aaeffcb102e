package dev.theca.node.task;

import dev.theca.linux.ChildProcess;
import dev.theca.wire.proto.ProtoWriter;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One process of a container: its init, or one that was added. */
final class TaskProcess {
  /** How and when it ended. */
  record Exit(int status, Instant at) {
    ProtoWriter time() {
      return new ProtoWriter().varint(1, at.getEpochSecond()).varint(2, at.getNano());
    }
  }

  enum Status {
    CREATED(1),
    RUNNING(2),
    STOPPED(3),
    PAUSED(4);

    final int number;

    Status(int number) {
      this.number = number;
    }
  }

  final String execId;
  final Stdio stdio;
  private final CompletableFuture<Exit> exit = new CompletableFuture<>();
  private long pid;
  private Status status = Status.CREATED;

  /** {@code execId} is empty for a container's init. */
  TaskProcess(String execId, Stdio stdio) {
    this.execId = execId;
    this.stdio = stdio;
  }

  /** Follows a created process to its end; {@code ended} runs once, before any waiter is told. */
  synchronized void follow(long number, Runnable ended) {
    pid = number;
    var child = ChildProcess.hold(number);
    Thread.ofPlatform()
        .daemon()
        .name("exit-" + number)
        .stackSize(128 << 10)
        .start(
            () -> {
              int code;
              try (child) {
                code = child.await();
              }
              end(code);
              ended.run();
            });
  }

  /** Records an end; the first counts. */
  void end(int code) {
    synchronized (this) {
      status = Status.STOPPED;
    }
    stdio.close();
    exit.complete(new Exit(code, Instant.now()));
  }

  CompletableFuture<Exit> exit() {
    return exit;
  }

  synchronized long pid() {
    return pid;
  }

  synchronized Status status() {
    return status;
  }

  synchronized void status(Status now) {
    if (status != Status.STOPPED) status = now;
  }

  Optional<Exit> ended() {
    return Optional.ofNullable(exit.getNow(null));
  }
}
