package dev.theca.rego.builtin.crypto;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.wire.der.DerReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The extensions of a certificate that mean something (RFC 5280, section 4.2), in the fields that
 * Go's {@code x509.Certificate} has for them.
 */
final class Extensions {
  private static final String AUTHORITY_INFO = "1.3.6.1.5.5.7.1.1";
  private static final String OCSP = "1.3.6.1.5.5.7.48.1";
  private static final String ISSUERS = "1.3.6.1.5.5.7.48.2";
  private static final int URI = 0x86;

  int keyUsage;
  boolean basicConstraints;
  boolean authority;
  long maxPath;
  boolean hasNames;
  AlternativeNames names = AlternativeNames.NONE;
  NameConstraints constraints = NameConstraints.NONE;
  byte @Nullable [] subjectKeyId;
  byte @Nullable [] authorityKeyId;
  boolean hasPolicies;
  @Nullable Long inhibitAnyPolicy;
  @Nullable Long inhibitPolicyMapping;
  @Nullable Long requireExplicitPolicy;
  final List<Integer> usages = new ArrayList<>();
  final List<String> unknownUsages = new ArrayList<>();
  final List<String> ocsp = new ArrayList<>();
  final List<String> issuers = new ArrayList<>();
  final List<String> revocationLists = new ArrayList<>();
  final List<String> policies = new ArrayList<>();
  final List<List<String>> policyMappings = new ArrayList<>();
  final List<String> unhandled = new ArrayList<>();

  private Extensions() {}

  static Extensions read(List<Extension> list) throws BuiltinFault {
    var found = new Extensions();
    for (var extension : list) {
      try {
        if (!found.take(extension) && extension.critical()) found.unhandled.add(extension.id());
      } catch (DerReader.Malformed e) {
        throw new BuiltinFault("x509: invalid extension " + extension.id() + ": " + e.getMessage());
      }
    }
    return found;
  }

  /** Whether it was understood. */
  private boolean take(Extension extension) throws DerReader.Malformed, BuiltinFault {
    var in = new DerReader(extension.value());
    switch (extension.id()) {
      case "2.5.29.14" -> {
        mustNotBeCritical(extension, "subject key identifier");
        subjectKeyId = in.content(4);
      }
      case "2.5.29.15" -> {
        var bits = Asn1.bits(in);
        for (int i = 0; i < 9; i++) if (bits.at(i)) keyUsage |= 1 << i;
      }
      case "2.5.29.17" -> {
        names = AlternativeNames.read(in.sequence());
        hasNames = true;
        return !names.isEmpty();
      }
      case "2.5.29.19" -> basicConstraints(in.sequence());
      case "2.5.29.30" -> {
        constraints = NameConstraints.read(extension);
        return !constraints.unhandled();
      }
      case "2.5.29.31" -> revocationLists(in.sequence());
      case "2.5.29.32" -> policies(in.sequence());
      case "2.5.29.33" -> policyMappings(in.sequence());
      case "2.5.29.35" -> {
        mustNotBeCritical(extension, "authority key identifier");
        var id = in.sequence();
        if (id.peekTag() == 0x80) authorityKeyId = id.content(0x80);
      }
      case "2.5.29.36" -> policyConstraints(in.sequence());
      case "2.5.29.37" -> usages(in.sequence());
      case "2.5.29.54" -> inhibitAnyPolicy = number(in.integer().toByteArray());
      case AUTHORITY_INFO -> {
        mustNotBeCritical(extension, "authority info access");
        authorityInfo(in.sequence());
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void mustNotBeCritical(Extension extension, String what) throws BuiltinFault {
    if (extension.critical())
      throw new BuiltinFault("x509: " + what + " incorrectly marked critical");
  }

  private void basicConstraints(DerReader in) throws DerReader.Malformed {
    basicConstraints = true;
    authority = in.peekTag() == 1 && Asn1.bool(in);
    maxPath = -1;
    if (in.peekTag() != 2) return;
    maxPath = number(in.integer().toByteArray());
    if (maxPath < 0) throw new DerReader.Malformed("a negative path length");
  }

  private void revocationLists(DerReader in) throws DerReader.Malformed {
    while (in.hasNext()) {
      var point = in.sequence();
      if (point.peekTag() != 0xA0) continue;
      var full = point.enter(0xA0).enter(0xA0);
      while (full.peekTag() == URI) revocationLists.add(text(full.content(URI)));
    }
  }

  private void policies(DerReader in) throws DerReader.Malformed {
    hasPolicies = true;
    var seen = new HashSet<String>();
    while (in.hasNext()) {
      String policy = in.sequence().oid();
      if (!seen.add(policy)) throw new DerReader.Malformed("a policy twice");
      policies.add(policy);
    }
  }

  private void policyMappings(DerReader in) throws DerReader.Malformed {
    while (in.hasNext()) {
      var pair = in.sequence();
      policyMappings.add(List.of(pair.oid(), pair.oid()));
    }
  }

  private void policyConstraints(DerReader in) throws DerReader.Malformed {
    if (in.peekTag() == 0x80) requireExplicitPolicy = number(in.content(0x80));
    if (in.peekTag() == 0x81) inhibitPolicyMapping = number(in.content(0x81));
  }

  private static long number(byte[] content) throws DerReader.Malformed {
    if (content.length == 0 || content.length > 8)
      throw new DerReader.Malformed("a number beyond 64 bits");
    return new java.math.BigInteger(content).longValue();
  }

  private void usages(DerReader in) throws DerReader.Malformed {
    while (in.hasNext()) {
      String usage = in.oid();
      int number = Usage.number(usage);
      if (number >= 0) usages.add(number);
      else unknownUsages.add(usage);
    }
  }

  private void authorityInfo(DerReader in) throws DerReader.Malformed {
    while (in.hasNext()) {
      var access = in.sequence();
      String method = access.oid();
      if (access.peekTag() != URI) continue;
      String place = text(access.content(URI));
      if (method.equals(OCSP)) ocsp.add(place);
      if (method.equals(ISSUERS)) issuers.add(place);
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
