package dev.theca.image.remote;

import dev.theca.image.Descriptor;
import dev.theca.image.ImageReader;
import dev.theca.image.ImageRef;
import dev.theca.image.ImageWriter;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A client of OCI registries (distribution-spec 1.1, and Docker's schema 2). Safe for several
 * threads; one per process is enough, since connections, tokens and bounds are kept per host.
 *
 * <p>What comes from a registry is not believed: manifests are checked against their digests here,
 * blobs by whoever reads them to the end. Credentials go to the host that they are for and to the
 * token server that this host names, over TLS, and never anywhere else. Names are rewritten as the
 * registries configuration says; {@link ImageReader#name} stays the user's.
 *
 * <p>Refused with codes of {@link RemoteCode}; a registry that cannot be reached is an {@link
 * dev.theca.image.ImageException}.
 */
public final class Registries implements AutoCloseable {
  private static final int MAX_TAGS = 100_000;

  private final RemoteSettings settings;
  private final Http http;
  private final Map<Origin, Host> hosts = new ConcurrentHashMap<>();

  public Registries(RemoteSettings settings) {
    this.settings = settings;
    this.http = new Http(settings);
  }

  /** What the client was told. */
  public RemoteSettings settings() {
    return settings;
  }

  /** Reads an image and what belongs to it; nothing is asked yet. Refused when it is blocked. */
  public Outcome<ImageReader> reader(ImageRef ref) {
    return places(ref).map(places -> new RemoteReader(ref, places));
  }

  /** Writes an image; nothing is asked yet. Refused when the place is blocked. */
  public Outcome<ImageWriter> writer(ImageRef ref) {
    return settings
        .registries()
        .push(ref)
        .map(place -> new RemoteWriter(ref, repository(place, Scope.push(ref.repository()))));
  }

  /** What a name stands for at this moment, as the registry claims; empty when there is nothing. */
  public Outcome<Optional<Descriptor>> head(ImageRef ref) {
    return places(ref).then(places -> places.first(place -> place.head(ref.reference())));
  }

  /** All tags of the name's repository, in the registry's order; at most 100 000. */
  public Outcome<List<String>> tags(ImageRef ref) {
    return places(ref)
        .then(places -> places.first(Registries::tags))
        .then(
            found ->
                found
                    .<Outcome<List<String>>>map(Outcome::granted)
                    .orElseGet(
                        () ->
                            RemoteCode.IMAGE_REGISTRY_MISSING.no(
                                "repository " + ref.name(),
                                "there",
                                "unknown",
                                "push to it, or correct its name")));
  }

  /** Deletes a manifest by digest; false when there was none. */
  public Outcome<Boolean> delete(ImageRef ref, Digest digest) {
    return settings
        .registries()
        .push(ref)
        .then(place -> repository(place, Scope.delete(ref.repository())).delete(digest.toString()));
  }

  private static Outcome<Optional<List<String>>> tags(Repository place) {
    var tags = new ArrayList<String>();
    return Pages.read(
            place,
            "tags/list?n=1000",
            "tags",
            (json, answer) -> {
              for (JsonValue item : json.array("tags").orElse(List.of())) {
                if (!(item instanceof JsonString(String tag))
                    || !tag.matches("\\w[\\w.-]{0,127}")
                    || tags.size() == MAX_TAGS)
                  return place.host().no("tags", "at most " + MAX_TAGS + " of them", "others");
                tags.add(tag);
              }
              return Outcome.granted(true);
            },
            answer ->
                answer.status() == 404
                    ? Outcome.granted(false)
                    : place.refused(answer, "list of tags"))
        .map(known -> known ? Optional.of(List.copyOf(tags)) : Optional.empty());
  }

  private Outcome<Places> places(ImageRef ref) {
    return settings
        .registries()
        .pull(ref)
        .map(
            places ->
                new Places(
                    places.stream()
                        .map(place -> repository(place, Scope.pull(place.ref().repository())))
                        .toList()));
  }

  private Repository repository(Place place, Scope scope) {
    String name = place.ref().registry();
    boolean insecure = place.insecure() || settings.insecure().contains(name);
    var origin = new Origin(name.toLowerCase(Locale.ROOT), insecure, settings.insecure());
    var host = hosts.computeIfAbsent(origin, o -> new Host(o, settings, http));
    return new Repository(host, scope);
  }

  /** Ends all connections. Streams that are still read break off. */
  @Override
  public void close() {
    http.close();
  }
}
