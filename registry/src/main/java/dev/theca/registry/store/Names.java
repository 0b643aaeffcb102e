package dev.theca.registry.store;

import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.util.Optional;
import java.util.regex.Pattern;

/** The names of the distribution specification 1.1 ("Pulling manifests"). */
public final class Names {
  /** A repository; no part of one begins with an underscore, so that folders of ours can. */
  public static final String REPOSITORY =
      "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*";

  private static final Pattern REPOSITORIES = Pattern.compile(REPOSITORY);
  private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");
  private static final int MAX_REPOSITORY = 255;
  private static final int MAX_PARTS = 16;

  private Names() {}

  public static boolean isRepository(String text) {
    return text.length() <= MAX_REPOSITORY
        && text.chars().filter(c -> c == '/').count() < MAX_PARTS
        && REPOSITORIES.matcher(text).matches();
  }

  public static boolean isTag(String text) {
    return TAG.matcher(text).matches();
  }

  /** A digest of an algorithm that is stored here: sha256 or sha512. */
  public static Optional<Digest> digest(String text) {
    return Digest.parse(text) instanceof Outcome.Granted<Digest>(var digest)
            && !digest.algorithm().equals("sha384")
        ? Optional.of(digest)
        : Optional.empty();
  }
}
