package dev.theca.registry;

import dev.theca.registry.auth.Rights;
import dev.theca.registry.http.HttpBounds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a registry runs.
 *
 * @param root the folder that it keeps everything in, and has alone
 * @param listen address and port, 0 for a free one; an address beyond loopback needs TLS, or {@code
 *     insecure}
 * @param tls certificate and key; changed files are loaded
 * @param users a users file; without one everybody may do everything
 * @param tokens whether passwords buy tokens, or go with each request
 * @param anonymous what those who do not say who they are may do when there are users
 * @param deletes whether manifests, tags and blobs can be deleted
 * @param catalog whether repositories are listed
 * @param insecure whether plain HTTP beyond loopback is wanted
 * @param maxBlobBytes the largest blob
 * @param maxUploads how many uploads may be unfinished
 * @param uploadAge how long an upload may rest
 * @param collect how garbage is collected; never, when its {@code every} is zero
 */
public record RegistrySettings(
    Path root,
    String listen,
    Optional<Tls> tls,
    Optional<Path> users,
    boolean tokens,
    Rights anonymous,
    boolean deletes,
    boolean catalog,
    boolean insecure,
    long maxBlobBytes,
    int maxUploads,
    Duration uploadAge,
    Collect collect,
    HttpBounds bounds) {
  /** Files of a server's identity. */
  public record Tls(Path certificate, Path key) {}

  /** When garbage is collected, and how young it may be to stay. */
  public record Collect(Duration every, Duration grace, boolean untagged) {
    public static final Collect NEVER = new Collect(Duration.ZERO, Duration.ofHours(24), false);
  }

  /** On loopback, open to every local process, nothing deleted. */
  public static RegistrySettings of(Path root) {
    return new RegistrySettings(
        root,
        "127.0.0.1:5000",
        Optional.empty(),
        Optional.empty(),
        false,
        Rights.NONE,
        false,
        true,
        false,
        1L << 40,
        256,
        Duration.ofHours(24),
        Collect.NEVER,
        HttpBounds.DEFAULT);
  }

  public RegistrySettings withListen(String address) {
    return with(d -> d.listen = address);
  }

  public RegistrySettings withTls(Path certificate, Path key) {
    return with(d -> d.tls = Optional.of(new Tls(certificate, key)));
  }

  public RegistrySettings withUsers(Path file, boolean byToken, Rights forAnonymous) {
    return with(
        d -> {
          d.users = Optional.of(file);
          d.tokens = byToken;
          d.anonymous = forAnonymous;
        });
  }

  public RegistrySettings withDeletes() {
    return with(d -> d.deletes = true);
  }

  public RegistrySettings withoutCatalog() {
    return with(d -> d.catalog = false);
  }

  public RegistrySettings withInsecureHttp() {
    return with(d -> d.insecure = true);
  }

  public RegistrySettings withLimits(long blobBytes, int uploads, Duration restingUploads) {
    return with(
        d -> {
          d.maxBlobBytes = blobBytes;
          d.maxUploads = uploads;
          d.uploadAge = restingUploads;
        });
  }

  public RegistrySettings withCollect(Collect garbage) {
    return with(d -> d.collect = garbage);
  }

  public RegistrySettings withBounds(HttpBounds http) {
    return with(d -> d.bounds = http);
  }

  private RegistrySettings with(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return draft.settings();
  }

  /** All parts, one of which is about to change. */
  private static final class Draft {
    Path root;
    String listen;
    Optional<Tls> tls;
    Optional<Path> users;
    boolean tokens;
    Rights anonymous;
    boolean deletes;
    boolean catalog;
    boolean insecure;
    long maxBlobBytes;
    int maxUploads;
    Duration uploadAge;
    Collect collect;
    HttpBounds bounds;

    Draft(RegistrySettings from) {
      root = from.root;
      listen = from.listen;
      tls = from.tls;
      users = from.users;
      tokens = from.tokens;
      anonymous = from.anonymous;
      deletes = from.deletes;
      catalog = from.catalog;
      insecure = from.insecure;
      maxBlobBytes = from.maxBlobBytes;
      maxUploads = from.maxUploads;
      uploadAge = from.uploadAge;
      collect = from.collect;
      bounds = from.bounds;
    }

    RegistrySettings settings() {
      return new RegistrySettings(
          root,
          listen,
          tls,
          users,
          tokens,
          anonymous,
          deletes,
          catalog,
          insecure,
          maxBlobBytes,
          maxUploads,
          uploadAge,
          collect,
          bounds);
    }
  }
}
