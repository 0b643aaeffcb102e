package dev.theca.node.runc;

import dev.theca.linux.Epoll;
import dev.theca.linux.Errno;
import dev.theca.linux.Fd;
import dev.theca.linux.LinuxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * What {@code runc start} does, without the process. A created container's init waits until
 * somebody opens {@code exec.fifo} in its folder for reading; then it writes a byte, and its end is
 * closed when it executes the container's program (libcontainer, Container.exec), or the moment
 * before: since CVE-2024-21626 it closes by itself what it does not pass on. The name is removed
 * then: it is what tells created from running.
 */
final class DirectStart {
  private static final String FIFO = "exec.fifo";
  private static final String RUNNING = "cannot start an already running container";
  private static final int TYPE = 0170000;
  private static final int IS_FIFO = 0010000;
  private static final int STEP_MILLIS = 100;
  private static final long LIMIT_SECONDS = 60;

  private final ContainerState state;
  private final Path name;
  private final Fd fifo;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(64);
  private boolean said;

  private DirectStart(ContainerState state, Path name, Fd fifo) {
    this.state = state;
    this.name = name;
    this.fifo = fifo;
  }

  /**
   * Starts the container of this folder; false when it is for the runtime to do it, or to say why
   * not, and nothing was done. A failure has the runtime's words.
   */
  static boolean done(Path folder) {
    var state = ContainerState.read(folder).filter(s -> s.init().lives() && !s.group().isFrozen());
    if (state.isEmpty()) return false;
    Path name = folder.resolve(FIFO);
    var fifo = open(name);
    if (fifo.isEmpty()) return false;
    try (Fd open = fifo.get()) {
      onOwnThread(new DirectStart(state.get(), name, open)::begin);
      Files.delete(name);
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + name, e);
    }
  }

  /** Without waiting for a writer; empty when there is none by this name, and no link's target. */
  private static Optional<Fd> open(Path name) {
    try {
      Fd fifo = Fd.open(name, Fd.O_RDONLY | Fd.O_NONBLOCK | Fd.O_NOFOLLOW);
      if (isFifo(fifo)) return Optional.of(fifo);
      fifo.close();
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT) return Optional.empty();
      throw failed("exec fifo: " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look at " + name, e);
    }
    throw failed("exec fifo: " + name + " is no FIFO");
  }

  private static boolean isFifo(Fd fd) throws IOException {
    return ((int) Files.getAttribute(fd.link(), "unix:mode") & TYPE) == IS_FIFO;
  }

  /** Native waiting would hold a virtual thread's carrier. */
  private static void onOwnThread(Runnable work) {
    try {
      CompletableFuture.runAsync(
              work,
              run -> Thread.ofPlatform().daemon().name("start").stackSize(128 << 10).start(run))
          .join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException fault) throw fault;
      throw e;
    }
  }

  /**
   * Waits until init executes its program. Its writing end is closed then, or when it dies; only an
   * init that has not said anything is asked whether it lives, because in the middle of execve(2)
   * the first thread of a process can look like a zombie. Who comes when another has just heard it
   * waits for nobody, until the other removes the name.
   */
  private void begin() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    try (var epoll = new Epoll()) {
      epoll.add(fifo, Epoll.IN, 0);
      while (System.nanoTime() < end) {
        boolean[] ready = {false};
        epoll.await(STEP_MILLIS, (token, events) -> ready[0] = true);
        boolean dead = !said && !ready[0] && !state.init().lives();
        int n = read();
        if (n > 0) continue;
        if (ready[0] && n == 0) {
          if (said) return;
          throw failed(RUNNING);
        }
        if (dead) throw failed("container process is already dead");
        if (!said && !Files.exists(name, LinkOption.NOFOLLOW_LINKS)) throw failed(RUNNING);
      }
    }
    throw failed("no end within " + LIMIT_SECONDS + " s");
  }

  /** Bytes read; 0 when there is no writer, less when it has nothing to say. */
  private int read() {
    int n = fifo.read(buffer.clear());
    if (n > 0) said = true;
    if (n < 0 && n != -Errno.EAGAIN && n != -Errno.EINTR)
      throw failed("read exec fifo: " + new LinuxException("read", -n).getMessage());
    return n;
  }

  private static RuncException failed(String words) {
    return RuncException.failed("start", words);
  }
}
