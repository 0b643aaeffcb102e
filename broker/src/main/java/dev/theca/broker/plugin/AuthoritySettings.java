package dev.theca.broker.plugin;

import dev.theca.broker.admin.Fields;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Settings of {@code x509-ca}.
 *
 * @param authority the authority's common name; its key in the database is kept under it
 * @param uri template of the URI that every certificate gets
 * @param subject template of the common name; empty text for no subject
 * @param dnsNames names that may be asked for; {@code *.} in front stands for one label
 */
record AuthoritySettings(
    String authority,
    ClaimTemplate uri,
    ClaimTemplate subject,
    List<DnsName> dnsNames,
    Duration life,
    Duration crlLife,
    Duration authorityLife,
    Duration retention,
    Optional<Path> certificates,
    Optional<Path> key) {
  /** A name of the allow-list. */
  record DnsName(String text) {
    private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern FULL = Pattern.compile(LABEL + "(\\." + LABEL + "){1,10}");

    static boolean isName(String name) {
      return name.length() <= 253 && FULL.matcher(name).matches();
    }

    static boolean isRule(String text) {
      return isName(text.startsWith("*.") ? text.substring(2) : text);
    }

    boolean allows(String name) {
      if (!text.startsWith("*.")) return name.equals(text);
      int dot = name.indexOf('.');
      return dot > 0 && name.substring(dot + 1).equals(text.substring(2));
    }
  }

  private static final Pattern DOMAIN = Pattern.compile("[a-z0-9._-]{1,255}");

  static AuthoritySettings read(Fields in) {
    String domain = in.text("trust_domain");
    if (!DOMAIN.matcher(domain).matches())
      in.wrong("trust_domain", "a SPIFFE trust domain", "'" + domain + "'");
    String uri = in.text("uri", "spiffe://" + domain + "/{init:repo}/{init:name}");
    String subject = in.text("subject", "{init:name}");
    var dns = in.texts("dns_names");
    for (String name : dns)
      if (!DnsName.isRule(name)) in.wrong("dns_names", "DNS names, lower-case", "'" + name + "'");
    var certificates = in.file("certificates");
    var key = in.file("private_key");
    if (certificates.isPresent() != key.isPresent())
      in.wrong("private_key", "both certificates and private_key, or none", "one of them");
    var none = ClaimTemplate.parse("").orThrow();
    return new AuthoritySettings(
        in.text("authority", "Theca workload CA"),
        in.take(ClaimTemplate.parse(uri), none),
        in.take(ClaimTemplate.parse(subject), none),
        dns.stream().map(DnsName::new).toList(),
        Duration.ofMinutes(in.number("life_minutes", 60, 1, 60 * 24 * 90)),
        Duration.ofHours(in.number("crl_hours", 24, 1, 24 * 90)),
        Duration.ofDays(in.number("authority_days", 3650, 1, 36500)),
        Duration.ofDays(in.number("retention_days", 90, 1, 3650)),
        certificates,
        key);
  }
}
