package dev.theca.node.task;

import dev.theca.linux.ChildProcess;
import dev.theca.linux.ProcessStat;
import dev.theca.node.io.ProcessIo;
import dev.theca.node.io.Stdio;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One process of a container: its init, or one that was added. Status, number and streams are
 * guarded by the process's own monitor; who needs two statuses at once holds the task's.
 */
final class TaskProcess {
  /** Empty for a container's init. */
  final String execId;

  final Stdio stdio;

  /** The OCI description of a process that was added. */
  final byte[] description;

  /** Done when the process has ended and everybody may know. */
  final CompletableFuture<Exit> exit = new CompletableFuture<>();

  private Status status = Status.CREATED;
  private Optional<ChildProcess> child = Optional.empty();
  private long startTicks;
  private Optional<ProcessIo> io = Optional.empty();
  private CompletableFuture<Boolean> told = CompletableFuture.completedFuture(true);

  private TaskProcess(String execId, Stdio stdio, byte[] description) {
    this.execId = execId;
    this.stdio = stdio;
    this.description = description;
  }

  static TaskProcess init(Stdio stdio, ProcessIo io) {
    var init = new TaskProcess("", stdio, new byte[0]);
    init.io = Optional.of(io);
    return init;
  }

  static TaskProcess added(String execId, Stdio stdio, byte[] description) {
    return new TaskProcess(execId, stdio, description);
  }

  /** As it was written down, with the streams that could be had again. */
  static TaskProcess adopted(TaskState.Member was, Optional<ProcessIo> io) {
    var process = new TaskProcess(was.execId(), was.stdio(), was.description());
    process.status = Status.of(was.status());
    process.io = io;
    return process;
  }

  synchronized Status status() {
    return status;
  }

  /** Changes the status unless it is stopped, or is another than expected. */
  synchronized boolean change(Status from, Status to) {
    if (status != from) return false;
    status = to;
    return true;
  }

  /** Nothing happens to it any more; the status before. */
  synchronized Status stop() {
    Status before = status;
    status = Status.STOPPED;
    return before;
  }

  /** 0 as long as there is none. */
  synchronized long pid() {
    return child.map(ChildProcess::pid).orElse(0L);
  }

  synchronized Optional<ChildProcess> child() {
    return child;
  }

  synchronized void runs(ChildProcess process) {
    child = Optional.of(process);
    startTicks = ProcessStat.of(process.pid()).map(ProcessStat::startTicks).orElse(0L);
  }

  synchronized long startTicks() {
    return startTicks;
  }

  synchronized Optional<ProcessIo> io() {
    return io;
  }

  synchronized void io(ProcessIo streams) {
    io = Optional.of(streams);
  }

  void closeIo() {
    io().ifPresent(ProcessIo::close);
  }

  /** From now on an end is not told before {@link #startTold}. */
  synchronized void startUntold() {
    told = new CompletableFuture<>();
  }

  synchronized void startTold() {
    told.complete(true);
  }

  /** Done when an end may be told: its start was. */
  synchronized CompletableFuture<Boolean> told() {
    return told;
  }

  Optional<Exit> ended() {
    return Optional.ofNullable(exit.getNow(null));
  }
}
