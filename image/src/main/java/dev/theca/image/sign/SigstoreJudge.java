package dev.theca.image.sign;

import dev.theca.image.Document;
import dev.theca.image.sign.Accepted.Held;
import dev.theca.wire.Outcome;
import dev.theca.wire.x509.Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Judges one sigstore signature: first the cryptography, then what it says. A signature that does
 * not verify says nothing, so its payload is not even parsed.
 */
record SigstoreJudge(RequirementJudge judge, SigstoreTrust trust, String requirement) {
  /** EKU code signing. */
  private static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";

  private static final int MAX_INTERMEDIATES = 3;

  Outcome<Held> judge(SigstoreCandidate candidate) {
    return message(candidate)
        .then(
            message ->
                switch (trust) {
                  case SigstoreTrust.Keys keys -> byKey(candidate, message, keys);
                  case SigstoreTrust.Keyless keyless -> byCertificate(candidate, message, keyless);
                });
  }

  /** The bytes that the signature must be over. */
  private Outcome<byte[]> message(SigstoreCandidate candidate) {
    return switch (candidate.content()) {
      case SignedContent.Payload(var payload, _) -> Outcome.granted(payload);
      case SignedContent.Envelope envelope -> Outcome.granted(envelope.message());
      case SignedContent.Message(var digest, _) -> {
        if (judge.root().digest().equals(digest)) yield Outcome.granted(judge.root().bytes());
        if (!judge.digests().contains(digest))
          yield no(candidate, SignCode.CLAIM, "about this image", "about " + digest);
        yield judge
            .repository()
            .document(digest)
            .then(
                found ->
                    found
                        .map(Document::bytes)
                        .map(Outcome::granted)
                        .orElseGet(
                            () -> no(candidate, SignCode.CLAIM, "a manifest that exists", "none")));
      }
    };
  }

  private Outcome<Held> byKey(
      SigstoreCandidate candidate, byte[] message, SigstoreTrust.Keys keys) {
    byte[] signature = candidate.content().signature();
    var key = keys.keys().stream().filter(k -> k.verifies(message, signature)).findFirst();
    if (key.isEmpty())
      return no(
          candidate,
          SignCode.SIGNATURE,
          "by a key of the policy",
          candidate.certificates().isEmpty() ? "by another key" : "by a certificate's key");
    if (!keys.logs().isEmpty()
        && logged(candidate, keys.logs(), key.get().spki())
            instanceof Outcome.Refused<LogJudge.Entered> no) return no.as();
    return says(candidate, keys.identity(), key.get().fingerprint(), "");
  }

  private Outcome<Held> byCertificate(
      SigstoreCandidate candidate, byte[] message, SigstoreTrust.Keyless keyless) {
    if (candidate.certificates().isEmpty())
      return no(candidate, SignCode.CERTIFICATE, "under a certificate", "by a plain key");
    byte[] der = candidate.certificates().getFirst();
    return logged(candidate, keyless.root().logs(), der)
        .then(entered -> moments(candidate, entered, keyless.root().timestampAuthorities()))
        .then(
            moments ->
                Certificate.parse(der)
                    .then(leaf -> certified(candidate, leaf, moments, keyless))
                    .then(leaf -> signer(candidate, leaf, message, keyless)));
  }

  /**
   * Every time that is proved: the log's own, and those of time-stamp authorities that are trusted.
   * One at least, or nobody knows whether the certificate was valid.
   */
  private static Outcome<List<Instant>> moments(
      SigstoreCandidate candidate, LogJudge.Entered entered, List<TrustedAuthority> authorities) {
    var moments = new ArrayList<>(entered.at().stream().toList());
    Outcome<Instant> last =
        no(
            candidate,
            SignCode.TIME,
            "with a time: the log's promise, or the stamp of an authority of the trusted root",
            "without one");
    for (byte[] stamp : candidate.stamps()) {
      last = TimeStampJudge.proved(stamp, candidate.content().signature(), authorities);
      if (last instanceof Outcome.Granted<Instant>(var at)) moments.add(at);
    }
    if (moments.isEmpty()) return last.map(List::of);
    for (Instant at : moments)
      if (!entered.use().covers(at))
        return no(candidate, SignCode.TIME, "made while the log's key was in use", "at " + at);
    return Outcome.granted(moments);
  }

  /** The first entry that is about this very signature and holds. */
  private Outcome<LogJudge.Entered> logged(
      SigstoreCandidate candidate, List<TrustedLog> logs, byte[] verifierDer) {
    Outcome<LogJudge.Entered> last = no(candidate, SignCode.LOG, "with a log entry", "without one");
    for (LogEntry entry : candidate.entries()) {
      last =
          LogJudge.entered(entry, logs, candidate.proof())
              .then(
                  entered ->
                      new LoggedBody(candidate.content(), verifierDer)
                          .matches(entry.body())
                          .map(_ -> entered));
      if (last.isGranted()) return last;
    }
    return last;
  }

  /** At every moment that is proved. */
  private Outcome<Certificate> certified(
      SigstoreCandidate candidate,
      Certificate leaf,
      List<Instant> moments,
      SigstoreTrust.Keyless keyless) {
    Outcome<Certificate> held = Outcome.granted(leaf);
    for (Instant at : moments) held = held.then(_ -> certified(candidate, leaf, at, keyless));
    return held;
  }

  private Outcome<Certificate> certified(
      SigstoreCandidate candidate, Certificate leaf, Instant at, SigstoreTrust.Keyless keyless) {
    var intermediates = new ArrayList<Certificate>();
    for (byte[] der : candidate.certificates().subList(1, candidate.certificates().size())) {
      if (intermediates.size() < MAX_INTERMEDIATES
          && Certificate.parse(der) instanceof Outcome.Granted<Certificate>(var one))
        intermediates.add(one);
    }
    Outcome<Certificate> last =
        no(candidate, SignCode.CERTIFICATE, "under an authority in use at " + at, "under none");
    for (TrustedAuthority authority : keyless.root().authorities()) {
      if (!authority.use().covers(at)) continue;
      var pinned = new ArrayList<>(authority.chain());
      var anchors = List.of(pinned.removeLast());
      pinned.addAll(intermediates);
      last =
          new CertificatePath(anchors, pinned, at)
              .issuerOf(leaf, CODE_SIGNING)
              .then(
                  issuer ->
                      keyless.sct()
                          ? CertificateTimestamp.of(leaf, issuer, keyless.root().certificateLogs())
                              .map(_ -> leaf)
                          : Outcome.granted(leaf));
      if (last.isGranted()) return last;
    }
    return last;
  }

  private Outcome<Held> signer(
      SigstoreCandidate candidate,
      Certificate leaf,
      byte[] message,
      SigstoreTrust.Keyless keyless) {
    return SignatureKey.spki(leaf.spki())
        .then(
            key -> {
              if (!key.verifies(message, candidate.content().signature()))
                return no(candidate, SignCode.SIGNATURE, "by its certificate's key", "by another");
              return CertificateIdentity.of(leaf)
                  .then(
                      who ->
                          keyless.signer().accepts(who)
                              ? says(candidate, keyless.identity(), key.fingerprint(), who.shown())
                              : no(
                                  candidate,
                                  SignCode.SIGNER,
                                  "by " + keyless.signer().shown(),
                                  "by " + SignCode.shown(who.shown())));
            });
  }

  private Outcome<Held> says(
      SigstoreCandidate candidate, SignedIdentity identity, String fingerprint, String signer) {
    Outcome<Claim> claim =
        switch (candidate.content()) {
          case SignedContent.Payload(var payload, _) ->
              SimpleSigning.parse(payload).then(p -> p.claim(SimpleSigning.COSIGN));
          case SignedContent.Envelope envelope -> InToto.claim(envelope);
          case SignedContent.Message(var digest, _) -> Outcome.granted(new Claim(digest, ""));
        };
    return claim
        .then(c -> judge.about(c, identity, candidate.place()))
        .map(
            c ->
                new Held.Signature(
                    requirement, candidate.place(), fingerprint, signer, c.name(), c.digest()));
  }

  private static <T> Outcome<T> no(
      SigstoreCandidate candidate, SignCode code, String expected, String found) {
    return code.refused(candidate.place(), expected, found, "sign the image again");
  }
}
