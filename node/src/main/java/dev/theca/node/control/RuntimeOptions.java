package dev.theca.node.control;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.proto.ProtoException;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import dev.theca.wire.toml.Toml;
import java.nio.charset.StandardCharsets;

/**
 * Options of a runtime as containerd passes them on, a {@code google.protobuf.Any}: of a type that
 * we know, or none. The value is kept as it came.
 *
 * @param type full name of the message, without a prefix; empty for none
 */
public record RuntimeOptions(String type, byte[] value) {
  public static final RuntimeOptions NONE = new RuntimeOptions("", new byte[0]);

  /** Of a runtime of type io.containerd.runc.v2. */
  public static final String RUNC = "containerd.runc.v1.Options";

  /** Of every other: the TOML table of the handler's configuration. */
  public static final String GENERIC = "runtimeoptions.v1.Options";

  private static final int BINARY_NAME = 6;
  private static final int CONFIG_BODY = 3;

  public RuntimeOptions {
    if (!type.isEmpty() && !known(type))
      throw new ProtoException(
          "runtime options of type " + type + "; expected " + RUNC + " or " + GENERIC);
  }

  static boolean known(String type) {
    return type.equals(RUNC) || type.equals(GENERIC);
  }

  /** Reads an Any; {@link ProtoException} for one that is malformed or of another type. */
  public static RuntimeOptions read(byte[] any) {
    return read(new ProtoReader(any));
  }

  static RuntimeOptions read(ProtoReader in) {
    String type = "";
    byte[] value = {};
    while (in.next()) {
      switch (in.field()) {
        case 1 -> type = in.string();
        case 2 -> value = in.bytes();
        default -> throw new ProtoException("field " + in.field() + " of an Any");
      }
    }
    if (type.isEmpty() && value.length > 0) throw new ProtoException("options without a type");
    return new RuntimeOptions(type.substring(type.lastIndexOf('/') + 1), value);
  }

  boolean isPresent() {
    return !type.isEmpty();
  }

  ProtoWriter encode() {
    return new ProtoWriter().string(1, type).bytes(2, value);
  }

  /** The OCI runtime that the handler names; empty for the node's own. */
  public String binaryName() {
    int wanted = type.equals(RUNC) ? BINARY_NAME : CONFIG_BODY;
    byte[] found = {};
    var in = new ProtoReader(value);
    while (in.next()) if (in.field() == wanted) found = in.bytes();
    String text = new String(found, StandardCharsets.UTF_8);
    if (type.equals(RUNC)) return text;
    return Toml.parse(text) instanceof Outcome.Granted<JsonObject>(var toml)
        ? toml.string("BinaryName").orElse("")
        : "";
  }
}
