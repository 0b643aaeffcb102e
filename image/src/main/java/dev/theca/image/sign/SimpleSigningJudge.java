package dev.theca.image.sign;

import dev.theca.image.sign.Accepted.Held;
import dev.theca.image.spi.OpenPgp;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import java.util.ArrayList;
import java.util.List;

/** GPG simple signing: detached from the registry, in lookaside stores. */
final class SimpleSigningJudge {
  private SimpleSigningJudge() {}

  private record Found(String place, byte[] message) {}

  static Outcome<Held> judge(RequirementJudge judge, Requirement.SignedBy wanted) {
    if (judge.means().openPgp() instanceof NoOpenPgp) return NoOpenPgp.absent();
    var unreadable = new ArrayList<Refusal>();
    var found = find(judge, unreadable);
    return RequirementJudge.read(wanted.keyrings(), judge.means().keys())
        .then(
            rings ->
                judge.any(wanted, found, unreadable, one -> counts(judge, wanted, rings, one)));
  }

  private static List<Found> find(RequirementJudge judge, List<Refusal> unreadable) {
    var found = new ArrayList<Found>();
    var ref = judge.image().registryName();
    if (ref.isEmpty()) return found;
    for (var store : judge.means().simpleSignatures()) {
      for (Digest digest : judge.digests()) {
        switch (store.of(ref.get(), digest)) {
          case Outcome.Granted<List<byte[]>>(var list) -> {
            for (int i = 0; i < list.size(); i++)
              found.add(new Found("signature-" + (i + 1) + " of " + digest, list.get(i)));
          }
          case Outcome.Refused<List<byte[]>>(var why) -> unreadable.add(why.getFirst());
        }
      }
    }
    return found;
  }

  private static Outcome<Held> counts(
      RequirementJudge judge, Requirement.SignedBy wanted, List<byte[]> rings, Found one) {
    return judge
        .means()
        .openPgp()
        .verify(one.message, rings, judge.now())
        .then(
            (OpenPgp.Verified verified) ->
                SimpleSigning.parse(verified.payload())
                    .then(payload -> payload.claim(SimpleSigning.GPG))
                    .then(claim -> judge.about(claim, wanted.identity(), one.place))
                    .map(
                        claim ->
                            new Held.Signature(
                                wanted.type(),
                                one.place,
                                verified.fingerprint(),
                                "",
                                claim.name(),
                                claim.digest())));
  }
}
