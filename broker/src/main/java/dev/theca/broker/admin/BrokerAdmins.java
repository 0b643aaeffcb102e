package dev.theca.broker.admin;

import dev.theca.broker.audit.Audit;
import dev.theca.broker.store.Database;
import dev.theca.wire.Outcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The broker's administrators: the root token, API tokens, and JWT of the configured providers.
 * What no role allows is denied, and a role that is bound to a tenant reaches paths of that tenant
 * only. Does not write the audit trail of what is then done: its caller knows the outcome. Used by
 * many threads.
 */
public final class BrokerAdmins implements Admins {
  private static final Believed ANYONE = Believed.owner("insecure-anyone");

  private final AdminSettings settings;
  private final RootToken root;
  private final ApiTokens tokens;
  private final JwtDoors doors;
  private final Map<String, Role> roles;

  private BrokerAdmins(
      AdminSettings settings,
      RootToken root,
      ApiTokens tokens,
      JwtDoors doors,
      Map<String, Role> roles) {
    this.settings = settings;
    this.root = root;
    this.tokens = tokens;
    this.doors = doors;
    this.roles = Map.copyOf(roles);
  }

  /** Refused when a key file of a provider cannot be read; a remote provider may be down. */
  public static Outcome<BrokerAdmins> open(
      AdminSettings settings, RootToken root, Database database, Audit audit, SecureRandom random) {
    var roles = new HashMap<>(BuiltinRoles.roles());
    roles.putAll(settings.roles());
    var doors = new ArrayList<JwtDoor>();
    if (settings.mode() != AdminSettings.Mode.DENY_ALL)
      for (IdentityProvider provider : settings.providers()) {
        switch (door(provider, settings)) {
          case Outcome.Granted<JwtDoor>(var door) -> doors.add(door);
          case Outcome.Refused<JwtDoor> no -> {
            return no.as();
          }
        }
      }
    var tokens = new ApiTokens(database, audit, random, roles.keySet());
    return Outcome.granted(new BrokerAdmins(settings, root, tokens, new JwtDoors(doors), roles));
  }

  private static Outcome<JwtDoor> door(IdentityProvider provider, AdminSettings settings) {
    return trust(provider.caCerts())
        .then(
            trust -> {
              var fetch = Fetch.over(trust);
              var door = new JwtDoor(provider, settings, fetch);
              return door.ready(fetch).map(ready -> door);
            });
  }

  private static Outcome<SSLContext> trust(Optional<Path> caCerts) {
    try {
      if (caCerts.isEmpty()) return Outcome.granted(SSLContext.getDefault());
      var store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      byte[] pem = Files.readAllBytes(caCerts.get());
      int count = 0;
      for (var certificate :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem)))
        store.setCertificateEntry("ca" + count++, certificate);
      if (count == 0) return unreadable(caCerts.get(), "none");
      var managers = TrustManagerFactory.getInstance("PKIX");
      managers.init(store);
      var context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return Outcome.granted(context);
    } catch (IOException | GeneralSecurityException e) {
      return unreadable(caCerts.orElse(Path.of("")), e.getClass().getSimpleName());
    }
  }

  private static <T> Outcome<T> unreadable(Path file, String found) {
    return AdminCode.SETTINGS.refuse(
        "ca_certs " + file, "certificates in PEM", found, "correct the configuration");
  }

  /** Names of all roles, with what they allow, for help and the API. */
  public Map<String, List<String>> roles() {
    var out = new LinkedHashMap<String, List<String>>();
    for (Role role :
        roles.values().stream().sorted((a, b) -> a.name().compareTo(b.name())).toList())
      out.put(
          role.name(),
          role.permissions().stream()
              .map(p -> String.join(",", p.methods().stream().sorted().toList()) + " " + p.path())
              .toList());
    return out;
  }

  /** The API tokens. */
  public ApiTokens tokens() {
    return tokens;
  }

  @Override
  public Outcome<Actor> allow(String bearer, String method, String path, Instant now) {
    var plain = PlainPath.segments(path);
    if (settings.mode() == AdminSettings.Mode.INSECURE_ALLOW_ALL)
      return plain.isEmpty() ? notPlain(path) : Outcome.granted(anyone(bearer).actor());
    return judge(bearer, now)
        .then(
            who -> {
              if (plain.isEmpty()) return notPlain(path);
              return may(who, method, path, plain.get())
                  ? Outcome.granted(who.actor())
                  : denied(who, method, path);
            });
  }

  private Believed anyone(String bearer) {
    return root.is(bearer) ? root() : ANYONE;
  }

  private static Believed root() {
    return Believed.owner("admin");
  }

  private Outcome<Believed> judge(String bearer, Instant now) {
    if (bearer.isEmpty())
      return AdminCode.MISSING.refuse(
          "Authorization header",
          "Bearer with an admin token",
          "absent",
          "send the token that the broker made on its first start, or one made with: theca broker"
              + " token create");
    if (root.is(bearer)) return Outcome.granted(root());
    if (TokenText.looksLike(bearer)) return tokens.judge(bearer, now);
    return doors.judge(bearer, now);
  }

  private boolean may(Believed who, String method, String path, List<String> segments) {
    for (Grant grant : who.grants()) {
      var role = roles.get(grant.role());
      if (role != null && role.allows(grant.tenant(), method, segments)) return true;
    }
    for (String word : who.acl())
      for (Acl acl : settings.acls()) if (acl.allows(word, path)) return true;
    return false;
  }

  private static Outcome<Actor> denied(Believed who, String method, String path) {
    return AdminCode.DENIED.refuse(
        method + " " + Words.shown(path),
        "allowed by a role of the caller",
        who.actor().roles().isEmpty()
            ? "not: " + who.name() + " has no role here"
            : "not: " + who.name() + " is " + String.join(", ", who.actor().roles()),
        "ask an owner for a role (and tenant) that covers it, or use another token");
  }

  private static <T> Outcome<T> notPlain(String path) {
    return AdminCode.DENIED.refuse(
        "path " + Words.shown(path),
        "one below /kbs/v0/ or /theca/v1/ without empty, dot or encoded segments",
        "another",
        "send the path in its plain form");
  }
}
