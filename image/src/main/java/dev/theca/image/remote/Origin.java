package dev.theca.image.remote;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * One registry host, as image names spell it, and whom it may send us to: nobody leads from TLS to
 * plain text, and plain text is spoken with hosts only that are named as insecure.
 */
record Origin(String name, boolean insecure, Set<String> insecureHosts) {
  static final String LOG_IN =
      "log in with 'skopeo login' or give credentials for this repository; or ask for access";
  private static final String DOCKER_HUB = "registry-1.docker.io";

  /** Host and port that are asked. */
  String authority() {
    return name.equals("docker.io") || name.equals("index.docker.io") ? DOCKER_HUB : name;
  }

  boolean hasPort() {
    return authority().matches(".*:[0-9]+");
  }

  /** Whether the certificate of this address may be anybody's. */
  boolean unvouched(URI uri) {
    String host = String.valueOf(uri.getAuthority()).toLowerCase(Locale.ROOT);
    return insecure && host.equals(authority().toLowerCase(Locale.ROOT))
        || insecureHosts.contains(host);
  }

  boolean mayFollow(URI from, URI to) {
    if (to.getHost() == null || to.getRawUserInfo() != null) return false;
    if ("https".equals(to.getScheme())) return true;
    return "http".equals(to.getScheme()) && "http".equals(from.getScheme()) && unvouched(to);
  }

  static boolean same(URI one, URI other) {
    return one.getScheme().equals(other.getScheme())
        && one.getRawAuthority().equalsIgnoreCase(String.valueOf(other.getRawAuthority()));
  }

  static String shown(Optional<Credential> credential) {
    return credential.map(c -> "with the credential " + c.found()).orElse("without credentials");
  }
}
