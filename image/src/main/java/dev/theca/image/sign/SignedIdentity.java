package dev.theca.image.sign;

import dev.theca.image.ImageRef;
import dev.theca.wire.Outcome;
import java.util.Optional;

/**
 * Which name a signature must carry (containers-policy.json(5), "signedIdentity"). A signature that
 * names no repository at all meets {@link InsecureAnyRepository} only.
 */
public sealed interface SignedIdentity {
  /** The user's reference, tag and all; never a reference by digest. */
  record MatchExact() implements SignedIdentity {}

  /** A reference by tag: identical; one by digest: the same repository. */
  record MatchRepoDigestOrExact() implements SignedIdentity {}

  /** The same repository, any tag. What {@code sigstoreSigned} means when it says nothing. */
  record MatchRepository() implements SignedIdentity {}

  /** This reference, whatever the user's was. */
  record ExactReference(String reference) implements SignedIdentity {}

  /** This repository, whatever the user's was. */
  record ExactRepository(String repository) implements SignedIdentity {}

  /** The user's reference with its prefix replaced, then {@link MatchRepoDigestOrExact}. */
  record RemapIdentity(String prefix, String signedPrefix) implements SignedIdentity {
    /** Empty when the replacement is no name; a reference outside the prefix stays as it is. */
    private Optional<ImageRef> remapped(ImageRef user) {
      String text = user.toString();
      String rest = text.startsWith(prefix) ? text.substring(prefix.length()) : " ";
      if (!rest.isEmpty() && ":/@".indexOf(rest.charAt(0)) < 0) return Optional.of(user);
      return ImageRef.parse(signedPrefix + rest) instanceof Outcome.Granted<ImageRef>(var changed)
          ? Optional.of(changed)
          : Optional.empty();
    }
  }

  /** Ours: the digest alone counts. The signer's other repositories may stand in for this one. */
  record InsecureAnyRepository() implements SignedIdentity {}

  /** Whether a signature that names {@code signed} (empty: no name) may speak for {@code image}. */
  default boolean accepts(ImageName image, String signed) {
    if (this instanceof InsecureAnyRepository) return true;
    if (!(ImageRef.parse(signed) instanceof Outcome.Granted<ImageRef>(var claim))) return false;
    boolean nameOnly = nameOnly(signed);
    return switch (this) {
      case ExactReference(var reference) ->
          !nameOnly && same(claim, ImageRef.parse(reference).orThrow());
      case ExactRepository(var repository) ->
          claim.name().equals(ImageRef.parse(repository).orThrow().name());
      case MatchExact _ ->
          !nameOnly
              && image
                  .registryName()
                  .filter(r -> r.digest().isEmpty() && same(claim, r))
                  .isPresent();
      case MatchRepository _ ->
          image.registryName().filter(r -> r.name().equals(claim.name())).isPresent();
      case MatchRepoDigestOrExact _ ->
          image.registryName().filter(r -> repoDigestOrExact(r, claim, nameOnly)).isPresent();
      case RemapIdentity remap ->
          image
              .registryName()
              .flatMap(remap::remapped)
              .filter(r -> repoDigestOrExact(r, claim, nameOnly))
              .isPresent();
      case InsecureAnyRepository _ -> true;
    };
  }

  private static boolean repoDigestOrExact(ImageRef user, ImageRef claim, boolean nameOnly) {
    return user.digest().isPresent()
        ? user.name().equals(claim.name())
        : !nameOnly && same(claim, user);
  }

  private static boolean same(ImageRef one, ImageRef other) {
    return one.toString().equals(other.toString());
  }

  /** {@code host/name} says nothing about a tag, although parsing adds {@code latest}. */
  static boolean nameOnly(String reference) {
    return reference.indexOf('@') < 0 && reference.lastIndexOf(':') <= reference.lastIndexOf('/');
  }

  /** What the requirement's JSON calls it. */
  default String type() {
    String name = getClass().getSimpleName();
    return Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }
}
