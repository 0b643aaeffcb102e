package dev.theca.image.remote;

import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.ImageException;
import dev.theca.image.Manifest;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.util.Optional;

/** One repository at one host: the requests of the distribution specification, one method each. */
final class Repository {
  static final String ACCEPT =
      String.join(", ", Manifest.OCI_INDEX, Manifest.OCI, Manifest.DOCKER_LIST, Manifest.DOCKER);

  private final Host host;
  private final String name;
  private final Scope scope;

  Repository(Host host, Scope scope) {
    this.host = host;
    this.name = scope.repository();
    this.scope = scope;
  }

  Host host() {
    return host;
  }

  String name() {
    return name;
  }

  Scope scope() {
    return scope;
  }

  @Override
  public String toString() {
    return host.name() + "/" + name;
  }

  Call call(String method, String rest) {
    return Call.of(method, "/v2/" + name + "/" + rest, scope);
  }

  /** By tag or digest; what arrives must have the digest that was asked for, or that is claimed. */
  Outcome<Optional<Document>> manifest(String reference, Optional<Digest> expected) {
    return host.send(call("GET", "manifests/" + reference).with("Accept", ACCEPT))
        .then(answer -> manifest(answer, reference, expected));
  }

  private Outcome<Optional<Document>> manifest(
      Answer answer, String reference, Optional<Digest> expected) {
    try (answer) {
      if (answer.status() == 404) return Outcome.granted(Optional.empty());
      if (answer.status() != 200) return refused(answer, "manifest " + reference);
      byte[] bytes = answer.bytes(Document.MAX_BYTES, host.settings().timeouts().document());
      String claimed = answer.header("Docker-Content-Digest");
      if (!claimed.isEmpty() && bytes.length <= Document.MAX_BYTES) {
        var checked = Digest.parse(claimed).then(digest -> Document.of(bytes, digest));
        if (checked instanceof Outcome.Refused<Document> no) return no.as();
      }
      return (expected.isPresent() ? Document.of(bytes, expected.get()) : Document.of(bytes))
          .map(Optional::of);
    } catch (IOException e) {
      throw fault("manifest " + reference, e);
    }
  }

  /** What a tag stands for, without its bytes: as the registry claims it. */
  Outcome<Optional<Descriptor>> head(String reference) {
    return host.send(call("HEAD", "manifests/" + reference).with("Accept", ACCEPT))
        .then(
            answer -> {
              try (answer) {
                if (answer.status() == 404) return Outcome.granted(Optional.empty());
                if (answer.status() != 200) return refused(answer, "manifest " + reference);
                long size = answer.headers().firstValueAsLong("Content-Length").orElse(0);
                return Digest.parse(answer.header("Docker-Content-Digest"))
                    .map(
                        digest ->
                            Optional.of(
                                new Descriptor(
                                    answer.header("Content-Type").replaceFirst(";.*$", ""),
                                    digest,
                                    size,
                                    java.util.Map.of())));
              }
            });
  }

  Outcome<Boolean> has(Descriptor blob) {
    return host.send(call("HEAD", "blobs/" + blob.digest()))
        .then(
            answer -> {
              try (answer) {
                if (answer.status() == 404) return Outcome.granted(false);
                if (answer.status() != 200) return refused(answer, "blob " + blob.digest());
                long size = answer.headers().firstValueAsLong("Content-Length").orElse(blob.size());
                return Outcome.granted(size == blob.size());
              }
            });
  }

  /** A manifest that is stored; {@code listed} when the registry lists it for its subject. */
  record Stored(Digest digest, boolean listed) {}

  Outcome<Stored> put(Document document, String reference) {
    return host.send(
            call("PUT", "manifests/" + reference)
                .with(document.mediaType(), Payload.of(document.bytes())))
        .then(
            answer -> {
              try (answer) {
                if (answer.status() / 100 != 2) return refused(answer, "manifest " + reference);
                String claimed = answer.header("Docker-Content-Digest");
                // a registry may count with another algorithm than we do
                return claimed.startsWith(document.digest().algorithm() + ":")
                        && !claimed.equals(document.digest().toString())
                    ? host.no("digest of the manifest", document.digest().toString(), claimed)
                    : Outcome.granted(
                        new Stored(document.digest(), !answer.header("OCI-Subject").isEmpty()));
              }
            });
  }

  /** Whether there was something to delete. */
  Outcome<Boolean> delete(String reference) {
    return host.send(call("DELETE", "manifests/" + reference))
        .then(
            answer -> {
              try (answer) {
                if (answer.status() == 404) return Outcome.granted(false);
                return answer.status() / 100 == 2
                    ? Outcome.granted(true)
                    : refused(answer, "deletion of manifest " + reference);
              }
            });
  }

  /** Says what an answer means that is not the one hoped for; reads its words and closes it. */
  <T> Outcome<T> refused(Answer answer, String what) {
    String said = answer.said(host.settings().timeouts().document());
    return switch (answer.status()) {
      case 401, 403 ->
          RemoteCode.IMAGE_REGISTRY_DENIED.no(
              what + " of " + this,
              "access",
              said + ", asked " + host.credentials(scope),
              Origin.LOG_IN);
      case 404 ->
          RemoteCode.IMAGE_REGISTRY_MISSING.no(
              what + " of " + this, "there", said, "push it, or correct the image's name");
      case 407 ->
          RemoteCode.IMAGE_PROXY.no(
              "proxy on the way to " + host.name(),
              "passing on",
              "status 407",
              "give the proxy's user and password (for TLS start with"
                  + " -Djdk.http.auth.tunneling.disabledSchemes=none)");
      default ->
          RemoteCode.IMAGE_REGISTRY_ANSWER.no(
              what + " of " + this,
              "an answer of the OCI distribution specification",
              said,
              "see the registry's log");
    };
  }

  ImageException fault(String what, IOException cause) {
    return new ImageException("reading " + what + " of " + this + ": " + cause.getMessage(), cause);
  }
}
