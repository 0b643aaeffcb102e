package dev.theca.evidence;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.x509.PublicKeyInfo;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a verifier of Arm CCA must know before: the attestation keys of platforms, and the
 * measurements of their firmware. The JSON forms are those of Trustee's stores.
 *
 * @param name of these anchors, as the appraisal will call its root
 */
public record CcaStore(String name, List<Anchor> anchors, List<Firmware> firmware)
    implements Collateral {
  public CcaStore {
    anchors = List.copyOf(anchors);
    firmware = List.copyOf(firmware);
  }

  /** A platform's key, found by implementation and instance, both hex. */
  public record Anchor(String implementationId, String instanceId, PublicKeyInfo.Ec key) {}

  /** The accepted measurements of one implementation, {@code measurement:signer} in hex. */
  public record Firmware(String implementationId, Set<String> components) {}

  /** Reads a store of anchors and a store of reference values. */
  public static Outcome<CcaStore> parse(String name, byte[] anchors, byte[] referenceValues) {
    return Json.parse(anchors)
        .then(CcaStore::anchors)
        .then(
            keys ->
                Json.object(referenceValues)
                    .then(CcaStore::firmware)
                    .map(values -> new CcaStore(name, keys, values)));
  }

  private static Outcome<List<Anchor>> anchors(JsonValue json) {
    var found = new ArrayList<Anchor>();
    if (!(json instanceof JsonArray(List<JsonValue> items))) return bad("an array of anchors");
    for (JsonValue item : items) {
      if (!(item instanceof JsonObject one) || one.object("pkey").isEmpty())
        return bad("anchors with a key 'pkey'");
      var key = one.object("pkey").get();
      String curve =
          switch (key.string("crv").orElse("")) {
            case "P-256" -> PublicKeyInfo.P256;
            case "P-384" -> PublicKeyInfo.P384;
            default -> "";
          };
      try {
        byte[] x = Base64.getUrlDecoder().decode(key.string("x").orElse(""));
        byte[] y = Base64.getUrlDecoder().decode(key.string("y").orElse(""));
        byte[] xy = java.util.Arrays.copyOf(x, x.length + y.length);
        System.arraycopy(y, 0, xy, x.length, y.length);
        var implementation = hex(one, "implementation-id");
        var instance = hex(one, "instance-id");
        if (curve.isEmpty() || implementation.isEmpty() || instance.isEmpty())
          return bad("P-256 or P-384 keys with implementation-id and instance-id in hex");
        found.add(new Anchor(implementation, instance, new PublicKeyInfo.Ec(curve, xy)));
      } catch (IllegalArgumentException e) {
        return bad("coordinates in base64url");
      }
    }
    return Outcome.granted(found);
  }

  private static String hex(JsonObject one, String name) {
    String text = one.string(name).orElse("").toLowerCase(Locale.ROOT);
    return text.matches("([0-9a-f]{2})+") ? text : "";
  }

  private static Outcome<List<Firmware>> firmware(JsonObject json) {
    var found = new ArrayList<Firmware>();
    for (JsonValue item : json.array("platform").orElse(List.of())) {
      if (!(item instanceof JsonObject one)) return bad("platforms");
      var components = new TreeSet<String>();
      for (JsonValue part : one.array("sw-components").orElse(List.of())) {
        if (!(part instanceof JsonObject component)) return bad("software components");
        components.add(hex(component, "measurement-value") + ":" + hex(component, "signer-id"));
      }
      found.add(new Firmware(hex(one, "implementation-id"), Set.copyOf(components)));
    }
    return Outcome.granted(found);
  }

  private static <T> Outcome<T> bad(String expected) {
    return Outcome.refused(
        EvidenceCode.FORMAT_ANCHOR, "CCA store", expected, "another document", "correct the file");
  }

  static String key(CcaToken.Component component) {
    var hex = HexFormat.of();
    return hex.formatHex(component.measurement()) + ":" + hex.formatHex(component.signer());
  }

  /** Whether a component of this implementation is known. */
  public boolean knows(byte[] implementationId, CcaToken.Component component) {
    String id = HexFormat.of().formatHex(implementationId);
    return firmware.stream()
        .filter(f -> f.implementationId().equals(id))
        .anyMatch(f -> f.components().contains(key(component)));
  }
}
