package dev.theca.node.task;

import dev.theca.linux.Epoll;
import dev.theca.linux.Fd;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A container of a test, driven as containerd drives it. */
final class Box {
  final Stand stand;
  final String id;
  final Path bundle;
  private final Path streams;
  private final List<String> args;
  private int uid;
  private boolean ownProcesses = true;
  private final Map<String, CompletableFuture<byte[]>> outputs = new HashMap<>();

  /** The names of streams; empty = none. */
  String in = "";

  String out = "";
  String err = "";
  boolean terminal;
  byte[] options = {};

  Box(Stand stand, String name, String id, String... args) throws Exception {
    this.stand = stand;
    this.id = id;
    this.args = List.of(args);
    this.bundle = Files.createDirectories(stand.folder.resolve("bundles").resolve(id));
    this.streams = Files.createDirectories(stand.folder.resolve("streams").resolve(id));
    Files.createDirectories(bundle.resolve("rootfs"));
  }

  Box user(int number) {
    uid = number;
    return this;
  }

  Box hostProcesses() {
    ownProcesses = false;
    return this;
  }

  Box terminal() {
    terminal = true;
    return this;
  }

  /** Its output and errors are collected. */
  Box listening() throws Exception {
    out = fifo("out");
    err = terminal ? "" : fifo("err");
    return this;
  }

  Box talking() throws Exception {
    in = pipe("in").toString();
    return this;
  }

  /** A FIFO that nobody has opened. */
  Path pipe(String name) throws Exception {
    Path path = streams.resolve(name);
    Stand.run("mkfifo", "-m", "700", path.toString());
    return path;
  }

  /** A FIFO that is read to its end; open when this returns, as a client of containerd has it. */
  String fifo(String name) throws Exception {
    Path path = pipe(name);
    var all = new CompletableFuture<byte[]>();
    outputs.put(name, all);
    Fd reader = Fd.open(path, Fd.O_RDONLY | Fd.O_NONBLOCK);
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try (reader) {
                all.complete(read(reader));
              } catch (Exception e) {
                all.completeExceptionally(e);
              }
            });
    return path.toString();
  }

  /** Waits for who writes, and ends with them. */
  private static byte[] read(Fd reader) {
    var all = new ByteArrayOutputStream();
    var buffer = ByteBuffer.allocateDirect(8192);
    try (var epoll = new Epoll()) {
      epoll.add(reader, Epoll.IN, 0);
      while (true) {
        boolean[] ready = {false};
        epoll.await(1000, (token, events) -> ready[0] = true);
        if (!ready[0]) continue;
        int n = reader.read(buffer.clear());
        if (n == 0) return all.toByteArray();
        byte[] piece = new byte[Math.max(n, 0)];
        buffer.flip().get(piece);
        all.writeBytes(piece);
      }
    }
  }

  byte[] bytes(String name) throws Exception {
    return outputs.get(name).get(60, TimeUnit.SECONDS);
  }

  String text(String name) throws Exception {
    return new String(bytes(name), StandardCharsets.UTF_8);
  }

  private void config() throws Exception {
    var namespaces = new ArrayList<JsonValue>();
    for (String type : List.of("pid", "ipc", "uts", "mount"))
      if (ownProcesses || !type.equals("pid"))
        namespaces.add(JsonObject.builder().put("type", type).build());
    var config =
        JsonObject.builder()
            .put("ociVersion", "1.0.2")
            .put("process", process(args, terminal))
            .put("root", JsonObject.builder().put("path", "rootfs").build())
            .put(
                "mounts",
                new JsonArray(
                    List.of(
                        mount("/proc", "proc"),
                        mount("/dev", "tmpfs"),
                        mount("/dev/pts", "devpts"))))
            .put(
                "linux",
                JsonObject.builder()
                    .put("cgroupsPath", "/theca-test/" + id)
                    .put("namespaces", new JsonArray(namespaces))
                    .build())
            .build();
    Files.write(bundle.resolve("config.json"), Json.write(config));
  }

  private static JsonObject mount(String where, String type) {
    return JsonObject.builder()
        .put("destination", where)
        .put("type", type)
        .put("source", type)
        .put("options", JsonArray.of("nosuid"))
        .build();
  }

  private JsonObject process(List<String> command, boolean tty) {
    return JsonObject.builder()
        .put("terminal", tty)
        .put("user", JsonObject.builder().put("uid", uid).put("gid", uid).build())
        .put("args", JsonArray.strings(command))
        .put("env", JsonArray.of("PATH=/bin"))
        .put("cwd", "/")
        .build();
  }

  /** The process number. */
  long create() throws Exception {
    config();
    stand.announce(id, bundle);
    var request =
        new ProtoWriter()
            .string(1, id)
            .string(2, bundle.toString())
            .message(
                3,
                new ProtoWriter()
                    .string(1, "bind")
                    .string(2, stand.tree.toString())
                    .strings(4, List.of("rbind", "rw")))
            .bool(4, terminal)
            .string(5, in)
            .string(6, out)
            .string(7, err);
    if (options.length > 0)
      request.message(
          10, new ProtoWriter().string(1, "containerd.runc.v1.Options").bytes(2, options));
    return number(stand.call("Create", request), 1);
  }

  long start() throws Exception {
    return start("");
  }

  long start(String execId) throws Exception {
    return number(stand.call("Start", about(execId)), 1);
  }

  Box run() throws Exception {
    create();
    start();
    return this;
  }

  /** Started, and its first process, a shell, has set its trap for this signal. */
  Box runTrapping(int signal) throws Exception {
    long pid = create();
    start();
    Path status = Path.of("/proc", Long.toString(pid), "status");
    for (int i = 0; i < 6000 && !catches(status, signal); i++) Thread.sleep(10);
    return this;
  }

  /**
   * proc_pid_status(5): the mask of caught signals. The runtime's own process, which becomes the
   * container's, is written in Go and catches all of them; a shell catches what it was told to.
   */
  private static boolean catches(Path status, int signal) throws Exception {
    for (String line : Files.readAllLines(status)) {
      if (!line.startsWith("SigCgt:")) continue;
      long caught = Long.parseUnsignedLong(line.substring(7).strip(), 16);
      return has(caught, signal) && !has(caught, 10);
    }
    return false;
  }

  private static boolean has(long signals, int signal) {
    return (signals >> signal - 1 & 1) == 1;
  }

  int await() throws Exception {
    return await("");
  }

  int await(String execId) throws Exception {
    return (int) number(stand.call("Wait", about(execId)), 1);
  }

  void exec(String execId, String... command) throws Exception {
    exec(execId, "", "", false, command);
  }

  void exec(String execId, String input, String output, boolean tty, String... command)
      throws Exception {
    var description =
        new ProtoWriter()
            .string(1, "types.containerd.io/opencontainers/runtime-spec/1/Process")
            .bytes(2, Json.write(process(List.of(command), false)));
    stand.call(
        "Exec",
        about(execId).bool(3, tty).string(4, input).string(5, output).message(7, description));
  }

  void kill(String execId, int signal, boolean all) throws Exception {
    stand.call("Kill", about(execId).varint(3, signal).bool(4, all));
  }

  int delete() throws Exception {
    return delete("");
  }

  int delete(String execId) throws Exception {
    return (int) number(stand.call("Delete", about(execId)), 2);
  }

  void closeInput(String execId) throws Exception {
    stand.call("CloseIO", about(execId).bool(3, true));
  }

  void resize(String execId, int columns, int rows) throws Exception {
    stand.call("ResizePty", about(execId).varint(3, columns).varint(4, rows));
  }

  void call(String method) throws Exception {
    stand.call(method, about(""));
  }

  /** The status number of {@code containerd.v1.types.Status}. */
  int status(String execId) throws Exception {
    return (int) number(stand.call("State", about(execId)), 4);
  }

  ProtoWriter about(String execId) {
    return new ProtoWriter().string(1, id).string(2, execId);
  }

  static long number(byte[] message, int field) {
    var in = new ProtoReader(message);
    long value = 0;
    while (in.next()) if (in.field() == field) value = in.varint();
    return value;
  }
}
