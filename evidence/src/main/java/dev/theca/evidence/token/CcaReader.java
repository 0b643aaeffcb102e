package dev.theca.evidence.token;

import dev.theca.evidence.CcaToken;
import dev.theca.evidence.audit.Rejected;
import dev.theca.wire.Outcome;
import dev.theca.wire.cbor.Cbor;
import dev.theca.wire.cbor.CborValue;
import dev.theca.wire.cbor.CborValue.CborArray;
import dev.theca.wire.cbor.CborValue.CborBytes;
import dev.theca.wire.cbor.CborValue.CborInt;
import dev.theca.wire.cbor.CborValue.CborMap;
import dev.theca.wire.cbor.CborValue.CborTag;
import dev.theca.wire.x509.PublicKeyInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads CCA tokens of the legacy and the new form; the claims are checked for presence and size.
 */
public final class CcaReader {
  private static final int MAX = 64 << 10;
  private static final long TAG = 399;
  private static final long PLATFORM = 44234;
  private static final long REALM = 44241;
  private static final Set<Integer> HASHES = Set.of(32, 48, 64);
  private static final Set<String> PROFILES =
      Set.of("http://arm.com/CCA-SSD/1.0.0", "tag:arm.com,2023:cca_platform#1.0.0");

  private CcaReader() {}

  public static Outcome<CcaToken> parse(byte[] bytes) {
    try {
      return Outcome.granted(read(bytes));
    } catch (Rejected e) {
      return Outcome.refused(e.refusal());
    }
  }

  private static CcaToken read(byte[] bytes) throws Rejected {
    if (!(Cbor.decodeAnyOrder(bytes, MAX) instanceof Outcome.Granted<CborValue>(var value))
        || !(value instanceof CborTag(long tag, CborMap map))
        || tag != TAG
        || map.entries().size() != 2)
      throw CoseSign1.bad("CCA token", "tag 399 around two tokens", "another structure");
    byte[] platform = token(map, PLATFORM);
    byte[] realm = token(map, REALM);
    return new CcaToken(
        platform,
        realm,
        platform(
            new Claims(
                CoseSign1.read(platform, "platform token").claims("platform token"),
                "platform token")),
        realm(
            new Claims(CoseSign1.read(realm, "realm token").claims("realm token"), "realm token")));
  }

  /** Bytes, or in a collection of conceptual messages an array of content format and bytes. */
  private static byte[] token(CborMap map, long key) throws Rejected {
    CborValue value =
        map.get(key).orElseThrow(() -> CoseSign1.bad("CCA token", "a token " + key, "none"));
    if (value instanceof CborBytes(byte[] bytes)) return bytes;
    if (value instanceof CborArray(List<CborValue> items)
        && items.size() >= 2
        && items.get(1) instanceof CborBytes(byte[] bytes)) return bytes;
    throw CoseSign1.bad("CCA token", "a token in bytes as " + key, "another value");
  }

  private static CcaToken.Platform platform(Claims in) throws Rejected {
    String profile = in.text(265, "the profile");
    if (!PROFILES.contains(profile))
      throw CoseSign1.bad("profile of the platform token", "one of " + PROFILES, "another");
    byte[] instance = in.bytes(256, "the instance id", Set.of(33));
    if (instance[0] != 1) throw CoseSign1.bad("instance id", "type 01", "another");
    long lifecycle = in.number(2395, "the lifecycle");
    if (lifecycle < 0 || lifecycle > 0xFFFF)
      throw CoseSign1.bad("lifecycle", "0 to ffff", lifecycle + "");
    var components = new ArrayList<CcaToken.Component>();
    var listed = in.array(2399, "the software components");
    if (listed.isEmpty()) throw CoseSign1.bad("software components", "some", "none");
    for (CborValue item : listed) {
      if (!(item instanceof CborMap one))
        throw CoseSign1.bad("software components", "maps", "others");
      var part = new Claims(one, "software component");
      components.add(
          new CcaToken.Component(
              part.optionalText(1),
              part.bytes(2, "the measurement", HASHES),
              part.optionalText(4),
              part.bytes(5, "the signer", HASHES)));
    }
    return new CcaToken.Platform(
        profile,
        in.bytes(10, "the challenge", HASHES),
        in.bytes(2396, "the implementation id", Set.of(32)),
        instance,
        in.bytes(2401, "the configuration", Set.of()),
        (int) lifecycle,
        components,
        hash(in.text(2402, "the hash algorithm")),
        in.optionalText(2400));
  }

  private static String hash(String name) throws Rejected {
    return switch (name) {
      case "sha-256" -> "sha256";
      case "sha-384" -> "sha384";
      case "sha-512" -> "sha512";
      default -> throw CoseSign1.bad("hash algorithm", "sha-256, sha-384 or sha-512", "another");
    };
  }

  private static CcaToken.Realm realm(Claims in) throws Rejected {
    var extensible = new ArrayList<byte[]>();
    for (CborValue item : in.array(44239, "the extensible measurements")) {
      if (!(item instanceof CborBytes(byte[] value)) || !HASHES.contains(value.length))
        throw CoseSign1.bad("extensible measurements", "hashes", "another value");
      extensible.add(value);
    }
    if (extensible.size() != 4)
      throw CoseSign1.bad("extensible measurements", "4", extensible.size() + "");
    byte[] claim = in.bytes(44237, "the public key", Set.of());
    return new CcaToken.Realm(
        in.bytes(10, "the challenge", Set.of(64)),
        in.bytes(44235, "the personalization value", Set.of(64)),
        in.bytes(44238, "the initial measurement", HASHES),
        extensible,
        hash(in.text(44236, "the hash algorithm")),
        claim,
        key(claim),
        hash(in.text(44240, "the public key's hash algorithm")));
  }

  /** A raw point, or a COSE_Key (RFC 9052, section 7). */
  private static PublicKeyInfo.Ec key(byte[] claim) throws Rejected {
    if (claim.length > 1 && claim[0] == 4 && (claim.length == 97 || claim.length == 65))
      return new PublicKeyInfo.Ec(
          claim.length == 97 ? PublicKeyInfo.P384 : PublicKeyInfo.P256,
          Arrays.copyOfRange(claim, 1, claim.length));
    if (Cbor.decodeAnyOrder(claim, 1024) instanceof Outcome.Granted<CborValue>(CborMap map)
        && map.get(-1).orElse(map) instanceof CborInt(long curve)
        && map.get(-2).orElse(map) instanceof CborBytes(byte[] x)
        && map.get(-3).orElse(map) instanceof CborBytes(byte[] y)) {
      Optional<String> oid =
          curve == 1
              ? Optional.of(PublicKeyInfo.P256)
              : curve == 2 ? Optional.of(PublicKeyInfo.P384) : Optional.empty();
      byte[] xy = Arrays.copyOf(x, x.length + y.length);
      System.arraycopy(y, 0, xy, x.length, y.length);
      if (oid.isPresent()) return new PublicKeyInfo.Ec(oid.get(), xy);
    }
    throw CoseSign1.bad(
        "public key of the realm", "a point or a COSE_Key on P-256 or P-384", "another");
  }
}
