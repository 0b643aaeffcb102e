package dev.theca.image.crypt;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;

/**
 * The annotation packet of Confidential Containers, "v1" ({@code kid, wrapped_data, iv, wrap_type})
 * and "v2" (more members, all with defaults that make a v1 packet one). Only what provider {@code
 * kbs} needs.
 */
record AgentPacket(String kid, byte[] wrapped, byte[] iv) {
  private static final String GCM = "A256GCM";
  private static final int MAX_KID = 1024;

  static Outcome<AgentPacket> parse(byte[] json) {
    return Json.object(json).then(AgentPacket::read);
  }

  private static Outcome<AgentPacket> read(JsonObject json) {
    String version = json.string("version").orElse("0.1.0");
    if (json.get("version").isPresent() && !version.equals("0.1.0"))
      return bad("version 0.1.0", "another");
    if (json.get("provider").isPresent() && !json.string("provider").orElse("").equals("kbs"))
      return bad("provider kbs", "a key management service that is not asked here");
    String kid = json.string("kid").orElse("");
    if (kid.isEmpty() || kid.length() > MAX_KID) return bad("a kid", "none, or a very long one");
    String type = json.string("wrap_type").orElse("");
    if (!type.equals(GCM))
      return bad("wrap_type " + GCM, type.equals("A256CTR") ? "A256CTR, unprotected" : "another");
    var iv = json.string("iv").flatMap(text -> StrictBase64.decode(text, 12));
    if (iv.isEmpty()) return bad("an iv of 12 bytes", "another");
    var wrapped = json.string("wrapped_data").flatMap(StrictBase64::decode);
    if (wrapped.isEmpty() || wrapped.get().length <= 16)
      return bad("wrapped_data with a tag", "another");
    return Outcome.granted(new AgentPacket(kid, wrapped.get(), iv.get()));
  }

  byte[] write(AgentWrap.Form form) {
    var out = JsonObject.builder();
    if (form == AgentWrap.Form.V2) out.put("version", "0.1.0").put("provider", "kbs");
    out.put("kid", kid)
        .put("wrapped_data", StrictBase64.encode(wrapped))
        .put("iv", StrictBase64.encode(iv))
        .put("wrap_type", GCM);
    if (form == AgentWrap.Form.V2)
      out.put("provider_settings", JsonObject.builder().build())
          .put("annotations", JsonObject.builder().build());
    return Json.write(out.build());
  }

  private static <T> Outcome<T> bad(String expected, String found) {
    return CryptCode.PACKET.refuse(
        "key packet of the attestation agent", expected, found, "seal the image again");
  }
}
