package dev.theca.image.remote;

import dev.theca.image.ImageException;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Certificates by host as skopeo, podman and docker keep them (containers-certs.d(5)): in a folder
 * named {@code HOST} or {@code HOST:PORT}, {@code *.crt} are authorities that count for this host
 * beside the others, and {@code NAME.cert} with {@code NAME.key} (PKCS#8) is what we show it. The
 * first of several places that has a folder for the host decides. A folder is read when its host is
 * first asked; what cannot be used in it is a fault, not silence.
 */
public final class CertFolders implements Trust.Hosts {
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9\\[][A-Za-z0-9.:\\[\\]-]*");
  private static final int MAX_FILES = 64;
  private static final long MAX_BYTES = 1 << 20;

  private final List<Path> places;

  public CertFolders(List<Path> places) {
    this.places = List.copyOf(places);
  }

  /** Where a user keeps settings of container tools. */
  public static Path settings(Map<String, String> environment, String home) {
    String config = environment.getOrDefault("XDG_CONFIG_HOME", "");
    return Path.of(config.isEmpty() ? home + "/.config" : config).resolve("containers");
  }

  /** Where they are looked for on this machine: the user's first, then the machine's. */
  public static CertFolders usual(Map<String, String> environment, String home) {
    return new CertFolders(
        List.of(
            settings(environment, home).resolve("certs.d"),
            Path.of("/etc/containers/certs.d"),
            Path.of("/etc/docker/certs.d")));
  }

  @Override
  public Trust.Host of(String host) {
    if (!HOST.matcher(host).matches()) return Trust.Host.NONE;
    for (Path place : places) {
      Path folder = place.resolve(host);
      if (Files.isDirectory(folder)) return read(host, folder);
    }
    return Trust.Host.NONE;
  }

  private static Trust.Host read(String host, Path folder) {
    try (var listing = Files.list(folder)) {
      var files = listing.limit(MAX_FILES + 1).sorted().toList();
      if (files.size() > MAX_FILES) throw bad(host, "more than " + MAX_FILES + " files", folder);
      var authorities =
          named(files, ".crt").stream()
              .map(file -> new String(bytes(host, file), StandardCharsets.US_ASCII))
              .collect(Collectors.joining("\n"));
      return new Trust.Host(
          authorities.isEmpty() ? Optional.empty() : Optional.of(authorities),
          client(host, folder, files));
    } catch (IOException e) {
      throw bad(host, e.toString(), folder);
    }
  }

  private static Optional<Trust.ClientCertificate> client(
      String host, Path folder, List<Path> files) {
    var certificates = named(files, ".cert");
    var keys = named(files, ".key");
    if (certificates.isEmpty() && keys.isEmpty()) return Optional.empty();
    if (certificates.size() != 1 || keys.size() != 1 || !stem(certificates).equals(stem(keys)))
      throw bad(
          host, "not one NAME.cert with its NAME.key but " + certificates + " and " + keys, folder);
    byte[] key = bytes(host, keys.getFirst());
    return Optional.of(
        new Trust.ClientCertificate(
            new String(bytes(host, certificates.getFirst()), StandardCharsets.US_ASCII),
            Secret.moveFrom(key)));
  }

  private static List<Path> named(List<Path> files, String suffix) {
    return files.stream().filter(file -> file.toString().endsWith(suffix)).toList();
  }

  private static String stem(List<Path> one) {
    String name = one.getFirst().toString();
    return name.substring(0, name.lastIndexOf('.'));
  }

  private static byte[] bytes(String host, Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) throw bad(host, "more than 1 MiB", file);
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw bad(host, e.toString(), file);
    }
  }

  private static ImageException bad(String host, String what, Path where) {
    return new ImageException(
        "certificates of registry " + host + " in " + where + ": " + what, new IOException(what));
  }
}
