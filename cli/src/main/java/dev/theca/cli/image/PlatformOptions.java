package dev.theca.cli.image;

import dev.theca.cli.broker.WrongUsage;
import dev.theca.image.Platform;
import dev.theca.image.copy.ImageCopy;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which image of an index is meant. */
public final class PlatformOptions {
  /** For commands that can take all images of an index. */
  public static final class OneOrAll {
    @Option(
        names = "--platform",
        paramLabel = "OS/ARCH[/VARIANT]",
        description = "which image of an index (default: linux/amd64)")
    private @Nullable String platform;

    @Option(names = "--all-platforms", description = "all images of an index, which stays one")
    private boolean all;

    boolean all() {
      if (all && platform != null) throw new WrongUsage("--all-platforms goes without --platform");
      return all;
    }

    Platform one() {
      return platform == null ? Platform.LINUX_AMD64 : parsed(platform);
    }

    public ImageCopy.Choice choice() {
      return all() ? new ImageCopy.Choice.All() : new ImageCopy.Choice.One(one());
    }
  }

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH[/VARIANT]",
      description = "which image of an index (default: linux/amd64)")
  private @Nullable String platform;

  Platform one() {
    return platform == null ? Platform.LINUX_AMD64 : parsed(platform);
  }

  private static Platform parsed(String text) {
    return Platform.parse(text)
        .orElseThrow(() -> new WrongUsage("--platform takes OS/ARCH[/VARIANT], as linux/amd64"));
  }
}
