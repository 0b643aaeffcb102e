package dev.theca.cli.image;

import dev.theca.image.remote.AuthFile;
import dev.theca.image.remote.CertFolders;
import dev.theca.image.remote.Credential;
import dev.theca.image.remote.Credentials;
import dev.theca.wire.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files in which logins are kept (containers-auth.json(5), "FORMAT" and its search order): the
 * first that knows a host decides. Programs that they name as keepers are started: this is the
 * owner's machine.
 */
final class AuthFiles implements Credentials, AutoCloseable {
  private final List<AuthFile> files = new ArrayList<>();

  /** Reads the files; the first refusal ends it. */
  static Outcome<AuthFiles> read(List<Path> paths) {
    var all = new AuthFiles();
    for (Path path : paths) {
      switch (AuthFile.read(path)) {
        case Outcome.Granted<AuthFile>(var file) -> all.files.add(file.allowCredentialHelpers());
        case Outcome.Refused<AuthFile> no -> {
          all.close();
          return no.as();
        }
      }
    }
    return Outcome.granted(all);
  }

  /** Where skopeo, podman and docker keep logins, those of them that exist. */
  static List<Path> usual(Map<String, String> environment, String home) {
    String named = environment.getOrDefault("REGISTRY_AUTH_FILE", "");
    if (!named.isEmpty()) return List.of(Path.of(named));
    var places = new ArrayList<Path>();
    String run = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    if (!run.isEmpty()) places.add(Path.of(run, "containers/auth.json"));
    places.add(CertFolders.settings(environment, home).resolve("auth.json"));
    String docker = environment.getOrDefault("DOCKER_CONFIG", "");
    places.add(Path.of(docker.isEmpty() ? home + "/.docker" : docker).resolve("config.json"));
    places.removeIf(place -> !Files.isReadable(place));
    return places;
  }

  @Override
  public Outcome<Optional<Credential>> of(String host, String repository) {
    for (AuthFile file : files) {
      var found = file.of(host, repository);
      boolean next =
          found instanceof Outcome.Granted<Optional<Credential>>(var one) && one.isEmpty();
      if (!next) return found;
    }
    return Outcome.granted(Optional.empty());
  }

  @Override
  public void close() {
    files.forEach(AuthFile::close);
  }
}
