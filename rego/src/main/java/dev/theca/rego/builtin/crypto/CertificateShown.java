package dev.theca.rego.builtin.crypto;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.Value;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Certificates as Go's JSON shows an {@code x509.Certificate}. */
final class CertificateShown {
  private CertificateShown() {}

  static Value all(List<Certificate> certificates, boolean uriStrings) throws BuiltinFault {
    var list = new ArrayList<Value>();
    for (var one : certificates) {
      var shown = of(one);
      if (uriStrings) {
        var uris = new ArrayList<String>();
        for (var uri : one.known().names.uris()) uris.add(uri.text());
        shown.with("URIStrings", uris);
      }
      list.add(shown.value());
    }
    return ArrayValue.of(list);
  }

  static Shown of(Certificate one) throws BuiltinFault {
    var known = one.known();
    return policies(known, names(known.names, new Shown()))
        .with("Raw", one.raw())
        .with("RawTBSCertificate", one.tbs())
        .with("RawSubjectPublicKeyInfo", one.spki())
        .with("RawSubject", one.rawSubject())
        .with("RawIssuer", one.rawIssuer())
        .with("Signature", one.signature())
        .with("SignatureAlgorithm", one.signatureKind().ordinal())
        .with("PublicKeyAlgorithm", one.keyAlgorithm())
        .with("PublicKey", KeyShown.of(one.key()))
        .with("Version", one.version())
        .with("SerialNumber", one.serial())
        .with("Issuer", one.issuer().shown())
        .with("Subject", one.subject().shown())
        .with("NotBefore", time(one.notBefore()))
        .with("NotAfter", time(one.notAfter()))
        .with("KeyUsage", known.keyUsage)
        .with("Extensions", Shown.list(one.extensions(), CertificateShown::extension))
        .with("ExtraExtensions", NullValue.NULL)
        .with("UnhandledCriticalExtensions", Shown.list(known.unhandled, Shown::oid))
        .with("ExtKeyUsage", Shown.list(known.usages, Value::of))
        .with("UnknownExtKeyUsage", Shown.list(known.unknownUsages, Shown::oid))
        .with("BasicConstraintsValid", known.basicConstraints)
        .with("IsCA", known.authority)
        .with("MaxPathLen", known.maxPath)
        .with("MaxPathLenZero", known.basicConstraints && known.maxPath == 0)
        .with("SubjectKeyId", known.subjectKeyId)
        .with("AuthorityKeyId", known.authorityKeyId)
        .with("OCSPServer", known.ocsp)
        .with("IssuingCertificateURL", known.issuers)
        .with("CRLDistributionPoints", known.revocationLists);
  }

  /** The names that certificates and requests for them have alike. */
  static Shown names(AlternativeNames names, Shown shown) throws BuiltinFault {
    var uris = new ArrayList<Value>();
    for (var uri : names.uris()) uris.add(uri.shown());
    return shown
        .with("DNSNames", names.dns())
        .with("EmailAddresses", names.emails())
        .with(
            "IPAddresses",
            Shown.list(names.addresses(), one -> Value.of(Addresses.text(one.array()))))
        .with("URIs", Shown.list(uris, uri -> uri));
  }

  private static Shown policies(Extensions known, Shown shown) {
    var permitted = known.constraints.permitted();
    var excluded = known.constraints.excluded();
    Value identifiers =
        known.hasPolicies
            ? ArrayValue.of(known.policies.stream().map(Shown::oid).toList())
            : NullValue.NULL;
    return shown
        .with("PermittedDNSDomainsCritical", known.constraints.critical())
        .with("PermittedDNSDomains", permitted.dns())
        .with("ExcludedDNSDomains", excluded.dns())
        .with("PermittedIPRanges", Shown.list(permitted.ranges(), CertificateShown::range))
        .with("ExcludedIPRanges", Shown.list(excluded.ranges(), CertificateShown::range))
        .with("PermittedEmailAddresses", permitted.emails())
        .with("ExcludedEmailAddresses", excluded.emails())
        .with("PermittedURIDomains", permitted.uris())
        .with("ExcludedURIDomains", excluded.uris())
        .with("PolicyIdentifiers", identifiers)
        .with("Policies", known.policies)
        .with("InhibitAnyPolicy", number(known.inhibitAnyPolicy))
        .with("InhibitAnyPolicyZero", isZero(known.inhibitAnyPolicy))
        .with("InhibitPolicyMapping", number(known.inhibitPolicyMapping))
        .with("InhibitPolicyMappingZero", isZero(known.inhibitPolicyMapping))
        .with("RequireExplicitPolicy", number(known.requireExplicitPolicy))
        .with("RequireExplicitPolicyZero", isZero(known.requireExplicitPolicy))
        .with(
            "PolicyMappings",
            Shown.list(
                known.policyMappings,
                pair ->
                    new Shown()
                        .with("IssuerDomainPolicy", Value.of(pair.getFirst()))
                        .with("SubjectDomainPolicy", Value.of(pair.getLast()))
                        .value()));
  }

  private static long number(@Nullable Long value) {
    return value == null ? 0 : value;
  }

  private static boolean isZero(@Nullable Long value) {
    return value != null && value == 0;
  }

  static Value extension(Extension extension) {
    return new Shown()
        .with("Id", Shown.oid(extension.id()))
        .with("Critical", extension.critical())
        .with("Value", extension.value())
        .value();
  }

  private static Value range(Bytes both) {
    int half = both.size() / 2;
    return new Shown()
        .with("IP", Value.of(Addresses.text(Arrays.copyOf(both.array(), half))))
        .with("Mask", Arrays.copyOfRange(both.array(), half, both.size()))
        .value();
  }

  private static Value time(LocalDateTime time) {
    // the year has four digits, and there is no fraction
    return Value.of(
        String.format(
            Locale.ROOT,
            "%04d-%02d-%02dT%02d:%02d:%02dZ",
            time.getYear(),
            time.getMonthValue(),
            time.getDayOfMonth(),
            time.getHour(),
            time.getMinute(),
            time.getSecond()));
  }
}
