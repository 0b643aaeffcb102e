package dev.theca.interop.crypt;

import dev.theca.image.crypt.CryptCode;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.proto.ProtoException;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * The messages of the key provider protocol (ocicrypt, "keyprovider"): JSON, for RPC inside field 1
 * of a protobuf message. Private options are put together as bytes, not as Strings.
 */
final class ProviderMessages {
  static final String SERVICE = "keyprovider.KeyProviderService";
  static final String WRAP = "WrapKey";
  static final String UNWRAP = "UnWrapKey";

  private ProviderMessages() {}

  /** As Go writes it. */
  static byte[] wrapInput(String provider, List<String> parameters, byte[] options) {
    return joined(
        "{\"op\":\"keywrap\",\"keywrapparams\":{\"ec\":{\"Parameters\":"
            + parameters(provider, parameters)
            + ",\"DecryptConfig\":{\"Parameters\":null}},\"optsdata\":\"",
        Base64.getEncoder().encode(options),
        "\"},\"keyunwrapparams\":{\"dc\":null,\"annotation\":null}}");
  }

  static byte[] unwrapInput(String provider, List<String> parameters, byte[] packet) {
    return joined(
        "{\"op\":\"keyunwrap\",\"keywrapparams\":{\"ec\":null,\"optsdata\":null},"
            + "\"keyunwrapparams\":{\"dc\":{\"Parameters\":"
            + parameters(provider, parameters)
            + "},\"annotation\":\"",
        Base64.getEncoder().encode(packet),
        "\"}}");
  }

  private static String parameters(String provider, List<String> parameters) {
    var encoded =
        parameters.stream()
            .map(p -> Base64.getEncoder().encodeToString(p.getBytes(StandardCharsets.UTF_8)))
            .toList();
    return Json.text(JsonObject.builder().put(provider, JsonArray.strings(encoded)).build());
  }

  static byte[] wrapOutput(byte[] packet) {
    return joined("{\"keywrapresults\":{\"annotation\":", ProviderBytes.array(packet), "}}");
  }

  static byte[] unwrapOutput(byte[] options) {
    return joined("{\"keyunwrapresults\":{\"optsdata\":", ProviderBytes.array(options), "}}");
  }

  /** {@code middle} is zeroed. */
  private static byte[] joined(String head, byte[] middle, String tail) {
    byte[] first = head.getBytes(StandardCharsets.UTF_8);
    byte[] last = tail.getBytes(StandardCharsets.UTF_8);
    byte[] out = java.util.Arrays.copyOf(first, first.length + middle.length + last.length);
    System.arraycopy(middle, 0, out, first.length, middle.length);
    System.arraycopy(last, 0, out, first.length + middle.length, last.length);
    java.util.Arrays.fill(middle, (byte) 0);
    return out;
  }

  /** The packet that a provider made. */
  static Outcome<byte[]> wrapResult(byte[] output) {
    return result(output, "keywrapresults", "annotation");
  }

  /** The private options that a provider opened. */
  static Outcome<byte[]> unwrapResult(byte[] output) {
    return result(output, "keyunwrapresults", "optsdata");
  }

  private static Outcome<byte[]> result(byte[] output, String results, String member) {
    return Json.object(output)
        .then(
            json ->
                json.object(results)
                    .flatMap(inner -> ProviderBytes.read(inner, member))
                    .filter(bytes -> bytes.length > 0)
                    .map(Outcome::granted)
                    .orElseGet(() -> bad("bytes in " + results + "." + member, "none")));
  }

  static byte[] toProto(byte[] json) {
    return new ProtoWriter().bytes(1, json).toBytes();
  }

  static Outcome<byte[]> ofProto(byte[] message) {
    try {
      byte[] json = {};
      var in = new ProtoReader(message);
      while (in.next()) if (in.field() == 1) json = in.bytes();
      return Outcome.granted(json);
    } catch (ProtoException e) {
      return bad("a message with one field of bytes", String.valueOf(e.getMessage()));
    }
  }

  static <T> Outcome<T> bad(String expected, String found) {
    return CryptCode.PACKET.refuse(
        "message of the key provider protocol",
        expected,
        found,
        "see that both sides speak the same protocol");
  }
}
