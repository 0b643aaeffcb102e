package dev.theca.node.runc;

import dev.theca.wire.json.JsonObject;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.toml.Toml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a runtime handler's options say about the OCI runtime. They come as {@code
 * containerd.runc.v1.Options}, or as {@code runtimeoptions.v1.Options} with the same words in TOML;
 * none at all is fine. A shim's own control group and CRIU have no meaning for one daemon per node
 * and are accepted without effect.
 *
 * @param binary name or path of the runtime; empty = the node's
 * @param root its state folder; empty = the node's
 * @param ioUid owner of the streams' pipes, 0 = root
 */
public record RuncOptions(
    String binary,
    String root,
    boolean systemdCgroup,
    boolean noPivotRoot,
    boolean noNewKeyring,
    int ioUid,
    int ioGid) {
  public static final RuncOptions NONE = new RuncOptions("", "", false, false, false, 0, 0);

  private static final int MAX = 1 << 20;

  /** Reads an Any; a type that nobody knows is an {@link IllegalArgumentException} with words. */
  public static RuncOptions read(ProtoReader any) {
    String type = "";
    byte[] value = {};
    while (any.next()) {
      if (any.field() == 1) type = any.string();
      if (any.field() == 2) value = any.bytes();
    }
    String name = type.substring(type.lastIndexOf('/') + 1);
    if (name.isEmpty()) return NONE;
    if (name.endsWith("runc.v1.Options")) return runc(new ProtoReader(value));
    if (name.endsWith("runtimeoptions.v1.Options")) return toml(new ProtoReader(value));
    throw new IllegalArgumentException(
        "options of type "
            + type
            + " are unknown; use containerd.runc.v1.Options or runtimeoptions.v1.Options");
  }

  private static RuncOptions runc(ProtoReader in) {
    String binary = "";
    String root = "";
    boolean systemd = false;
    boolean noPivot = false;
    boolean noKeyring = false;
    int uid = 0;
    int gid = 0;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> noPivot = in.bool();
        case 2 -> noKeyring = in.bool();
        case 4 -> uid = in.int32();
        case 5 -> gid = in.int32();
        case 6 -> binary = in.string();
        case 7 -> root = in.string();
        case 9 -> systemd = in.bool();
        default -> {}
      }
    }
    return new RuncOptions(binary, root, systemd, noPivot, noKeyring, uid, gid);
  }

  private static RuncOptions toml(ProtoReader in) {
    String path = "";
    String body = "";
    while (in.next()) {
      if (in.field() == 2) path = in.string();
      if (in.field() == 3) body = new String(in.bytes(), StandardCharsets.UTF_8);
    }
    if (body.isEmpty() && !path.isEmpty()) body = file(Path.of(path));
    var parsed = Toml.parse(body);
    if (!parsed.isGranted())
      throw new IllegalArgumentException("the runtime's options are no TOML: " + parsed);
    return words(parsed.orThrow());
  }

  private static RuncOptions words(JsonObject toml) {
    return new RuncOptions(
        toml.string("BinaryName").orElse(""),
        toml.string("Root").orElse(""),
        toml.bool("SystemdCgroup").orElse(false),
        toml.bool("NoPivotRoot").orElse(false),
        toml.bool("NoNewKeyring").orElse(false),
        toml.integer("IoUid").orElse(0L).intValue(),
        toml.integer("IoGid").orElse(0L).intValue());
  }

  private static String file(Path path) {
    try {
      if (Files.size(path) > MAX)
        throw new IllegalArgumentException("the options file " + path + " is too large");
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the options file " + path, e);
    }
  }
}
