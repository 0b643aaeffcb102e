package dev.theca.broker.reference;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Set;

/**
 * A message to the reference value provider (kbs-protocol.md, section 13.1), with our members
 * {@code mode} and {@code signature}.
 *
 * @param unsigned the message without its signature: what the signature covers
 * @param signature empty text when there is none
 */
record ReferenceMessage(
    String type, byte[] payload, boolean append, JsonObject unsigned, String signature) {
  static final String VERSION = "0.1.0";
  private static final int MAX_CHARS = 1_400_000;
  private static final Set<String> MEMBERS =
      Set.of("version", "type", "payload", "mode", "signature");

  static Outcome<ReferenceMessage> parse(JsonObject json) {
    for (String member : json.members().keySet())
      if (!MEMBERS.contains(member))
        return refused(
            "member " + ReferenceCode.shown(member),
            "one of version, type, payload, mode, signature",
            "unknown");
    String version = json.get("version").isPresent() ? json.string("version").orElse("") : VERSION;
    if (!version.equals(VERSION)) return refused("version", VERSION, ReferenceCode.shown(version));
    var type = json.string("type");
    if (type.isEmpty()) return refused("type", "a text", "absent or another value");
    String mode = json.get("mode").isPresent() ? json.string("mode").orElse("") : "overwrite";
    if (!mode.equals("overwrite") && !mode.equals("append"))
      return refused("mode", "overwrite or append", ReferenceCode.shown(mode));
    String signature =
        json.get("signature").isPresent() ? json.string("signature").orElse(".") : "";
    var unsigned = new LinkedHashMap<>(json.members());
    var unused = unsigned.remove("signature");
    return payload(json)
        .map(
            bytes ->
                new ReferenceMessage(
                    type.get(), bytes, mode.equals("append"), new JsonObject(unsigned), signature));
  }

  private static Outcome<byte[]> payload(JsonObject json) {
    var text = json.string("payload");
    if (text.isEmpty()) return refused("payload", "a text", "absent or another value");
    if (text.get().length() > MAX_CHARS)
      return refused("payload", "at most " + MAX_CHARS + " characters", text.get().length() + "");
    try {
      return Outcome.granted(Base64.getDecoder().decode(text.get()));
    } catch (IllegalArgumentException e) {
      return refused("payload", "base64 (RFC 4648, section 4)", "other text");
    }
  }

  private static <T> Outcome<T> refused(String what, String expected, String found) {
    return ReferenceCode.MESSAGE.refuse(
        what + " of the reference value message", expected, found, "correct the message");
  }
}
