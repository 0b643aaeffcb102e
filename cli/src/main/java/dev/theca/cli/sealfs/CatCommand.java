package dev.theca.cli.sealfs;

import dev.theca.cli.broker.Connection;
import dev.theca.cli.broker.WrongUsage;
import dev.theca.cli.image.Outlet;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code theca sealfs cat}: the content of a file, without mounting the volume. */
@Command(
    name = "cat",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Writes the content of a file of a volume to standard output. Links are not followed. What the",
      "host changed ends it: nothing wrong is written.",
      "",
      "Example: theca sealfs cat data.seal /etc/motd --key-file data.key"
    })
final class CatCommand implements Callable<Integer> {
  private static final int PIECE = 1 << 20;

  @Mixin private Talk talk = new Talk();
  @Mixin private Which which = new Which();

  @Parameters(index = "1", paramLabel = "PATH", description = "a regular file")
  private String path = "";

  @Override
  public Integer call() {
    return talk.run(this::show);
  }

  private int show(Outlet outlet) throws IOException {
    if (outlet.json()) throw new WrongUsage("cat goes without --json");
    try (var opened = which.toRead()) {
      var tree = opened.volume().tree();
      var file =
          tree.find(path)
              .filter(node -> node.isFile())
              .orElseThrow(() -> new WrongUsage("there is no file " + path + " in it"));
      byte[] piece = new byte[PIECE];
      for (long at = 0; at < file.size(); ) {
        int n = tree.read(file.ino(), at, piece, 0, PIECE);
        if (n <= 0) break;
        outlet.out().write(piece, 0, n);
        at += n;
      }
      outlet.out().flush();
      if (outlet.out().checkError()) throw new IOException("standard output was closed");
    }
    return 0;
  }
}
