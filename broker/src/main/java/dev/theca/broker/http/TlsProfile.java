package dev.theca.broker.http;

import java.util.List;

/**
 * Versions and cipher suites by the names that Mozilla gave them (server side TLS, version 5.7).
 * None goes below TLS 1.2.
 */
public enum TlsProfile {
  /** TLS 1.3 only. */
  MODERN(List.of("TLSv1.3"), List.of()),
  /** TLS 1.2 with forward secrecy and authenticated encryption, and 1.3. */
  INTERMEDIATE(
      List.of("TLSv1.3", "TLSv1.2"),
      List.of(
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384")),
  /** As intermediate, and the CBC suites of TLS 1.2 for clients that know nothing newer. */
  OLD(
      List.of("TLSv1.3", "TLSv1.2"),
      List.of(
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
          "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"));

  private static final List<String> TLS_1_3 =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

  private final List<String> versions;
  private final List<String> olderSuites;

  TlsProfile(List<String> versions, List<String> olderSuites) {
    this.versions = versions;
    this.olderSuites = olderSuites;
  }

  List<String> versions() {
    return versions;
  }

  List<String> suites() {
    return java.util.stream.Stream.concat(TLS_1_3.stream(), olderSuites.stream()).toList();
  }
}
