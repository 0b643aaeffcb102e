package dev.theca.cli.image;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the keys of {@code provider:attestation-agent} are, without a provider process. */
final class KeyFolderOption {
  @Option(
      names = "--key-folder",
      paramLabel = "DIR",
      description =
          "keys of provider:attestation-agent as files DIR/REPOSITORY/TYPE/TAG; otherwise the"
              + " provider of $OCICRYPT_KEYPROVIDER_CONFIG is asked")
  private @Nullable Path folder;

  Optional<Path> folder() {
    return Optional.ofNullable(folder);
  }
}
