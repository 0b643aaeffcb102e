package dev.theca.cli.image;

import dev.theca.cli.broker.Connection;
import dev.theca.cli.line.Narrow;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code theca image}, which builds its commands only when it is asked: else all start later. */
@Command(
    name = "image",
    exitCodeOnInvalidInput = Connection.USAGE,
    description = "Moves, signs, encrypts and unpacks images; 'theca image --help' lists how.")
public final class ImageEntry implements Callable<Integer> {
  @Unmatched private List<String> arguments = new ArrayList<>();

  /** For the command line. */
  public ImageEntry() {}

  @Override
  public Integer call() {
    return Narrow.of(new ImageCommand(), arguments)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute(arguments.toArray(String[]::new));
  }
}
