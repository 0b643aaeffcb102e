package dev.theca.image.sign;

import dev.theca.image.Document;
import dev.theca.image.ImageReader;
import dev.theca.image.sign.Accepted.Held;
import dev.theca.image.sign.Requirement.KeyPlace;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Judges one image at one moment; every signature is looked at until one counts. */
record RequirementJudge(
    SignatureMeans means,
    ImageName image,
    Document root,
    Set<Digest> digests,
    ImageReader repository,
    Instant now) {
  private static final int MAX_REASONS = 16;

  Outcome<Held> judge(Requirement requirement, String scope) {
    return switch (requirement) {
      case Requirement.Reject _ ->
          SignCode.REJECTED.refused(
              "image " + image,
              "a policy that names it",
              "rejected by scope " + SignCode.shown(scope),
              "add a scope for this image to the image policy");
      case Requirement.InsecureAcceptAnything _ -> Outcome.granted(new Held.Anything());
      case Requirement.SignedBy signed -> SimpleSigningJudge.judge(this, signed);
      case Requirement.SigstoreKeys keys ->
          SigstoreTrust.keys(means.keys(), keys).then(trust -> sigstore(trust, requirement));
      case Requirement.SigstoreKeyless keyless ->
          SigstoreTrust.keyless(means.keys(), keyless).then(trust -> sigstore(trust, requirement));
    };
  }

  private Outcome<Held> sigstore(SigstoreTrust trust, Requirement requirement) {
    var found = new SigstoreCandidates(repository, digests).find();
    return any(
        requirement,
        found.candidates(),
        found.unreadable(),
        candidate -> new SigstoreJudge(this, trust, requirement.type()).judge(candidate));
  }

  /** The first candidate that counts, or every reason why none does. */
  <C> Outcome<Held> any(
      Requirement requirement,
      List<C> candidates,
      List<Refusal> unreadable,
      Function<C, Outcome<Held>> judge) {
    var reasons = new ArrayList<>(unreadable);
    for (C candidate : candidates) {
      switch (judge.apply(candidate)) {
        case Outcome.Granted<Held> yes -> {
          return yes;
        }
        case Outcome.Refused<Held>(var why) -> reasons.add(why.getFirst());
      }
    }
    int looked = candidates.size() + unreadable.size();
    var all = new ArrayList<Refusal>();
    all.add(
        new Refusal(
            SignCode.UNSIGNED,
            "image " + image,
            "a signature that meets " + requirement.type() + " of the image policy",
            looked == 0 ? "unsigned" : "with " + looked + " signatures of which none counts",
            "sign the image with the key that the policy names, or correct the policy"));
    all.addAll(reasons.subList(0, Math.min(MAX_REASONS, reasons.size())));
    return Outcome.refused(all);
  }

  /** Whether what a signature says is about this image. */
  Outcome<Claim> about(Claim claim, SignedIdentity identity, String place) {
    if (!digests.contains(claim.digest()))
      return SignCode.CLAIM.refused(
          place,
          "about " + String.join(" or ", digests.stream().map(Digest::toString).sorted().toList()),
          "about " + claim.digest(),
          "sign this image");
    if (!identity.accepts(image, claim.name()))
      return SignCode.NAME.refused(
          place,
          "a name that meets " + identity.type() + " for " + image,
          claim.name().isEmpty() ? "without a name" : SignCode.shown(claim.name()),
          "sign the image under this name, or set signedIdentity in the policy");
    return Outcome.granted(claim);
  }

  static Outcome<List<byte[]>> read(List<KeyPlace> places, KeyMaterial material) {
    var all = new ArrayList<byte[]>();
    for (KeyPlace place : places) {
      switch (place.read(material)) {
        case Outcome.Granted<byte[]>(var bytes) -> all.add(bytes);
        case Outcome.Refused<byte[]> no -> {
          return no.as();
        }
      }
    }
    return Outcome.granted(all);
  }
}
