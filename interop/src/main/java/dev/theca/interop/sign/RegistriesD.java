package dev.theca.interop.sign;

import dev.theca.image.ImageException;
import dev.theca.image.ImageRef;
import dev.theca.image.sign.ImageName;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Where detached signatures lie (containers-registries.d(5)): {@code default-docker} and {@code
 * docker} scopes with {@code lookaside} and {@code lookaside-staging} or their older names {@code
 * sigstore} and {@code sigstore-staging}. Files are merged; what two of them say differently is
 * refused.
 */
public final class RegistriesD {
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_FILES = 256;

  /** Where signatures of a scope are read and written. */
  private record Place(Optional<URI> read, Optional<URI> write) {}

  private final Map<String, Place> places;

  private RegistriesD(Map<String, Place> places) {
    this.places = Map.copyOf(places);
  }

  /** Reads every {@code *.yaml} of a directory. */
  public static Outcome<RegistriesD> read(Path directory) {
    var texts = new ArrayList<String>();
    try (var files = Files.newDirectoryStream(directory, "*.yaml")) {
      var sorted = new ArrayList<Path>();
      files.forEach(sorted::add);
      if (sorted.size() > MAX_FILES) return bad("at most " + MAX_FILES + " files", "more");
      sorted.sort(null);
      for (Path file : sorted) {
        if (Files.size(file) > MAX_BYTES) return bad("at most " + MAX_BYTES + " bytes", "" + file);
        texts.add(Files.readString(file));
      }
    } catch (IOException e) {
      throw new ImageException("reading " + directory + ": " + e.getMessage(), e);
    }
    return parse(texts);
  }

  /** Merges the texts of several files. */
  public static Outcome<RegistriesD> parse(List<String> yamls) {
    var merged = new HashMap<String, Place>();
    for (String yaml : yamls) {
      switch (one(yaml)) {
        case Outcome.Refused<Map<String, Place>> no -> {
          return no.as();
        }
        case Outcome.Granted<Map<String, Place>>(var found) -> {
          for (var entry : found.entrySet()) {
            var before = merged.putIfAbsent(entry.getKey(), entry.getValue());
            if (before != null && !before.equals(entry.getValue()))
              return bad("one place for " + entry.getKey(), "two");
          }
        }
      }
    }
    return Outcome.granted(new RegistriesD(merged));
  }

  private static Outcome<Map<String, Place>> one(String yaml) {
    try {
      var settings =
          LoadSettings.builder()
              .setAllowDuplicateKeys(false)
              .setMaxAliasesForCollections(0)
              .setCodePointLimit(MAX_BYTES)
              .build();
      Object document = new Load(settings).loadFromString(yaml);
      var found = new HashMap<String, Place>();
      if (document == null) return Outcome.granted(found);
      if (!(document instanceof Map<?, ?> top)) return bad("a mapping", "another value");
      for (var entry : top.entrySet()) {
        if ("default-docker".equals(entry.getKey())) {
          var no = put(found, "default-docker", entry.getValue());
          if (no.isPresent()) return no.get();
        } else if ("docker".equals(entry.getKey())
            && entry.getValue() instanceof Map<?, ?> scopes) {
          for (var scope : scopes.entrySet()) {
            var no = put(found, "docker " + scope.getKey(), scope.getValue());
            if (no.isPresent()) return no.get();
          }
        } else {
          return bad("members default-docker and docker", "member " + entry.getKey());
        }
      }
      return Outcome.granted(found);
    } catch (YamlEngineException | StackOverflowError e) {
      return bad("YAML", "text that is none");
    }
  }

  private static Optional<Outcome<Map<String, Place>>> put(
      Map<String, Place> found, String scope, @org.jspecify.annotations.Nullable Object value) {
    if (!(value instanceof Map<?, ?> members))
      return Optional.of(bad("a mapping for " + scope, "another value"));
    Optional<URI> read = Optional.empty();
    Optional<URI> write = Optional.empty();
    for (var entry : members.entrySet()) {
      String name = String.valueOf(entry.getKey());
      if (name.equals("use-sigstore-attachments")) continue; // always looked for here
      var uri = uri(String.valueOf(entry.getValue()));
      boolean staging = name.endsWith("-staging");
      if (!List.of("lookaside", "sigstore", "lookaside-staging", "sigstore-staging").contains(name))
        return Optional.of(bad("lookaside and lookaside-staging in " + scope, name));
      if (uri.isEmpty())
        return Optional.of(
            bad("file:// or https:// in " + scope, String.valueOf(entry.getValue())));
      var other = staging ? write : read;
      if (other.isPresent() && !other.equals(uri))
        return Optional.of(bad("one place in " + scope, "two"));
      if (staging) write = uri;
      else read = uri;
    }
    found.put(scope, new Place(read, write));
    return Optional.empty();
  }

  private static Optional<URI> uri(String text) {
    try {
      var uri = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
      boolean file =
          "file".equals(uri.getScheme()) && uri.getPath() != null && uri.getHost() == null;
      boolean https = "https".equals(uri.getScheme()) && uri.getHost() != null;
      boolean bare = uri.getQuery() == null && uri.getFragment() == null;
      return (file || https) && bare ? Optional.of(uri) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Where the signatures of an image are read; empty when no file says so. */
  public Optional<URI> lookaside(ImageRef image) {
    return place(image).flatMap(Place::read);
  }

  /** Where they are written: the staging place, else the one they are read from. */
  public Optional<URI> staging(ImageRef image) {
    return place(image).flatMap(p -> p.write().or(p::read));
  }

  private Optional<Place> place(ImageRef image) {
    for (String scope : new ImageName.Docker(image).scopes()) {
      var found = places.get("docker " + scope);
      if (found != null) return Optional.of(found);
    }
    return Optional.ofNullable(places.get("default-docker"));
  }

  private static <T> Outcome<T> bad(String expected, String found) {
    return InteropSignCode.REGISTRIES_D.refused(
        "registries.d", expected, found, "correct the files of registries.d");
  }
}
