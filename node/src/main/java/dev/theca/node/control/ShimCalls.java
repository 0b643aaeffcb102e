package dev.theca.node.control;

import dev.theca.node.control.ControlSocket.Answer;
import dev.theca.node.control.ControlSocket.Call;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.proto.ProtoException;
import dev.theca.wire.proto.ProtoWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the shim binary answers. Every task of a handler is served at one address, so {@code start}
 * only says where, in the form that the calling containerd understands. A call that names no
 * handler of ours, or anything that is no name, is refused in words.
 */
public final class ShimCalls implements ControlSocket.Handler {
  /** Asks an OCI runtime what it can do; an empty name means the node's own. */
  public interface FeatureSource {
    /** JSON as {@code runc features} prints it. */
    byte[] of(String binaryName);
  }

  /** Ends what no task stands for, by the notes in a bundle. */
  public interface Remains {
    void remove(String namespace, String id, Path bundle) throws IOException;
  }

  /** Names become parts of paths, here and in the runtime's state folder. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");

  private static final String FEATURES =
      "types.containerd.io/opencontainers/runtime-spec/1/features/Features";

  /** Of this build. */
  public static final String VERSION = "0.1.0";

  private final ShimTasks tasks;
  private final Map<ShimKind, Path> sockets;
  private final FeatureSource features;
  private final Remains remains;
  private final Versions versions;

  /** {@code sockets} is where each handler's Task service listens, already. */
  public ShimCalls(
      ShimTasks tasks, Map<ShimKind, Path> sockets, FeatureSource features, Remains remains) {
    this(tasks, sockets, features, remains, Versions.byGrpc());
  }

  ShimCalls(
      ShimTasks tasks,
      Map<ShimKind, Path> sockets,
      FeatureSource features,
      Remains remains,
      Versions versions) {
    this.remains = remains;
    this.tasks = tasks;
    this.sockets = Map.copyOf(sockets);
    this.features = features;
    this.versions = versions;
  }

  @Override
  public Answer answer(Call call) {
    Optional<ShimKind> kind = ShimKind.named(call.name()).filter(sockets::containsKey);
    if (kind.isEmpty()) return refused("handler", "theca or theca-plain", call.name());
    try {
      return switch (call.action()) {
        case "start" -> unnamed(call).orElseGet(() -> start(kind.get(), call));
        case "delete" -> unnamed(call).orElseGet(() -> delete(call));
        case "info" -> info(kind.get(), RuntimeOptions.read(call.input()));
        default -> refused("action", "start, delete or info", call.action());
      };
    } catch (ProtoException e) {
      return Answer.failed(
          "theca: standard input of " + call.action() + ": " + e.getMessage() + "\n");
    }
  }

  /** A refusal unless namespace and id are names. */
  private static Optional<Answer> unnamed(Call call) {
    if (!NAME.matcher(call.namespace()).matches())
      return Optional.of(refused("namespace", "a name", call.namespace()));
    if (!NAME.matcher(call.id()).matches()) return Optional.of(refused("id", "a name", call.id()));
    return Optional.empty();
  }

  private static Answer refused(String what, String expected, String found) {
    return Answer.failed(
        "theca: %s is '%s', expected %s\n"
            .formatted(what, found.replaceAll("\\p{Cntrl}", "?"), expected));
  }

  private Answer start(ShimKind kind, Call call) {
    var input = StartInput.read(call.input(), call.id());
    Optional<Path> bundle = folder(call.bundle());
    if (bundle.isEmpty()) return refused("bundle", "a folder", call.bundle());
    String ttrpc = firstOf(call.ttrpcAddress(), input.ttrpcAddress());
    String grpc = firstOf(call.grpcAddress(), input.grpcAddress());
    String address = "unix://" + sockets.get(kind);
    keep(bundle.get(), address);
    tasks.announce(kind, call.namespace(), call.id(), ttrpc, grpc, input.options());
    byte[] reply =
        takesVersion3(call, input, grpc)
            ? version3(address)
            : address.getBytes(StandardCharsets.UTF_8);
    return Answer.ok(reply);
  }

  private static Optional<Path> folder(String text) {
    try {
      return Optional.of(Path.of(text)).filter(Path::isAbsolute).filter(Files::isDirectory);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static String firstOf(String one, String other) {
    return one.isEmpty() ? other : one;
  }

  /** 1.6 and 1.7 read it when they start anew and look for their tasks; others as a last resort. */
  private static void keep(Path bundle, String address) {
    try {
      Path whole = Files.writeString(bundle.resolve("address.new"), address);
      Files.move(whole, bundle.resolve("address"), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the address into " + bundle, e);
    }
  }

  /**
   * 1.6 says nothing of shim versions, 1.7 and 2.x say the same: only the containerd itself knows.
   * The plain line is right for every one that does not tell.
   */
  private boolean takesVersion3(Call call, StartInput input, String grpc) {
    if (!input.containerdVersion().isEmpty())
      return ContainerdVersion.takesVersion3(input.containerdVersion());
    if (call.maxShimVersion().isEmpty()) return false;
    return versions.of(grpc).map(ContainerdVersion::takesVersion3).orElse(false);
  }

  private static byte[] version3(String address) {
    return Json.write(
        JsonObject.builder()
            .put("version", 3)
            .put("address", address)
            .put("protocol", "ttrpc")
            .build());
  }

  private Answer delete(Call call) {
    var ended = tasks.cleanUp(call.namespace(), call.id());
    Optional<Path> bundle = folder(call.bundle()).filter(LaunchFile::isIn);
    try {
      if (bundle.isPresent()) remains.remove(call.namespace(), call.id(), bundle.get());
    } catch (IOException e) {
      throw new UncheckedIOException("what is left of " + call.id(), e);
    }
    var at =
        new ProtoWriter().varint(1, ended.at().getEpochSecond()).varint(2, ended.at().getNano());
    return Answer.ok(
        new ProtoWriter()
            .varint(1, ended.pid())
            .varint(2, ended.status())
            .message(3, at)
            .toBytes());
  }

  private Answer info(ShimKind kind, RuntimeOptions options) {
    byte[] whole = features.of(options.binaryName());
    byte[] json =
        switch (kind) {
          case CONFIDENTIAL -> Features.confidential(whole);
          case PLAIN -> whole;
        };
    var info =
        new ProtoWriter()
            .string(1, kind.runtime())
            .message(2, new ProtoWriter().string(1, VERSION));
    if (options.isPresent()) info.message(3, options.encode());
    return Answer.ok(
        info.message(4, new ProtoWriter().string(1, FEATURES).bytes(2, json)).toBytes());
  }
}
