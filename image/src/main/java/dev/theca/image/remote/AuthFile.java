package dev.theca.image.remote;

import dev.theca.image.ImageException;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An {@code auth.json} (containers-auth.json(5)) or Docker's {@code config.json}. Looks up the
 * repository, then each of its parents, then the host, then keys in Docker's older spelling ({@code
 * https://index.docker.io/v1/}). Programs that the file names as keepers of credentials are not
 * started, unless {@link #allowCredentialHelpers} said so: then for the hosts that name one.
 *
 * <p>The secrets are kept as {@link Secret}; reading makes short-lived text of them, as any JSON
 * reader does. {@link #close} zeroes them.
 */
public final class AuthFile implements Credentials, AutoCloseable {
  static final int MAX_BYTES = 1 << 20;
  private static final int MAX_ENTRIES = 4096;

  private final String name;
  private final Map<String, Credential> entries;
  private final Map<String, String> helpers;
  private final String standardHelper;
  private final boolean helpersAllowed;

  private AuthFile(
      String name,
      Map<String, Credential> entries,
      Map<String, String> helpers,
      String standardHelper,
      boolean helpersAllowed) {
    this.name = name;
    this.entries = entries;
    this.helpers = helpers;
    this.standardHelper = standardHelper;
    this.helpersAllowed = helpersAllowed;
  }

  /** Reads a file of at most a mebibyte. */
  public static Outcome<AuthFile> read(Path file) {
    try (var in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      try {
        return parse(bytes, file.toString());
      } finally {
        Arrays.fill(bytes, (byte) 0);
      }
    } catch (IOException e) {
      throw new ImageException("cannot read credentials from " + file, e);
    }
  }

  /** Reads the document; {@code name} stands for it in messages. */
  public static Outcome<AuthFile> parse(Secret document, String name) {
    return document.lend(bytes -> parse(bytes, name));
  }

  private static Outcome<AuthFile> parse(byte[] bytes, String name) {
    var read = Json.object(bytes);
    // not the reader's own words: they could quote the document
    if (!(read instanceof Outcome.Granted<JsonObject>(var json)))
      return bad(name, "a JSON object", "something else");
    var auths = json.object("auths").orElse(JsonObject.builder().build()).members();
    var helpers = json.object("credHelpers").orElse(JsonObject.builder().build()).members();
    if (auths.size() > MAX_ENTRIES || helpers.size() > MAX_ENTRIES)
      return bad(name, "at most " + MAX_ENTRIES + " entries", "more");
    var entries = new LinkedHashMap<String, Credential>();
    for (var entry : auths.entrySet()) {
      if (!(entry.getValue() instanceof JsonObject item))
        return bad(name, "objects in auths", "others");
      var one = AuthEntry.read("'" + entry.getKey() + "' of " + name, item);
      if (one instanceof Outcome.Refused<Optional<Credential>> no) {
        entries.values().forEach(AuthFile::zero);
        return no.as();
      }
      one.orThrow().ifPresent(found -> entries.put(entry.getKey(), found));
    }
    var programs = new LinkedHashMap<String, String>();
    for (var entry : helpers.entrySet())
      if (entry.getValue() instanceof JsonString(String program))
        programs.put(entry.getKey(), program);
    return Outcome.granted(
        new AuthFile(name, entries, programs, json.string("credsStore").orElse(""), false));
  }

  /** The same file; the programs that it names may be started. Never do so in an enclave. */
  public AuthFile allowCredentialHelpers() {
    return new AuthFile(name, entries, helpers, standardHelper, true);
  }

  @Override
  public Outcome<Optional<Credential>> of(String host, String repository) {
    String program = helpers.getOrDefault(host, "");
    if (!program.isEmpty()) return ask(program, host);
    String key = host + "/" + repository;
    while (true) {
      var found = entries.get(key);
      if (found != null) return Outcome.granted(Optional.of(found));
      int slash = key.lastIndexOf('/');
      if (slash < 0) break;
      key = key.substring(0, slash);
    }
    for (var entry : entries.entrySet())
      if (normalised(entry.getKey()).equals(hub(host)))
        return Outcome.granted(Optional.of(entry.getValue()));
    return standardHelper.isEmpty() ? Outcome.granted(Optional.empty()) : ask(standardHelper, host);
  }

  private Outcome<Optional<Credential>> ask(String program, String host) {
    if (!helpersAllowed)
      return RemoteCode.IMAGE_CREDENTIAL_HELPER.no(
          "credential of " + host,
          "in the file itself",
          "kept by the program docker-credential-" + CredentialHelper.shown(program),
          "log in with 'skopeo login --authfile', or allow credential helpers where the owner works");
    return CredentialHelper.get(
        program, hub(host).equals("index.docker.io") ? "https://index.docker.io/v1/" : host);
  }

  /** Only keys that are addresses lose their path: {@code quay.io/org} is not all of quay.io. */
  private static String normalised(String key) {
    String bare = key.replaceFirst("^https?://", "");
    if (bare.length() != key.length()) bare = bare.replaceFirst("/.*$", "");
    return hub(bare);
  }

  private static String hub(String host) {
    return host.equals("docker.io") || host.equals("registry-1.docker.io")
        ? "index.docker.io"
        : host;
  }

  @Override
  public void close() {
    entries.values().forEach(AuthFile::zero);
  }

  private static void zero(Credential credential) {
    switch (credential) {
      case Credential.Login(_, var secret) -> secret.close();
      case Credential.IdentityToken(_, var secret) -> secret.close();
      case Credential.RegistryToken(_, var secret) -> secret.close();
    }
  }

  static <T> Outcome<T> bad(String name, String expected, String found) {
    return RemoteCode.BAD_AUTH_FILE.no(
        name, expected, found, "write it with 'skopeo login --authfile FILE'");
  }

  /** The names of the entries; secrets are never shown. */
  @Override
  public String toString() {
    return name + " " + entries.keySet();
  }
}
