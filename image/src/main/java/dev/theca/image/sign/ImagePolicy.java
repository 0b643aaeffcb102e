package dev.theca.image.sign;

import dev.theca.image.Document;
import dev.theca.image.ImageReader;
import dev.theca.image.ImageRef;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which signatures an image needs, in the format of containers-policy.json(5). A policy that is
 * only half understood is refused as a whole. Images are looked up by the name that their user
 * gave; the first scope that is found supplies the list, and all of its requirements must hold.
 */
public final class ImagePolicy {
  private final PolicyReader.Table table;
  private final SignatureMeans means;

  private ImagePolicy(PolicyReader.Table table, SignatureMeans means) {
    this.table = table;
    this.means = means;
  }

  /** Reads a policy; keys named by path are read later, when an image needs them. */
  public static Outcome<ImagePolicy> parse(byte[] json, SignatureMeans means) {
    return PolicyReader.read(json).map(table -> new ImagePolicy(table, means));
  }

  /** What holds where nobody wrote a policy. */
  public static ImagePolicy rejectAll() {
    return new ImagePolicy(
        new PolicyReader.Table(List.of(new Requirement.Reject()), Map.of()),
        SignatureMeans.of(KeyMaterial.none()));
  }

  /** The requirements that hold for an image, with the scope that supplied them. */
  public record Chosen(String scope, List<Requirement> requirements) {}

  public Chosen chosen(ImageName image) {
    var scopes = table.scopes().getOrDefault(image.transport(), Map.of());
    var names = new ArrayList<>(image.scopes());
    names.add("");
    for (String name : names) {
      var found = scopes.get(name);
      if (found != null) return new Chosen(image.transport() + ":" + name, found);
    }
    return new Chosen("default", table.byDefault());
  }

  /** As {@link #accept(ImageName, Document, Set, ImageReader, InstantSource)}, in a registry. */
  public Outcome<Accepted> accept(
      ImageRef asByUser,
      Document root,
      Set<Digest> digests,
      ImageReader repository,
      InstantSource now) {
    return accept(new ImageName.Docker(asByUser), root, digests, repository, now);
  }

  /**
   * Judges an image.
   *
   * @param root what the name stands for
   * @param digests what a signature may be about: the chosen manifest and the index it came from
   * @param repository where signatures are looked for; its answers are believed by signature only
   */
  public Outcome<Accepted> accept(
      ImageName image,
      Document root,
      Set<Digest> digests,
      ImageReader repository,
      InstantSource now) {
    if (digests.isEmpty()) throw new IllegalArgumentException("no digest that may be signed");
    var pinned = image.registryName().flatMap(ImageRef::digest);
    if (pinned.isPresent() && !digests.contains(pinned.get()))
      return SignCode.REJECTED.refused(
          "image " + image, "digest " + pinned.get(), root.digest().toString(), "pull it again");
    var chosen = chosen(image);
    var judge = new RequirementJudge(means, image, root, digests, repository, now.instant());
    var held = new ArrayList<Accepted.Held>();
    for (Requirement requirement : chosen.requirements()) {
      switch (judge.judge(requirement, chosen.scope())) {
        case Outcome.Granted<Accepted.Held>(var one) -> held.add(one);
        case Outcome.Refused<Accepted.Held> no -> {
          return no.as();
        }
      }
    }
    return Outcome.granted(new Accepted(image, chosen.scope(), held));
  }
}
