package dev.theca.evidence.intel;

import dev.theca.evidence.IntelCollateral;
import dev.theca.evidence.QvlCompat;
import dev.theca.evidence.Vectors;
import dev.theca.wire.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Intel's recorded cases and the recorded edits of some of them. */
public final class IntelCases {
  private static final List<String> FILES =
      List.of("quote", "pck", "tcb", "qe", "rootcrl", "pckcrl", "tcbchain", "root");

  private IntelCases() {}

  public static List<JsonObject> all() {
    return Vectors.objects("intel/cases.json");
  }

  static Map<String, byte[]> files(JsonObject one) {
    var files = new LinkedHashMap<String, byte[]>();
    for (String name : FILES)
      files.put(name, Vectors.bytes("intel/" + one.string(name).orElseThrow()));
    return files;
  }

  static String text(Map<String, byte[]> files, String name) {
    return new String(files.get(name), StandardCharsets.ISO_8859_1);
  }

  public static QvlCompat.Input input(JsonObject one) {
    return input(files(one), one.integer("time").orElseThrow());
  }

  static QvlCompat.Input input(Map<String, byte[]> files, long time) {
    return new QvlCompat.Input(
        files.get("quote"),
        text(files, "pck"),
        files.get("tcb"),
        files.get("qe"),
        files.get("rootcrl"),
        files.get("pckcrl"),
        text(files, "tcbchain"),
        text(files, "root"),
        Instant.ofEpochSecond(time));
  }

  /** The same as a verifier takes it. */
  public static IntelCollateral collateral(JsonObject one) {
    return collateral(files(one));
  }

  static IntelCollateral collateral(Map<String, byte[]> files) {
    String pck = text(files, "pck");
    String authorities = pck.substring(pck.indexOf("-----BEGIN", pck.indexOf("-----END")));
    String signing = text(files, "tcbchain");
    return new IntelCollateral(
        files.get("tcb"),
        signing,
        files.get("qe"),
        signing,
        files.get("pckcrl"),
        authorities,
        files.get("rootcrl"));
  }

  /** Applies the edits of a mutation to the files; gives the time to use. */
  static long mutate(Map<String, byte[]> files, JsonObject mutation, long time) {
    long at = time;
    for (var item : mutation.array("ops").orElseThrow()) {
      var op = (JsonObject) item;
      String target = op.string("target").orElseThrow();
      if (target.equals("time")) {
        at = op.integer("value").orElseThrow();
        continue;
      }
      if (op.string("replaceWith").isPresent()) {
        files.put(target, Vectors.bytes("intel/negative/" + op.string("replaceWith").get()));
        continue;
      }
      files.put(target, edit(files.get(target), op));
    }
    return at;
  }

  private static byte[] edit(byte[] bytes, JsonObject op) {
    return switch (op.string("op").orElseThrow()) {
      case "xor" -> {
        byte[] out = bytes.clone();
        out[op.integer("offset").orElseThrow().intValue()] ^=
            op.integer("mask").orElseThrow().byteValue();
        yield out;
      }
      case "set" -> {
        byte[] out = bytes.clone();
        byte[] value = HexFormat.of().parseHex(op.string("hex").orElseThrow());
        System.arraycopy(
            value, 0, out, op.integer("offset").orElseThrow().intValue(), value.length);
        yield out;
      }
      case "truncate" -> Arrays.copyOf(bytes, op.integer("length").orElseThrow().intValue());
      case "append" -> {
        byte[] tail = HexFormat.of().parseHex(op.string("hex").orElseThrow());
        byte[] out = Arrays.copyOf(bytes, bytes.length + tail.length);
        System.arraycopy(tail, 0, out, bytes.length, tail.length);
        yield out;
      }
      case "sub" -> {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        String from = op.string("from").orElseThrow();
        String to = op.string("to").orElseThrow();
        long count = op.integer("count").orElse(1L);
        for (long i = 0; i < count && text.contains(from); i++) {
          int at = text.indexOf(from);
          text = text.substring(0, at) + to + text.substring(at + from.length());
        }
        yield text.getBytes(StandardCharsets.ISO_8859_1);
      }
      default -> throw new IllegalArgumentException("unknown edit " + op);
    };
  }
}
