package dev.theca.image.sign;

import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.ImageReader;
import dev.theca.image.Manifest;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.der.Pem;
import dev.theca.wire.json.Json;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds what claims to be a signature of some digests: cosign's tag {@code sha256-<hex>.sig}, and
 * referrers that are bundles or cosign signatures. What cannot be read is reported, not fatal: a
 * broken signature must not hide a good one.
 */
final class SigstoreCandidates {
  static final String PAYLOAD_TYPE = "application/vnd.dev.cosign.simplesigning.v1+json";
  static final String SIGNATURE = "dev.cosignproject.cosign/signature";
  static final String CERTIFICATE = "dev.sigstore.cosign/certificate";
  static final String CHAIN = "dev.sigstore.cosign/chain";
  static final String BUNDLE = "dev.sigstore.cosign/bundle";
  static final String STAMP = "dev.sigstore.cosign/rfc3161timestamp";
  static final String COSIGN_ARTIFACT = "application/vnd.dev.cosign.artifact.sig.v1+json";
  private static final int MAX_CANDIDATES = 64;

  private final ImageReader repository;
  private final Set<Digest> digests;
  private final List<SigstoreCandidate> candidates = new ArrayList<>();
  private final List<Refusal> unreadable = new ArrayList<>();

  SigstoreCandidates(ImageReader repository, Set<Digest> digests) {
    this.repository = repository;
    this.digests = digests;
  }

  record Found(List<SigstoreCandidate> candidates, List<Refusal> unreadable) {}

  Found find() {
    for (Digest digest : digests) {
      String tag = tag(digest);
      take(repository.tagged(tag)).flatMap(d -> d).ifPresent(d -> manifest("tag " + tag, d));
      var seen = new LinkedHashSet<Digest>();
      for (Descriptor one : take(repository.referrers(digest, "")).orElse(List.of())) {
        boolean wanted =
            SigstoreBundle.isType(one.artifactType()) || one.artifactType().equals(COSIGN_ARTIFACT);
        if (!wanted || full() || !seen.add(one.digest())) continue;
        take(repository.document(one.digest()))
            .flatMap(d -> d)
            .ifPresent(d -> manifest("referrer " + one.digest(), d));
      }
    }
    return new Found(List.copyOf(candidates), List.copyOf(unreadable));
  }

  static String tag(Digest digest) {
    return digest.algorithm() + "-" + digest.hex() + ".sig";
  }

  private boolean full() {
    return candidates.size() + unreadable.size() >= MAX_CANDIDATES;
  }

  private void manifest(String place, Document document) {
    var manifest = take(Manifest.parse(document));
    if (manifest.isEmpty()) return;
    int number = 0;
    for (Descriptor layer : manifest.get().layers()) {
      if (full()) return;
      String where = "signature " + ++number + " at " + place;
      if (layer.mediaType().equals(PAYLOAD_TYPE))
        take(repository.small(layer, SimpleSigning.MAX_BYTES))
            .flatMap(payload -> take(payload(where, payload, layer.annotations())))
            .ifPresent(candidates::add);
      else if (SigstoreBundle.isType(layer.mediaType()))
        take(repository.small(layer, SigstoreBundle.MAX_BYTES))
            .flatMap(json -> take(SigstoreBundle.parse(where, json)))
            .ifPresent(candidates::add);
    }
  }

  /** cosign's layer: the payload, and everything else in annotations. */
  static Outcome<SigstoreCandidate> payload(
      String place, byte[] payload, Map<String, String> annotations) {
    byte[] signature;
    try {
      String text = annotations.getOrDefault(SIGNATURE, "").replaceAll("[\r\n]", "");
      signature = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return bad(place, "a signature in base64", "other text");
    }
    if (signature.length == 0) return bad(place, "annotation " + SIGNATURE, "none");
    var certificates = new ArrayList<byte[]>();
    for (String name : List.of(CERTIFICATE, CHAIN)) {
      var blocks = Pem.read("CERTIFICATE", annotations.getOrDefault(name, ""));
      if (blocks.isEmpty()) return bad(place, "certificates in PEM as " + name, "other text");
      certificates.addAll(blocks.get());
    }
    if (certificates.isEmpty() == annotations.containsKey(CERTIFICATE))
      return bad(place, "a certificate before its chain", "another order");
    var entries = new ArrayList<LogEntry>();
    var bundle = annotations.get(BUNDLE);
    if (bundle != null) {
      var entry =
          Json.object(bundle.getBytes(java.nio.charset.StandardCharsets.UTF_8))
              .then(LogEntry::readAnnotation);
      if (entry instanceof Outcome.Refused<LogEntry> no) return no.as();
      entries.add(entry.orThrow());
    }
    return stamps(place, annotations)
        .map(
            stamps ->
                new SigstoreCandidate(
                    place,
                    new SignedContent.Payload(payload, signature),
                    certificates,
                    entries,
                    false,
                    stamps));
  }

  private static Outcome<List<byte[]>> stamps(String place, Map<String, String> annotations) {
    var text = annotations.get(STAMP);
    if (text == null) return Outcome.granted(List.of());
    return Json.object(text.getBytes(java.nio.charset.StandardCharsets.UTF_8))
        .then(
            json -> {
              try {
                return Outcome.granted(
                    List.of(
                        Base64.getDecoder()
                            .decode(json.string("SignedRFC3161Timestamp").orElse(""))));
              } catch (IllegalArgumentException e) {
                return bad(place, "a timestamp in base64 as " + STAMP, "other text");
              }
            });
  }

  private <T> Optional<T> take(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Granted<T>(var value) -> Optional.of(value);
      case Outcome.Refused<T>(var why) -> {
        unreadable.add(why.getFirst());
        yield Optional.empty();
      }
    };
  }

  private static <T> Outcome<T> bad(String place, String expected, String found) {
    return SignCode.SIGNATURE.refused(place, expected, found, "sign the image again");
  }
}
